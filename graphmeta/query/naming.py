"""From text to nodes: `Model:churn@3`, `artifact/42`, a URI, a bare name."""

from __future__ import annotations

import difflib
import re
from collections.abc import Sequence
from dataclasses import dataclass

from graphmeta import vocabulary, words
from graphmeta.backends.predicates import And, Compare, Field, KnownAs, OneOf, Or, Predicate, Property
from graphmeta.backends.requests import Order
from graphmeta.errors import AmbiguousNameError, InvalidArgumentError, NotFoundError
from graphmeta.model import KINDS, AnyNode, Kind, Type
from graphmeta.paths import uri_of_path
from graphmeta.query.nodes import display, label
from graphmeta.query.type_names import SHOWN, chosen_types, matching_types, short, unknown_type
from graphmeta.query.versions import newest, version_of
from graphmeta.store.hydrate import to_nodes
from graphmeta.store.store import Store

_ID = re.compile(r"(artifact|execution|context)/([0-9]{1,19})")
_GREATEST_ID = 2**63 - 1
_LOOKED_THROUGH = 1000  # names compared for near misses


def resolve(
    store: Store,
    text: str,
    *,
    kinds: Sequence[Kind] = KINDS,
    role: str | None = None,
    types: Sequence[str] | None = None,
) -> AnyNode:
    """The node that a text names.

    In this order: `artifact/42`; `Type:name`, where any colon may be the one between the two, so that
    types and names may hold colons; a URI; a bare name; the path of a file or a folder of this machine,
    also as `Type:path`. `Type` is a type's name in full, or a role
    (`vocabulary.role`), or the last words of types' names; the first of the three that has the name
    counts. `name` is a stored name or a display name or a `name` property, `name@3` a stored name or
    the one whose `version` is 3. Of several versions of one thing it is the newest: the highest version,
    else the last created.

    Args:
        kinds: what may be meant.
        role: what is meant where the text names no type and several roles answer.
        types: only nodes of these types: a name in full, a role (`Model`) or last words.

    Raises:
        NotFoundError: nothing is called that; the message has what is nearest.
        AmbiguousNameError: several different things are; `candidates` has names that tell them apart.
        InvalidArgumentError: an empty text, or a node of another kind.
    """
    names = _Names(store, kinds, types)
    found = names.find(text, role)
    if not found:
        raise NotFoundError(names.missing(text, role))
    exact = [node for node in found if names.is_stored_name(node, text)]
    things: dict[tuple[str, str, str], list[AnyNode]] = {}
    for node in found:
        things.setdefault((node.kind, node.type, display(node)), []).append(node)
    if len(things) == 1 or len(exact) == 1:
        return newest(exact or found)
    candidates = [_described(newest(nodes)) for nodes in things.values()]
    shown = ", ".join(candidates[:SHOWN]) + (f" and {len(candidates) - SHOWN} more" if candidates[SHOWN:] else "")
    raise AmbiguousNameError(
        f"{short(text)} is the name of {len(candidates)} different things: {shown}. Say which, by the first word of "
        "each or with its type's full name before the colon.",
        [candidate.split(" ", 1)[0] for candidate in candidates],
    )


def resolve_all(
    store: Store,
    text: str,
    *,
    kinds: Sequence[Kind] = KINDS,
    role: str | None = None,
    types: Sequence[str] | None = None,
) -> list[AnyNode]:
    """Every node that a text names, in all its versions: artifacts, executions, contexts, each by id.

    See `resolve` for the arguments; empty where nothing is called that.
    """
    return _Names(store, kinds, types).find(text, role)


@dataclass(frozen=True, slots=True)
class _Reading:
    """One way to read a text: a name, and a version where an @ is taken to say one; of these types, the
    best first, or of any."""

    name: str
    types: Sequence[Sequence[Type]] | None = None

    @property
    def versioned(self) -> tuple[str, str] | None:
        """`churn` and `3` of `churn@3`."""
        base, at, version = self.name.rpartition("@")
        return (base, version) if at and base and version else None

    @property
    def texts(self) -> list[str]:
        return [self.name, *([self.versioned[0]] if self.versioned else [])]

    def names(self, node: AnyNode) -> bool:
        """Whether the node is called that."""
        called_so = called(node)
        if self.name in called_so:
            return True
        return self.versioned is not None and self.versioned[0] in called_so and version_of(node) == self.versioned[1]


