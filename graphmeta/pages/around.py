"""What is around a node: the events that join it to others, what it belongs to, what was said of it, its versions."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from typing import NamedTuple, TypedDict

from graphmeta.backends.predicates import And, Compare, Field, KnownAs, OneOf
from graphmeta.backends.requests import MembershipQuery, NodeQuery, Order, ParentQuery
from graphmeta.backends.rows import EventColumns, EventRow
from graphmeta.model import INPUT_EVENTS, INT64, AnyNode, Artifact, Context, Execution, Kind, node_id
from graphmeta.pages.bounds import LONGEST_VALUE, MOST_VALUES, short, short_text
from graphmeta.pages.nodes import NodeJson, Nodes
from graphmeta.query.annotations import annotations_of_one, without_annotations
from graphmeta.query.nodes import display
from graphmeta.query.production import is_bookkeeping, is_run
from graphmeta.store import Store
from graphmeta.store.hydrate import to_nodes
from graphmeta.vocabulary import ANNOTATION_TYPE, display_name

MOST_BESIDE = 100  # events of each sort that a page lists
MOST_CONTEXTS = 50
_MOST_PARENTS = 10  # of each of them
_MOST_PARTS, _LONGEST_PART = 20, 200  # of an event's path, and characters of one
MOST_VERSIONS = 10


class UseJson(TypedDict):
    """An event, with the node at its other end; `node` is null where the event names one that is not in the store."""

    kind: str
    id: int
    node: NodeJson | None
    type: str
    path: list[str | int]
    time: int | None


class UsesJson(TypedDict):
    """Events of one sort: the newest, and how many there are in all."""

    events: list[UseJson]
    total: int


class BelongsJson(TypedDict):
    """A context that the node belongs to, and the contexts that this one is part of."""

    context: NodeJson
    parents: list[NodeJson]


class AnnotationJson(TypedDict):
    """What somebody said of the node afterwards, and when, in milliseconds since the epoch. Texts are cut to 2,000
    characters."""

    key: str
    value: str | int | float | bool | None
    by: str
    time: int
    note: str


class Versions(NamedTuple):
    """Versions of one thing.

    Attributes:
        shown: the last stored first; an older one that was asked about, and the one before it, come behind.
        before: the one that was stored before the one that was asked about.
        more: whether there are others.
    """

    shown: list[Artifact]
    before: Artifact | None
    more: bool


class ContextsJson(TypedDict):
    """The contexts that a node belongs to, runs first, the newest first of both, and how many there are in all;
    annotations are none of them."""

    contexts: list[BelongsJson]
    total: int


def found(store: Store, kind: Kind, id: int) -> AnyNode | None:
    """The node of an address, or None where the store has none."""
    nodes = to_nodes(store.rows(kind, ids=[id]))
    return nodes[0] if nodes else None


def nodes_of(store: Store, kind: Kind, ids: Iterable[int]) -> dict[int, AnyNode]:
    """The nodes with these ids; unknown ones are left out."""
    wanted = sorted(set(ids))
    return {node_id(node): node for node in to_nodes(store.rows(kind, ids=wanted))} if wanted else {}


def existing(store: Store, kind: Kind, ids: Collection[int]) -> set[int]:
    """Those of the ids that the store has a node for."""
    if not ids:
        return set()
    return {row.id for row in store.backend.nodes(NodeQuery(kind, OneOf(Field("id"), sorted(ids)), bare=True))}


def split(events: EventColumns) -> tuple[list[EventRow], list[EventRow]]:
    """The events by which artifacts were used, and those by which they were made; by id."""
    used: list[EventRow] = []
    made: list[EventRow] = []
    for row in events.rows():
        (used if row[3] in INPUT_EVENTS else made).append(row)
    return used, made


def uses(store: Store, nodes: Nodes, rows: Sequence[EventRow], kind: Kind) -> UsesJson:
    """Events with the nodes at their ends of one kind: the newest `MOST_BESIDE`, the oldest of those first."""
    shown = rows[-MOST_BESIDE:]
    ends = [row[1] if kind == "artifact" else row[2] for row in shown]
    known = nodes_of(store, kind, ends)
    return {
        "events": [_use(nodes, known, kind, row, end) for row, end in zip(shown, ends, strict=True)],
        "total": len(rows),
    }


def _use(nodes: Nodes, known: dict[int, AnyNode], kind: Kind, row: EventRow, id: int) -> UseJson:
    node = known.get(id)
    return {
        "kind": kind,
        "id": id,
        "node": None if node is None else nodes.json(node),
        "type": row[3],
        "path": [short(part, _LONGEST_PART) for part in row[5][:_MOST_PARTS]],
        "time": row[4],
    }


def belongs(store: Store, nodes: Nodes, node: Artifact | Execution) -> ContextsJson:
    """The contexts of a node, and theirs."""
    kind = "artifact" if isinstance(node, Artifact) else "execution"
    pairs = store.backend.memberships(MembershipQuery(kind, node_ids=[node_id(node)]))  # type: ignore[arg-type]
    ids = without_annotations(store, sorted({context for _, context in pairs}, reverse=True))
    shown = ids[:MOST_CONTEXTS]
    above: dict[int, list[int]] = {}
    if shown:
        for child, parent in store.backend.parents(ParentQuery(child_ids=shown)):
            above.setdefault(child, []).append(parent)
    known = nodes_of(store, "context", [*shown, *(id for ids in above.values() for id in ids)])
    groups = {id for id, context in known.items() if context.type != ANNOTATION_TYPE}
    # The run is what people look for: TFX has a context for each kind of step and for its cache, too.
    shown.sort(key=lambda id: (not is_a_run(known.get(id)), is_bookkeeping(known[id].type if id in known else "")))
    return {
        "contexts": [
            {
                "context": nodes.json(known[id]),
                "parents": [nodes.json(known[up]) for up in above.get(id, ()) if up in groups][:_MOST_PARENTS],
            }
            for id in shown
            if id in known
        ],
        "total": len(ids),
    }


def said_of(store: Store, node: AnyNode) -> list[AnnotationJson]:
    """What counts of all that was said of a node, by key."""
    return [
        {
            "key": each.key,
            "value": short(each.value, LONGEST_VALUE),
            "by": short_text(each.by, LONGEST_VALUE),
            "time": each.time,
            "note": short_text(each.note, LONGEST_VALUE),
        }
        for each in list(annotations_of_one(store, node).current.values())[:MOST_VALUES]
    ]


def is_a_run(node: AnyNode | None) -> bool:
    """Whether a node is a context, and a run by its type's name."""
    return isinstance(node, Context) and is_run(node)


def versions_of(store: Store, artifact: Artifact) -> Versions:
    """The versions of the same thing. A name that is only the last part of a URI says nothing of what belongs together:
    then there is none but the artifact itself."""
    if not display_name(artifact.name, None, artifact.properties, artifact.custom_properties):
        return Versions([artifact], None, False)
    newest = _versions(store, artifact, MOST_VERSIONS + 1)
    shown = newest[:MOST_VERSIONS]
    older = [each for each in shown if node_id(each) < node_id(artifact)]
    if not older and len(newest) > MOST_VERSIONS:
        upto = _versions(store, artifact, 2, upto=node_id(artifact))
        shown += [each for each in upto if each not in shown]
        older = upto[1:]
    return Versions(shown, older[0] if older else None, len(newest) > MOST_VERSIONS)


def _versions(store: Store, artifact: Artifact, limit: int, upto: int = INT64[-1]) -> list[Artifact]:
    name = display(artifact)
    alike = And(
        (
            KnownAs([name]),
            Compare(Field("type_id"), "=", artifact.type_id or 0),
            Compare(Field("id"), "<=", upto),
        )
    )
    found = store.artifacts(alike, order=Order("id", descending=True), limit=limit)
    return [each for each in found if display(each) == name]
