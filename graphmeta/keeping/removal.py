"""What would be removed, what stays although it matched, and what holds on to it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from graphmeta.keeping.arrows import Arrows, arrows_of, held
from graphmeta.keeping.coding import Flowing, by_kind
from graphmeta.keeping.describing import Description, Held, described
from graphmeta.keeping.made import only_made_by
from graphmeta.keeping.memberships import going_contexts
from graphmeta.keeping.selection import Candidates
from graphmeta.model import AnyNode, Kind
from graphmeta.query.answers.base import Answer, Json
from graphmeta.query.nodes import node_json
from graphmeta.store.store import Store


@dataclass(frozen=True, slots=True)
class RemovalPlan(Answer):
    """What would go.

    Attributes:
        store: its URL, without a password.
        time: when the plan was made, in milliseconds since the epoch.
        going: ids of what goes, by kind.
        held: ids of artifacts and executions that matched and stay, because something that stays was made from them.
        named: ids of contexts that go whatever artifacts were listed in them: that somebody named, and runs of which
            every step goes.
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
    arrows = arrows_of(store, found.types)
    for row in only_made_by(store, found.types, arrows, but=found.kept, before=found.before):
        found.add("artifact", row)
    _leave_unclear(found, arrows)
    stays = held(arrows, found.types)
    going = {node for node in found.types if node not in stays}
    edges = sum(source in going or target in going for source, target in arrows.pairs())
    around = going_contexts(store, going, arrows, found.kept_contexts, found.contexts)
    del arrows
    ids: dict[Kind, frozenset[int]] = {
        **{kind: frozenset(each) for kind, each in by_kind(going).items()},
        "context": frozenset(around.contexts),
    }
    said: Description = described(store, found, ids, stays, around)
    return RemovalPlan(
        store=store.url,
        time=store.backend.clock(),
        going=ids,
        held={kind: frozenset(each) for kind, each in by_kind(stays).items()},
        named=frozenset(found.contexts | around.emptied_runs),
        types=said.types,
        edges=edges + around.edges,
        bytes=said.bytes,
        exact=said.exact,
        nodes=said.nodes,
        stays=said.stays,
        stays_number=len(stays) + len(around.staying),
        notes=said.notes,
    )


def _leave_unclear(found: Candidates, arrows: Arrows) -> None:
    """Leave alone what an event of an unknown type ends at."""
    left = sum([found.keep(node) for node in arrows.unclear])
    if left:
        what = "1 node stays" if left == 1 else f"{left:,} nodes stay"
        found.notes.append(
            f"{what}: an event there is of a type that ML Metadata does not have. `graphmeta check integrity` names it."
        )
