"""One put: how often it looks again, and what is said when it fails."""

from __future__ import annotations

from collections.abc import Sequence
from typing import cast

from graphmeta.backends.base import Backend
from graphmeta.backends.batch import MissingNodesError, StaleContextsError, StaleTypesError, TakenError, Written
from graphmeta.backends.predicates import Field, OneOf
from graphmeta.backends.requests import NodeQuery
from graphmeta.errors import (
    AlreadyExistsError,
    GraphmetaError,
    InternalError,
    InvalidArgumentError,
    NotFoundError,
    UpdateConflictError,
)
from graphmeta.model import KINDS, AnyNode
from graphmeta.store.attempt import Attempt
from graphmeta.store.context_cache import ContextCache
from graphmeta.store.given import Given
from graphmeta.store.type_cache import TypeCache

# How often a put looks again after somebody else was quicker.
_ATTEMPTS = 5


def put(given: Given, backend: Backend, types: TypeCache, contexts: ContextCache) -> Written:
    """Write what was given; see `Store.put` for what it returns and raises."""
    given.check()
    for attempt in range(_ATTEMPTS):
        last = attempt == _ATTEMPTS - 1
        try:
            written = backend.transact(lambda writer: Attempt(given, writer, types, contexts).run())
        except StaleTypesError:
            types.forget()
            if last:
                raise InternalError("The store's types change faster than this put can check them.") from None
        except StaleContextsError:
            contexts.forget()
            if last:
                raise InternalError("The store's contexts change faster than this put can look them up.") from None
        except TakenError as taken:
            # A context that somebody else made since we looked is there to be reused now.
            if last or not (given.options.reuse_contexts and taken.kind == "context" and taken.what == "name"):
                raise _already_exists(taken, given, backend) from None
        except MissingNodesError as missing:
            absent = _may_be_absent(missing, given)
            if last or not absent:
                raise _missing(missing, given) from None
            given.absent |= absent
        else:
            _give_ids(given, written)
            return written
    raise AssertionError("unreachable")


def _give_ids(given: Given, written: Written) -> None:
    of_kinds: tuple[tuple[Sequence[AnyNode], Sequence[int]], ...] = (
        (given.artifacts, written.artifact_ids),
        (given.executions, written.execution_ids),
        (given.contexts, written.context_ids),
    )
    for nodes, ids in of_kinds:
        if len(nodes) != len(ids):
            raise InvalidArgumentError(
                f"The key {given.key[:80]!r} was used before, for a put of {' and '.join(_numbers(written))}, so that "
                "this is another one; give it a key of its own. Nothing was written."
            )
    for nodes, ids in of_kinds:
        for node, id in zip(nodes, ids, strict=True):
            node.id = id


def _numbers(written: Written) -> list[str]:
    each = zip((written.artifact_ids, written.execution_ids, written.context_ids), KINDS, strict=True)
    return [f"{len(ids)} {kind}{'' if len(ids) == 1 else 's'}" for ids, kind in each]


def _missing(missing: MissingNodesError, given: Given) -> GraphmetaError:
    kind, ids = next((kind, ids) for kind, ids in missing.ids.items() if ids)
    shown = ", ".join(map(str, ids[:5])) + (", …" if len(ids) > 5 else "")
    noun = kind if len(ids) == 1 else f"{kind}s"
    sentence = (
        f"{kind.capitalize()} id not found: there is no {noun} {shown}, which this put names. "
        f"Put the {noun} first, or in the same put. Nothing was written."
    )
    # As in MLMD: a context to be reused by its id is looked up, the end of an edge is an argument.
    reused = {node.id for node in given.contexts} if given.options.force_reuse_contexts else set()
    if kind == "context" and reused.intersection(ids):
        return NotFoundError(sentence)
    return InvalidArgumentError(sentence)


def _may_be_absent(missing: MissingNodesError, given: Given) -> set[int]:
    """The artifacts that are missing, where the put may do without them: an event names them; else none."""
    if not given.options.allow_missing_artifacts or any(ids for kind, ids in missing.ids.items() if kind != "artifact"):
        return set()
    named = {each.artifact for each in given.events if isinstance(each.artifact, int)}
    ids = set(missing.ids["artifact"])
    return ids if ids <= named - given.absent else set()


def _already_exists(taken: TakenError, given: Given, backend: Backend) -> GraphmetaError:
    what = {
        "name": f"The name of a {taken.kind} is taken: names are unique within a type",
        "external_id": f"An external id is taken: external ids are unique among {taken.kind}s",
        "id": f"The id of a new {taken.kind} is taken",
        "event": "The event exists already: there is one event of a type between an artifact and an execution",
        "parent": "The parent link exists already: a context has a parent once",
    }[taken.what]
    sentence = f"{what}{' (' + taken.detail[:200] + ')' if taken.detail else ''}. Nothing was written."
    return (UpdateConflictError if _by_update(taken, given, backend) else AlreadyExistsError)(sentence)


def _by_update(taken: TakenError, given: Given, backend: Backend) -> bool:
    """Whether what is taken was wanted by an update, not by a new node."""
    if taken.what not in ("name", "external_id"):
        return False
    of_kinds = (given.artifacts, given.executions, given.contexts)
    nodes = [node for those in of_kinds for node in cast("Sequence[AnyNode]", those) if node.kind == taken.kind]
    new = [node for node in nodes if node.id is None]
    if not new or len(new) == len(nodes):
        return not new
    if taken.what == "name":
        return False
    # Some of each: it was a new one if there are others with the external id of a new one.
    ids = [node.external_id for node in new if node.external_id is not None]
    return len(set(ids)) == len(ids) and not backend.nodes(NodeQuery(new[0].kind, OneOf(Field("external_id"), ids)))
