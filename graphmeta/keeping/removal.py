"""What would be removed, what stays although it matched, and what holds on to it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from graphmeta.keeping.ages import Ages
from graphmeta.keeping.arrows import FEW, Arrows, Made, all_arrows, arrows_around, held
from graphmeta.keeping.coding import Flowing, by_kind, coded
from graphmeta.keeping.describing import Description, Held, described
from graphmeta.keeping.memberships import going_contexts
from graphmeta.keeping.rows import rows_of
from graphmeta.keeping.selection import Candidates
from graphmeta.model import AnyNode, Kind
from graphmeta.query.answers.base import Answer, Json
from graphmeta.query.nodes import node_json
from graphmeta.store.store import Store

# Whoever stores a step after what it made does so at once: what was stored so much earlier, in milliseconds, it only
# wrote to.
_AT_ONCE = 3_600_000
_FINISHED = (None, "LIVE")


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
    arrows = all_arrows(store) if len(found.types) > FEW else arrows_around(store, found.types)
    _take_along(store, found, arrows)
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


def _take_along(store: Store, found: Candidates, arrows: Arrows) -> None:
    """Take what only candidates made. What was stored long before its step is not what that made, nor what a step only
    announced and is finished all the same."""
    made = Made(arrows, found.types)
    artifacts = by_kind(made.makers.keys() - found.kept)["artifact"]
    if not artifacts:
        return
    steps = by_kind({maker for makers in made.makers.values() for maker in makers})["execution"]
    stored = {coded("execution", row.id): row.created for row in rows_of(store, "execution", steps)}
    for row in Ages(store, found.before).among("artifact", artifacts):
        node = coded("artifact", row.id)
        first = min(stored.get(maker, 0) for maker in made.makers[node])
        if row.created < first - _AT_ONCE or (node in made.announced and row.state in _FINISHED):
            continue
        found.add("artifact", row)


def _leave_unclear(found: Candidates, arrows: Arrows) -> None:
    """Leave alone what an event of an unknown type ends at."""
    left = sum([found.keep(node) for node in arrows.unclear])
    if left:
        what = "1 node stays" if left == 1 else f"{left:,} nodes stay"
        found.notes.append(
            f"{what}: an event there is of a type that ML Metadata does not have. `graphmeta check integrity` names it."
        )
