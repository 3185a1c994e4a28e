"""Hypothesis strategies for the state machine: types, puts, updates and links, in the reference's ids.

The alphabets are small on purpose, so that names clash, keys come back and events close cycles.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from hypothesis import strategies as st

from graphmeta.model import (
    EVENT_TYPES,
    KINDS,
    NODE_CLASSES,
    SYSTEM_TYPES,
    AnyNode,
    AnyValue,
    Association,
    Attribution,
    Event,
    Kind,
    ParentContext,
    Type,
    artifact_type,
    context_type,
    execution_type,
)
from graphmeta.store import PutOptions
from graphmeta.testing.reference import ReferenceStore

MAKERS: dict[Kind, Callable[..., Type]] = {
    "artifact": artifact_type,
    "execution": execution_type,
    "context": context_type,
}
UNKNOWN = 1_000_000  # the first of the handles that stand for no node
Ids = Callable[[Kind, int], int]
TypeIds = Callable[[Type], int]

# Tame calls are mostly right; wild ones, one in four, are often wrong.
_WILD = st.sampled_from([False, False, False, True])
_new_names = st.integers(0, 99).map(lambda number: f"n{number}")
_names = {
    False: st.one_of(st.none(), _new_names, st.sampled_from([None, "a", "é\0"])),
    True: st.sampled_from([None, "a", "b", "A", "", "é\0", "😀"]),
}
_context_names = {
    False: st.one_of(_new_names, st.sampled_from(["a", "b", "é\0"])),
    True: st.sampled_from(["a", "b", "", None]),
}
_external_ids = {False: st.sampled_from([None] * 7 + ["x", "y", ""]), True: st.sampled_from([None, "x", "y", ""])}
_uris = st.sampled_from([None, "", "s3://b/x", "s3://b/y%_", "S3://b/x"])
_states: dict[tuple[str, bool], st.SearchStrategy[str | None]] = {
    ("artifact", False): st.sampled_from([None, "LIVE", "DELETED"]),
    ("artifact", True): st.sampled_from(["LIVE", "RUNNING"]),
    ("execution", False): st.sampled_from([None, "RUNNING", "COMPLETE"]),
    ("execution", True): st.sampled_from(["COMPLETE", "LIVE"]),
}
SCALARS = st.sampled_from([0, 1, 1.0, 0.5, True, False, "1", "", "a", "é\0", 2**63 - 1, -1e-300, float("inf")])
_structs = st.sampled_from([{"a": [1.0, None, {"b": True}]}, {}, AnyValue("t", b"\0")])
_values = {
    False: st.one_of(SCALARS, SCALARS, _structs),
    True: st.one_of(SCALARS, _structs, st.just(float("nan"))),
}
_keys = st.sampled_from(["k", "p", "name", "a.b"])
_custom = {wild: st.dictionaries(_keys, _values[wild], max_size=2) for wild in (False, True)}
_OF_TYPE: dict[str, st.SearchStrategy[Any]] = {
    "INT": st.sampled_from([0, 1, 7, -(2**63)]),
    "DOUBLE": st.sampled_from([0.5, 1.0, 1e-300]),
    "STRING": st.sampled_from(["", "1", "a", "é\0"]),
    "BOOLEAN": st.booleans(),
}


def types() -> st.SearchStrategy[Type]:
    """Types of few names, whose properties differ."""
    return st.builds(
        lambda kind, name, version, properties, external_id, base: MAKERS[kind](
            name, properties, version=version, external_id=external_id, base_type=base if kind == "artifact" else None
        ),
        st.sampled_from(KINDS),
        st.sampled_from(["T", "T", "U"]),
        st.sampled_from(["", "", "1"]),
        st.fixed_dictionaries(
            {},
            optional={
                "p": st.just("INT"),
                "q": st.sampled_from(["STRING", "STRING", "STRING", "BOOLEAN"]),
                "r": st.just("DOUBLE"),
                "name": st.just("STRING"),
            },
        ),
        st.sampled_from([None, None, None, "x", "y"]),
        st.sampled_from([None, None, "MODEL", "DATASET"]),
    )


# ---------------------------------------------------------------- puts


@dataclass(slots=True)
class NodeSpec:
    """A node to put; `type` is of the reference, or a name that no type has, or None for none given."""

    kind: Kind
    type: Type | str | None
    handle: int | None
    fields: dict[str, Any]

    def build(self, ids: Ids, type_ids: TypeIds) -> AnyNode:
        node = NODE_CLASSES[self.kind](**self.fields)
        node.properties, node.custom_properties = dict(node.properties), dict(node.custom_properties)
        if isinstance(self.type, Type):
            node.type_id = type_ids(self.type)
        elif self.type is not None:
            node.type = self.type
        if self.handle is not None:
            node.id = ids(self.kind, self.handle)
        return node


End = tuple[str, int]  # ("new", place among the put's nodes) or ("old", handle)
Edge = tuple[str, End, End, tuple[Any, ...]]  # what of, from, to, and of events type, path and time


@dataclass(slots=True)
class PutCall:
    """The arguments of a put before ids are translated."""

    nodes: list[NodeSpec] = field(default_factory=list)
    edges: list[Edge] = field(default_factory=list)
    options: PutOptions = PutOptions()  # noqa: RUF009 (immutable)
    key: str | None = None
    later: int = 0  # milliseconds since the call before

    def arguments(self, ids: Ids, type_ids: TypeIds) -> dict[str, Any]:
        """The call for a store with these ids, with objects of its own."""
        parts: dict[str, list[Any]] = {f"{kind}s": [] for kind in KINDS}
        for spec in self.nodes:
            parts[f"{spec.kind}s"].append(spec.build(ids, type_ids))

        def end(kind: Kind, which: End) -> Any:
            return parts[f"{kind}s"][which[1]] if which[0] == "new" else ids(kind, which[1])

        edges: dict[str, list[Any]] = {"events": [], "attributions": [], "associations": [], "parents": []}
        for name, left, right, more in self.edges:
            if name == "events":
                edges[name].append(Event(end("artifact", left), end("execution", right), *more))
            elif name == "attributions":
                edges[name].append(Attribution(end("artifact", left), end("context", right)))
            elif name == "associations":
                edges[name].append(Association(end("execution", left), end("context", right)))
            else:
                edges[name].append(ParentContext(end("context", left), end("context", right)))
        return {**parts, **edges, "options": self.options, "key": self.key}


_LATER = st.sampled_from([0, 0, 1, 10])
_ENDS: dict[str, tuple[Kind, Kind]] = {
    "events": ("artifact", "execution"),
    "attributions": ("artifact", "context"),
    "associations": ("execution", "context"),
    "parents": ("context", "context"),
}
_event_details = {
    wild: st.tuples(
        st.sampled_from(["INPUT", "INPUT", "OUTPUT", "OUTPUT", *EVENT_TYPES] + ["MADE"] * wild),
        st.sampled_from([(), ("k", 0), (0, "k"), ("0",)]),
        st.sampled_from([None, None, 0, 5]),
    )
    for wild in (False, True)
}


@st.composite
def _node(draw: st.DrawFn, store: ReferenceStore, kind: Kind, wild: bool, handle: int | None = None) -> NodeSpec:
    stored = [type for type in store.types if type.kind == kind and type.id is not None and type.id > len(SYSTEM_TYPES)]
    plain = next(type for type in stored if (type.name, type.version) == ("T", ""))
    choice: list[Type | str | None] = ["T", "T", *stored] if handle is None else [None, None]
    if wild:
        choice += ["Nothing"] if handle is None else stored
    type = draw(st.sampled_from(choice))
    of = _type_of(store, kind, handle) or (type if isinstance(type, Type) else plain)
    fields: dict[str, Any] = {
        "name": draw((_context_names if kind == "context" else _names)[wild]),
        "properties": draw(_declared(of, wild)),
        "custom_properties": draw(_custom[wild]),
        "external_id": draw(_external_ids[wild]),
    }
    if kind != "context":
        fields["state"] = draw(_states[kind, wild])
    if kind == "artifact":
        fields["uri"] = draw(_uris)
    return NodeSpec(kind, type, handle, fields)


def _type_of(store: ReferenceStore, kind: Kind, handle: int | None) -> Type | None:
    """The type of a node that is there."""
    node = store.nodes[kind].get(handle or 0)
    return next((type for type in store.types if node is not None and type.id == node.type_id), None)


def _declared(type: Type, wild: bool) -> st.SearchStrategy[dict[str, Any]]:
    """Values for some of the properties that a type declares; in the wild, of any kind and undeclared too."""
    if wild:
        return st.dictionaries(st.sampled_from(["p", "q", "r", "z"]), SCALARS, max_size=2)
    return st.fixed_dictionaries({}, optional={key: _OF_TYPE[each] for key, each in sorted(type.properties.items())})


@st.composite
def _edges(draw: st.DrawFn, store: ReferenceStore, new: dict[Kind, int], most: int, wild: bool) -> list[Edge]:
    ends: dict[Kind, list[End]] = {
        kind: [("new", place) for place in range(new[kind])] * 2 + [("old", handle) for handle in store.nodes[kind]]
        for kind in KINDS
    }
    if wild:
        ends = {kind: [*known, ("old", UNKNOWN), ("old", UNKNOWN + 1)] for kind, known in ends.items()}
    names = ["events", "events", "events", "events", "attributions", "associations", "parents"]
    names = [name for name in names if all(ends[kind] for kind in _ENDS[name])]
    edges = []
    for _ in range(draw(st.integers(0, most)) if names else 0):
        name = draw(st.sampled_from(names))
        left, right = (draw(st.sampled_from(ends[kind])) for kind in _ENDS[name])
        edges.append((name, left, right, draw(_event_details[wild]) if name == "events" else ()))
    return edges


def _flags() -> st.SearchStrategy[PutOptions]:
    return st.builds(
        PutOptions,
        reuse_contexts=st.booleans(),
        force_reuse_contexts=st.booleans(),
        reuse_artifacts_by_external_id=st.booleans(),
        force_update_time=st.booleans(),
        allow_missing_artifacts=st.booleans(),
    )


def first_graph() -> PutCall:
    """Two steps in a row, the second one's output an input of the first as well, and a run of an experiment."""
    nodes = [NodeSpec("context", "T", None, {"name": name}) for name in ("experiment", "run")]
    nodes += [NodeSpec("artifact", "T", None, {"name": name, "uri": f"s3://b/{name}"}) for name in ("data", "x", "y")]
    nodes += [NodeSpec("execution", "T", None, {"state": "COMPLETE"}) for _ in range(2)]
    ends = [(0, 0, "INPUT"), (1, 0, "OUTPUT"), (1, 1, "INPUT"), (2, 1, "OUTPUT"), (2, 0, "DECLARED_INPUT")]
    edges: list[Edge] = [("events", ("new", a), ("new", e), (type, (), None)) for a, e, type in ends]
    edges += [("attributions", ("new", 0), ("new", 1), ()), ("associations", ("new", 0), ("new", 1), ())]
    return PutCall(nodes, [*edges, ("parents", ("new", 1), ("new", 0), ())])


