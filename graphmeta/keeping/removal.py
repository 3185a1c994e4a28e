"""What would be removed, what stays although it matched, and what holds on to it."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from graphmeta.backends.predicates import And, Compare, Field, OneOf, StartsWith
from graphmeta.backends.requests import NodeQuery
from graphmeta.keeping.arrows import FEW, all_arrows, arrows_around, held, made_by_these_alone
from graphmeta.keeping.memberships import GoingContexts, going_contexts
from graphmeta.keeping.selection import Candidates, Flowing, decoded, rows_of
from graphmeta.model import KINDS, AnyNode, Kind
from graphmeta.query.answers.base import Answer, Json
from graphmeta.query.nodes import node_json, value_json
from graphmeta.store.hydrate import to_node, to_nodes
from graphmeta.store.store import Store

SHOWN = 100
_WEIGHED = 2_000  # nodes whose values are measured; of more, so many of each kind stand for all
_NAMES_LOOKED_AT = 50


@dataclass(frozen=True, slots=True)
class Held:
    """A node that matched and stays.

    Attributes:
        by: what stays and was made from it; of a context: what stays in it. None where that is not known.
    """

    node: AnyNode
    by: AnyNode | None


@dataclass(frozen=True, slots=True)
class RemovalPlan(Answer):
    """What would go.

    Attributes:
        store: its URL, without a password.
        time: when the plan was made, in milliseconds since the epoch.
        going: ids of what goes, by kind.
        held: ids of artifacts and executions that matched and stay, because something that stays was made from them.
        named: ids of contexts that somebody named: those that go do so whatever artifacts were listed in them.
        types: how many go, by kind and name of the type, the most first.
        edges: how many events, memberships and parent links go with them.
        bytes: what the values of what goes take, about; not the files that artifacts are.
        exact: whether all values were measured; else the number is an estimate from a sample.
        nodes: the first hundred that go.
        stays: the first hundred that matched and stay.
        notes: what else people should know.
    """

    store: str
    time: int
    going: Mapping[Kind, frozenset[int]]
    held: Mapping[Flowing, frozenset[int]]
    named: frozenset[int] = frozenset()
    types: Mapping[tuple[Kind, str], int] = field(default_factory=dict)
    edges: int = 0
    bytes: int = 0
    exact: bool = True
    nodes: Sequence[AnyNode] = ()
    stays: Sequence[Held] = ()
    stays_number: int = 0
    notes: Sequence[str] = ()

    @property
    def number(self) -> int:
        """How many nodes go."""
        return sum(map(len, self.going.values()))

    @property
    def matched(self) -> bool:
        """Whether there is anything that goes, or would if nothing held it."""
        return bool(self.number or self.stays_number)

    def to_json(self) -> Json:
        """{"store", "time", "goes", "stays", "notes"}."""
        return {
            "store": self.store,
            "time": self.time,
            "goes": {
                "number": self.number,
                "by_type": [
                    {"kind": kind, "type": type, "nodes": number} for (kind, type), number in self.types.items()
                ],
                "edges": self.edges,
                "bytes": self.bytes,
                "bytes_are_exact": self.exact,
                "first": [node_json(node) for node in self.nodes],
            },
            "stays": {
                "number": self.stays_number,
                "first": [
                    {"node": node_json(each.node), "held_by": None if each.by is None else node_json(each.by)}
                    for each in self.stays
                ],
            },
            "notes": [*self.notes],
        }


def plan(store: Store, found: Candidates) -> RemovalPlan:
    """What of the candidates can go without cutting the lineage of anything that stays. Nothing is written.

    What only candidates made goes along with them, unless it was updated later than candidates may have been.
    """
    arrows = all_arrows(store) if len(found.types) > FEW else arrows_around(store, found.types)
    for kind, ids in _by_kind(made_by_these_alone(arrows, found.types) - found.types.keys() - found.kept).items():
        old = [] if found.before is None else [Compare(Field("updated"), "<=", found.before)]
        for row in rows_of(store, kind, ids, *old):
            found.add(kind, row)
    stays = held(arrows, found.types)
    going = {node for node in found.types if node not in stays}
    edges = sum(source in going or target in going for source, target in arrows.pairs())
    del arrows
    around = going_contexts(store, going, found.kept_contexts, found.contexts)
    return _described(store, found, going, stays, around, edges)


def _described(
    store: Store,
    found: Candidates,
    going: set[int],
    stays: Mapping[int, int],
    around: GoingContexts,
    edges: int,
) -> RemovalPlan:
    ids: dict[Kind, frozenset[int]] = {
        **{kind: frozenset(each) for kind, each in _by_kind(going).items()},
        "context": frozenset(around.contexts),
    }
    type_of: dict[Kind, Callable[[int], int]] = {
        "artifact": lambda id: found.types[2 * id],
        "execution": lambda id: found.types[2 * id + 1],
    }
    contexts = {row.id: row.type_id for row in rows_of(store, "context", around.contexts)}
    type_of["context"] = contexts.__getitem__
    names = {type.id: type.name for type in store.types(system=True)}
    by_type: dict[tuple[Kind, int], list[int]] = {}
    for kind in ("context", "execution", "artifact"):
        for id in sorted(ids[kind]):
            by_type.setdefault((kind, type_of[kind](id)), []).append(id)
    numbers: Counter[tuple[Kind, str]] = Counter()
    for (kind, type), those in by_type.items():
        numbers[kind, names.get(type, "")] += len(those)
    bytes, exact = _weight(store, ids)
    return RemovalPlan(
        store.url,
        store.backend.clock(),
        ids,
        {kind: frozenset(each) for kind, each in _by_kind(stays).items()},
        frozenset(found.contexts),
        dict(numbers.most_common()),
        edges + around.edges,
        bytes,
        exact,
        _first(store, by_type),
        _stays(store, stays, around),
        len(stays) + len(around.staying),
        [*found.notes, *_unlisted(around), *_numbers_again(store, found, ids)],
    )


def _by_kind(nodes: Iterable[int]) -> dict[Flowing, list[int]]:
    found: dict[Flowing, list[int]] = {"artifact": [], "execution": []}
    for node in nodes:
        kind, id = decoded(node)
        found[kind].append(id)
    return found


def _first(store: Store, by_type: Mapping[tuple[Kind, int], Sequence[int]]) -> list[AnyNode]:
    """Some nodes of each type, a hundred in all."""
    each = max(1, SHOWN // max(1, len(by_type)))
    chosen: dict[Kind, list[int]] = {kind: [] for kind in ("context", "execution", "artifact")}
    left = SHOWN
    for (kind, _), those in by_type.items():
        some = those[: min(each, left)]
        chosen[kind] += some
        left -= len(some)
    found: list[AnyNode] = []
    for kind, ids in chosen.items():
        if ids:
            found += to_nodes(store.rows(kind, ids=sorted(ids)))
    return found


def _stays(store: Store, stays: Mapping[int, int], around: GoingContexts) -> list[Held]:
    """The first hundred that matched and stay, contexts that were named first."""
    pairs: list[tuple[tuple[Kind, int], tuple[Kind, int] | None]] = [
        (("context", id), None if by is None else decoded(by)) for id, by in sorted(around.staying.items())
    ]
    pairs += [(decoded(node), decoded(stays[node])) for node in sorted(stays)[:SHOWN]]
    pairs = pairs[:SHOWN]
    wanted: dict[Kind, set[int]] = {kind: set() for kind in KINDS}
    for pair in pairs:
        for key in pair:
            if key is not None:
                wanted[key[0]].add(key[1])
    known: dict[tuple[Kind, int], AnyNode] = {}
    for kind, ids in wanted.items():
        if ids:
            known.update(((kind, node.id or 0), node) for node in to_nodes(store.rows(kind, ids=sorted(ids))))
    return [Held(known[node], known.get(by) if by else None) for node, by in pairs if node in known]


def _weight(store: Store, ids: Mapping[Kind, frozenset[int]]) -> tuple[int, bool]:
    """The bytes of the values of nodes: their fields and properties as text; and whether all were looked at."""
    total, exact = 0.0, True
    for kind, those in ids.items():
        ordered = sorted(those)
        every = -(-len(ordered) // _WEIGHED)
        some = ordered[:: max(1, every)]
        if some:
            rows = store.rows(kind, ids=some)
            measured = sum(_size(to_node(rows, row)) for row in rows)
            total += measured * len(ordered) / max(1, len(rows))
            exact = exact and len(some) == len(ordered)
    return round(total), exact


def _size(node: AnyNode) -> int:
    texts = [node.name, getattr(node, "uri", None), node.external_id]
    size = sum(len(text.encode("utf-8", "surrogatepass")) for text in texts if text)
    for values in (node.properties, node.custom_properties):
        for key, value in values.items():
            size += len(key.encode("utf-8", "surrogatepass"))
            if isinstance(value, str):
                size += len(value.encode("utf-8", "surrogatepass"))
            elif isinstance(value, (int, float)):
                size += 8
            else:
                size += len(json.dumps(value_json(value)))
    return size


# ---------------------------------------------------------------- notes


def _unlisted(around: GoingContexts) -> list[str]:
    if not around.unlisted:
        return []
    what = "1 artifact that stays was" if around.unlisted == 1 else f"{around.unlisted:,} artifacts that stay were"
    return [f"{what} listed in what goes, and will not be any longer."]


def _numbers_again(store: Store, found: Candidates, ids: Mapping[Kind, frozenset[int]]) -> list[str]:
    """What is said where the last version of a name goes: the recorder counts on from the highest that is there."""
    last: dict[tuple[Kind, int, str], int] = {}
    named = [(*decoded(node), found.types[node], name) for node, name in found.names.items()]
    rows: list[tuple[Kind, int, int, str]] = [each for each in named if each[1] in ids[each[0]]]
    rows += [("context", row.id, row.type_id, row.name or "") for row in rows_of(store, "context", ids["context"])]
    for kind, _, type, name in rows:
        base, _, version = name.rpartition("@")
        if base and version.isascii() and version.isdigit() and len(version) < 20:
            last[kind, type, base] = max(int(version), last.get((kind, type, base), 0))
    again = [
        f"{base}@{version}"
        for (kind, type, base), version in list(last.items())[:_NAMES_LOOKED_AT]
        if not _later(store, kind, type, base, version)
    ]
    if not again:
        return []
    shown = ", ".join(again[:5]) + (f" and {len(again) - 5} more" if len(again) > 5 else "")
    more = len(last) - _NAMES_LOOKED_AT
    unseen = f" {more:,} further names were not looked at." if more > 0 else ""
    return [
        f"The last version of {'a name' if len(again) == 1 else 'some names'} goes: {shown}. The recorder counts on "
        "from what is left, so it may give such a number again; then `graphmeta restore` finds the name taken." + unseen
    ]


def _later(store: Store, kind: Kind, type: int, base: str, version: int) -> bool:
    """Whether a later version of a name is in the store."""
    where = And([OneOf(Field("type_id"), [type]), StartsWith(Field("name"), f"{base}@")])
    for row in store.backend.nodes(NodeQuery(kind, where, bare=True)):
        number = (row.name or "")[len(base) + 1 :]
        if number.isascii() and number.isdigit() and len(number) < 20 and int(number) > version:
            return True
    return False