class _Names:
    """The names in a store, for one text."""

    def __init__(self, store: Store, kinds: Sequence[Kind], types: Sequence[str] | None) -> None:
        self._store = store
        self._kinds = [kind for kind in KINDS if kind in kinds]
        self._all_types = store.types(system=True)
        self._types = [type for type in self._all_types if type.kind in self._kinds]
        self._only: set[int] | None = None
        if types is not None:
            self._only = chosen_types(store, self._types, types)

    def find(self, text: str, role: str | None) -> list[AnyNode]:
        """Every node that the text names, in the first reading that names any."""
        if not text:
            raise InvalidArgumentError("A name is empty. Name a node as Model:churn, as artifact/42 or by its URI.")
        if any("\ud800" <= letter <= "\udfff" for letter in text):
            raise InvalidArgumentError(f"The name {short(text)} is no Unicode text: it holds half a character.")
        by_id = _ID.fullmatch(text)
        if by_id:
            return self._by_id(by_id[1], int(by_id[2]))
        readings = self._typed(text)
        found = self._known(readings) if readings else []
        for reading in readings:
            for types in reading.types or ():
                ids = {type.id for type in types}
                hits = [node for node in found if node.type_id in ids and reading.names(node)]
                if hits:
                    return hits
        hits = self._by_uri(text, readings)
        if not hits and ("://" not in text or not readings):
            bare = _Reading(text)
            hits = [node for node in self._known([bare]) if bare.names(node)]
        return self._preferred(hits or self._by_path(text, readings), role)

    def is_stored_name(self, node: AnyNode, text: str) -> bool:
        """Whether the text ends with the node's name as it is stored, so that it can only be this one."""
        return bool(node.name) and any(node.name == reading.name for reading in [_Reading(text), *self._typed(text)])

    def missing(self, text: str, role: str | None) -> str:
        """The sentence that says that nothing is called that, and what is nearest."""
        by_id = _ID.fullmatch(text)
        where = self._store.url
        if by_id:
            return f"There is no {text} in {where}; `graphmeta ls` lists what there is."
        readings = self._typed(text)
        prefix, colon, _ = text.partition(":")
        others = {type.kind for reading in matching_types(self._all_types, prefix) for type in reading}
        if others and text.endswith(":") and text.count(":") == 1:
            return f"A name is missing after '{short(text)}'. Name a node as {short(text)}churn or as artifact/42."
        if colon and not readings and others:
            there, wanted = " and ".join(f"{kind}s" for kind in sorted(others)), " or ".join(map(_a, self._kinds))
            return f"{short(text)} names no node here: {short(prefix)} is a type of {there}, and {wanted} is wanted."
        if colon and not readings and "://" not in text and prefix:
            return f"Nothing is called {short(text)}. " + unknown_type(self._store, self._types, prefix)
        near = self._near(readings[0].name if readings else text, readings[0].types if readings else None, role)
        called = f"The nearest {'is' if len(near) == 1 else 'are'} {', '.join(near)}."
        if not near:
            called = "`graphmeta ls` lists what there is."
        return f"Nothing in {where} is called {short(text)}. {called}"

    # ------------------------------------------------------------ the readings

    def _by_id(self, kind: str, id: int) -> list[AnyNode]:
        if kind not in self._kinds:
            raise InvalidArgumentError(
                f"{kind}/{id} is {_a(kind)}, and {' or '.join(map(_a, self._kinds))} is wanted here, as Model:churn."
            )
        if id > _GREATEST_ID:
            return []
        return to_nodes(self._store.rows(kind, ids=[id]))

    def _typed(self, text: str) -> list[_Reading]:
        """The readings as Type:name, for each colon whose left side is a type; the longest type first."""
        if len(text) > 10_000:
            colons = [text.find(":")] if ":" in text else []
        else:
            colons = [place for place, letter in enumerate(text) if letter == ":"]
        readings = []
        for colon in reversed(colons):
            types = matching_types(self._types, text[:colon])
            if types and text[colon + 1 :]:
                readings.append(_Reading(text[colon + 1 :], types))
        return readings

    def _known(self, readings: Sequence[_Reading]) -> list[AnyNode]:
        """Nodes that may be what the readings name, and any others."""
        texts = list(dict.fromkeys(text for reading in readings for text in reading.texts))
        found = self._rows(readings, KnownAs(texts))
        if not any(reading.names(node) for node in found for reading in readings):
            keys = [Property(key, custom) for key in words.DISPLAY_KEYS for custom in (False, True)]
            found = self._rows(readings, Or([Compare(key, "=", text) for key in keys for text in texts]))
        return found

    def _rows(self, readings: Sequence[_Reading], condition: Predicate) -> list[AnyNode]:
        found: list[AnyNode] = []
        for kind in self._kinds:
            ids: set[int] | None = None
            if all(reading.types is not None for reading in readings):
                of_kind = (t for reading in readings for types in reading.types or () for t in types if t.kind == kind)
                ids = {type.id for type in of_kind if type.id is not None}
            found += self._of_types(kind, ids, condition)
        return found

    def _of_types(self, kind: Kind, ids: set[int] | None, condition: Predicate | None, **choice: int) -> list[AnyNode]:
        """Nodes of a kind that a condition holds for, of these types and of those that are allowed."""
        if self._only is not None:
            ids = self._only if ids is None else ids & self._only
        parts: list[Predicate] = [] if condition is None else [condition]
        if ids is not None:
            if not ids:
                return []
            parts.append(OneOf(Field("type_id"), sorted(ids)))
        where = None if not parts else parts[0] if len(parts) == 1 else And(parts)
        return to_nodes(self._store.rows(kind, where, order=Order("id", bool(choice)), limit=choice.get("limit")))

    def _by_uri(self, text: str, readings: Sequence[_Reading]) -> list[AnyNode]:
        """Artifacts at this URI; of `Type:uri`, those of the type."""
        if "artifact" not in self._kinds:
            return []
        texts = [text, *(reading.name for reading in readings)]
        found = self._of_types("artifact", None, OneOf(Field("uri"), texts))
        whole = [node for node in found if getattr(node, "uri", None) == text]
        for reading in readings:
            for types in reading.types or ():
                ids = {type.id for type in types}
                hits = [node for node in found if node.type_id in ids and getattr(node, "uri", None) == reading.name]
                if hits:
                    return hits
        return whole

    def _by_path(self, text: str, readings: Sequence[_Reading]) -> list[AnyNode]:
        """Artifacts that were recorded at this path, of this machine; of `Type:path`, those of the type."""
        uri = uri_of_path(text)
        typed = [_Reading(found, reading.types) for reading in readings if (found := uri_of_path(reading.name))]
        return self._by_uri(uri or text, typed) if uri or typed else []

    def _preferred(self, nodes: list[AnyNode], role: str | None) -> list[AnyNode]:
        """Those of a role, where any is."""
        base_types = {type.id: type.base_type for type in self._all_types}
        fitting = [n for n in nodes if role and vocabulary.role(n.kind, n.type, base_types.get(n.type_id)) == role]
        return fitting or nodes

    def _near(self, name: str, types: Sequence[Sequence[Type]] | None, role: str | None) -> list[str]:
        """Labels of what is called nearly that, among the last of those types, else of that role, else of all."""
        if len(name) > 200:
            return []
        allowed: set[int] | None = None
        if types is not None:
            allowed = {type.id for reading in types for type in reading if type.id is not None}
        elif role is not None:
            readings = matching_types(self._types, role)
            allowed = {type.id for reading in readings[:1] for type in reading if type.id is not None} or None
        names: dict[str, AnyNode] = {}
        for kind in self._kinds:
            for node in self._of_types(kind, allowed, None, limit=_LOOKED_THROUGH):
                for name_of_it in called(node):
                    if len(name_of_it) <= 200:
                        names.setdefault(name_of_it, node)
        base = name.rpartition("@")[0] or name
        near = [*difflib.get_close_matches(name, names, n=3), *difflib.get_close_matches(base, names, n=3)]
        return list(dict.fromkeys(label(names[each]) for each in near))[:3]


def called(node: AnyNode) -> set[str]:
    """Every name that a node has."""
    values = (values.get(key) for values in (node.properties, node.custom_properties) for key in words.DISPLAY_KEYS)
    return {value for value in [node.name, *values] if isinstance(value, str) and value}


def _described(node: AnyNode) -> str:
    return f"{node.kind}/{node.id} ({short(node.type)} {short(display(node))})"


def _a(kind: str) -> str:
    return f"{'a' if kind == 'context' else 'an'} {kind}"
