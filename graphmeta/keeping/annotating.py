"""Saying something of nodes afterwards, without touching what was recorded of them."""

from __future__ import annotations

import json
import os
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from graphmeta.errors import InvalidArgumentError, NotFoundError
from graphmeta.model import (
    AnyNode,
    Association,
    Attribution,
    Context,
    Kind,
    ParentContext,
    Value,
    context_type,
    node_id,
)
from graphmeta.moving.own import keep_apart
from graphmeta.portions import together
from graphmeta.query.annotations import (
    Annotation,
    NodeKey,
    Said,
    annotated,
    annotations_of,
    as_text,
    from_text,
    read,
    without_annotations,
)
from graphmeta.store.store import Store
from graphmeta.store.values import check_text
from graphmeta.vocabulary import ANNOTATION_TYPE, RECORDED_ANNOTATION

LONGEST_KEY = 200  # characters
_AT_ONCE = 500  # annotations of one transaction


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is to be said.

    Attributes:
        values: by key.
        removed: keys that are taken back.
        by: who says so.
        note: why; '' where nobody says.
    """

    values: Mapping[str, Said] = field(default_factory=dict)
    removed: Sequence[str] = ()
    by: str = ""
    note: str = ""

    def check(self) -> None:
        """Refuse what no annotation can be.

        Raises:
            InvalidArgumentError: nothing is said, or nobody says it; a key or a value that cannot be.
        """
        if not self.values and not self.removed:
            raise InvalidArgumentError("An annotation says something: give a key=value, or a key to take back.")
        if not check_text(self.by, "Who annotates").strip():
            raise InvalidArgumentError("An annotation says by whom it is: give a name (--by).")
        check_text(self.note, "A note")
        for key in (*self.values, *self.removed):
            check_key(key)
        for key, value in self.values.items():
            try:
                as_text(value)
            except ValueError as problem:
                raise InvalidArgumentError(f"The value of {key} cannot be kept: {problem}.") from None
            if isinstance(value, str):
                check_text(value, f"The value of {key}")
        both = sorted(set(self.values) & set(self.removed))
        if both:
            raise InvalidArgumentError(f"{both[0]} is given a value and taken back at once: say one of the two.")


def annotate(store: Store, nodes: Iterable[AnyNode | NodeKey], wanted: Wanted) -> list[Annotation]:
    """Say something of nodes. What was recorded of them, their times among it, stays as it is; what was said before
    stays as well, and is superseded.

    What is said of one node is written whole or not at all; many nodes take several transactions of some hundreds.

    Args:
        nodes: stored nodes, or their kinds and ids. A key is taken back of those that have it.

    Returns:
        what was written, by node in the order given.

    Raises:
        InvalidArgumentError: nothing is said, a key or a value that cannot be; a node that is an annotation, or that
            is not there.
        NotFoundError: no node has a key that is to be taken back.
        ReadOnlyError, StoreUnavailableError: see `Store.put`.
    """
    return [each for portion in annotating(store, nodes, wanted) for each in portion]


def annotating(store: Store, nodes: Iterable[AnyNode | NodeKey], wanted: Wanted) -> Iterator[list[Annotation]]:
    """As `annotate`, for very many nodes: what each transaction wrote, as it goes."""
    wanted.check()
    keys = list(dict.fromkeys(node if isinstance(node, tuple) else (node.kind, node_id(node)) for node in nodes))
    if not keys:
        return
    contexts = [id for kind, id in keys if kind == "context"]
    if len(without_annotations(store, contexts)) < len(contexts):
        raise InvalidArgumentError("An annotation is not annotated: a later value of its node supersedes it.")
    having = _having(store, keys, wanted.removed)
    declared = context_type(
        ANNOTATION_TYPE, RECORDED_ANNOTATION, description="What somebody said of a node afterwards."
    )
    keep_apart(store, declared)
    store.put_type(declared, can_add_fields=True, can_omit_fields=True)
    # (What is said of one node is one piece.)
    said = ([(key, context) for context in _contexts(key, wanted, having.get(key, ()))] for key in keys)
    for some in together(said, _AT_ONCE):
        yield _put(store, some)


def lacking(store: Store, nodes: Iterable[NodeKey], wanted: Wanted) -> list[NodeKey]:
    """Those of some nodes of which not all of this is said already, so that saying it of many can be done again after
    it was interrupted."""
    alike = [
        {node for node, each in annotated(store, key).items() if same(each.value, value)}
        for key, value in wanted.values.items()
    ]
    having = [set(annotated(store, key)) for key in wanted.removed]
    return [
        node for node in nodes if any(node not in those for those in alike) or any(node in those for those in having)
    ]


def read_pair(text: str) -> tuple[str, Said]:
    """A key and a value as people write them: `reviewed=true`, `stars=3`; `version='"3"'` is the text 3.

    Raises:
        InvalidArgumentError: there is no =, no such key can be, or the value is null.
    """
    key, equals, value = text.partition("=")
    if not equals:
        raise InvalidArgumentError(f"{text[:100]!r} is no key=value, as license=cc-by or reviewed=true.")
    return check_key(key), read_value(key, value)


def read_value(key: str, text: str) -> Said:
    """A number, a truth or a quoted text where it is one in JSON; else the text itself."""
    try:
        value: object = json.loads(text)
    except (ValueError, RecursionError):
        return text
    if value is None:
        raise InvalidArgumentError(f"{key}=null says nothing: --remove {key} takes back what was said.")
    if not isinstance(value, (str, int, float, bool)):
        return text
    try:
        kept, kind = as_text(value)
    except ValueError:  # a number beyond all that stores hold, NaN
        return text
    return from_text(kept, kind)


def check_key(key: str) -> str:
    """The key, where one can be called so.

    Raises:
        InvalidArgumentError: it is empty or long, or holds control characters or a =.
    """
    check_text(key, "The key of an annotation")
    if not key.strip() or len(key) > LONGEST_KEY or not key.isprintable() or "=" in key:
        raise InvalidArgumentError(
            f"{key[:50]!r} cannot be the key of an annotation: it has 1 to {LONGEST_KEY} characters that can be "
            "printed, and no =."
        )
    return key


def same(a: Said | None, b: Said) -> bool:
    """Whether two values are the same, and of one kind: 1 is not 1.0 and not true."""
    return type(a) is type(b) and a == b


# ---------------------------------------------------------------- writing


def _having(store: Store, nodes: Sequence[NodeKey], removed: Sequence[str]) -> dict[NodeKey, set[str]]:
    """The keys, of those to be taken back, that each node has.

    Raises:
        NotFoundError: no node has one of them.
    """
    if not removed:
        return {}
    found = {node: set(said.current) for node, said in annotations_of(store, nodes).items()}
    for key in removed:
        if not any(key in keys for keys in found.values()):
            there = sorted({key for keys in found.values() for key in keys})
            one = len(nodes) == 1
            which = f"{nodes[0][0]}/{nodes[0][1]} has no" if one else f"None of the {len(nodes):,} nodes has an"
            raise NotFoundError(
                f"{which} annotation {key} to take back; there {'is' if len(there) == 1 else 'are'} "
                f"{', '.join(there[:10]) or 'none'}."
            )
    return {node: keys & set(removed) for node, keys in found.items()}


def _contexts(node: NodeKey, wanted: Wanted, having: Collection[str]) -> list[Context]:
    """What is to be written of one node."""
    said: list[dict[str, Value]] = []
    for name, value in wanted.values.items():
        text, kind = as_text(value)
        said.append({"key": name, "value": text, "value_type": kind})
    said += [{"key": name} for name in wanted.removed if name in having]
    also: dict[str, Value] = {"by": wanted.by, **({"note": wanted.note} if wanted.note else {})}
    # A context must have a name that is nobody else's; this one at least says of which node it is.
    return [
        Context(type=ANNOTATION_TYPE, name=f"{node[0]}/{node[1]}/{os.urandom(8).hex()}", properties={**each, **also})
        for each in said
    ]


def _put(store: Store, some: Sequence[tuple[NodeKey, Context]]) -> list[Annotation]:
    """Write annotations in one transaction."""

    def of(kind: Kind) -> list[tuple[int, Context]]:
        return [(node[1], context) for node, context in some if node[0] == kind]

    written = store.put(
        contexts=[context for _, context in some],
        attributions=[Attribution(artifact, context) for artifact, context in of("artifact")],
        associations=[Association(execution, context) for execution, context in of("execution")],
        parents=[ParentContext(child, context) for child, context in of("context")],
    )
    # The store alone knows when it was.
    times = {row.id: row.created for row in store.rows("context", ids=written.context_ids)}
    return [
        read(node, id, times[id], context.properties)
        for (node, context), id in zip(some, written.context_ids, strict=True)
        if id in times
    ]