@st.composite
def graphs(draw: st.DrawFn, store: ReferenceStore) -> PutCall:
    """New nodes, and edges between them and those that are there."""
    wild = draw(_WILD)
    new: dict[Kind, int] = {kind: draw(st.integers(0, 2)) for kind in KINDS}
    nodes = [draw(_node(store, kind, wild)) for kind in KINDS for _ in range(new[kind])]
    key = draw(st.sampled_from([key for key in (None, None, None, "key", "ключ\0") if key not in store.keys]))
    return PutCall(nodes, draw(_edges(store, new, 4, wild)), draw(_flags()), key, draw(_LATER))


@st.composite
def links(draw: st.DrawFn, store: ReferenceStore) -> PutCall:
    """Edges alone."""
    return PutCall(
        edges=draw(_edges(store, dict.fromkeys(KINDS, 0), 3, draw(_WILD))), options=draw(_flags()), later=draw(_LATER)
    )


_paths = ["uri", "state", "name", "external_id", "properties", "custom_properties", "nonsense", ""]
_paths += ["properties.p", "properties.q", "properties.z", "custom_properties.k", "custom_properties.a.b"]


@st.composite
def updates(draw: st.DrawFn, store: ReferenceStore) -> PutCall:
    """One node that is there, whole or by mask, perhaps guarded by the time that was read."""
    kind = draw(st.sampled_from([kind for kind in KINDS if store.nodes[kind]]))
    wild = draw(_WILD)
    handle = draw(st.sampled_from([*store.nodes[kind], *([UNKNOWN] if wild else [])]))
    spec = draw(_node(store, kind, wild, handle))
    mask = draw(st.one_of(st.none(), st.lists(st.sampled_from(_paths), min_size=1, max_size=3)))
    guarded = kind == "artifact" and draw(st.booleans())
    if kind == "context" and mask is not None:
        spec.fields["name"] = spec.fields["name"] or "a"  # whether a mask excuses a name that is missing, nobody says
    if mask is not None:  # nor whether it excuses a value that cannot be
        custom = spec.fields["custom_properties"]
        spec.fields["custom_properties"] = {key: value for key, value in custom.items() if value == value}
        if "state" not in mask:
            spec.fields.pop("state", None)
    if guarded and handle in store.nodes[kind]:
        read = store.nodes[kind][handle].updated or 0
        spec.fields["updated"] = draw(st.sampled_from([read - 1, None] if wild else [read]))
    options = PutOptions(update_mask=mask, abort_if_changed=guarded, force_update_time=draw(st.booleans()))
    return PutCall([spec], options=options, later=draw(_LATER))
