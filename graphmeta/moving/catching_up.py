"""Bringing to a copy what its source has and it lacks, or has otherwise: types and nodes.

Everything is compared with what is there before it is written, so that doing it again does nothing, and what somebody
else wrote to the copy is found: a taken id is told and left as it is.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime

from graphmeta.backends.batch import NodeWrite, TakenError
from graphmeta.backends.rows import NodeRow, NodeRows
from graphmeta.model import Kind, Type
from graphmeta.moving.came import Came, Known
from graphmeta.moving.digests import node_fields, type_names
from graphmeta.moving.renaming import renamed
from graphmeta.moving.source import Source, Trouble
from graphmeta.moving.target import Target

_ATTEMPTS = 4


class CatchingUp:
    """Writes to a target the types and nodes that its source has more, or otherwise.

    Args:
        report: is told of what cannot be as it is in the source; the same is told once.

    Attributes:
        came: what came so far; whoever wants to count anew sets a new one.
        known: what is remembered to be there.
        foreign: nodes of the target that have an id which the source gives to another; nothing is joined to them.
    """

    def __init__(self, source: Source, target: Target, report: Callable[[Trouble], None]) -> None:
        self.source = source
        self.target = target
        self._report = report
        self._told: set[Trouble] = set()
        self._types: dict[int | None, Type] = {}
        self._type_text = ""
        # Nodes that gave up their names to others, to be brought anew.
        self._behind: dict[Kind, set[int]] = {}
        self.came = Came()
        self.known = Known()
        self.foreign: set[tuple[Kind, int]] = set()

    # ------------------------------------------------------------ types

    def types(self) -> None:
        """Bring new types and what types gained."""
        types = self.source.types()
        self._types = {type.id: type for type in types}
        text = repr(types)
        if text != self._type_text:
            self.target.take_types(self.target.fitting_types(types, self.report))
            self._type_text = text

    def note(self) -> None:
        """Write the target's mark, and nothing else."""
        self.target.write()

    # ------------------------------------------------------------ nodes

    def nodes(self, kind: Kind, rows: NodeRows) -> None:
        """Bring nodes that the target lacks, and those that are otherwise there."""
        if any(row.type_id not in self._types for row in rows):
            self.types()
        names = type_names(list(self._types.values()))
        texts = {row.id: repr(node_fields(rows, row, names)) for row in rows}
        fresh = {row.id: row for row in rows if not self.known.has(kind, row.id, texts[row.id])}
        if not fresh:
            return
        there = self.target.nodes(kind, sorted(fresh))
        before = {row.id: row for row in there}
        writes: list[NodeWrite] = []
        for id, row in fresh.items():
            was = before.get(id)
            if was is not None and repr(node_fields(there, was, names)) == texts[id]:
                self.known.add(kind, id, texts[id], was.updated)
            elif was is not None and (was.created, was.type_id) != (row.created, row.type_id):
                self.tell(f"{kind}/{id}", "somebody else wrote one with this id to the target; it is left as it is.")
                self.foreign.add((kind, id))
            else:
                if was is not None:
                    self._tell_if_changed(kind, was)
                writes.append(self._write_of(kind, rows, row, create=was is None))
        if writes:
            self._write_nodes(kind, writes, texts)

    def _tell_if_changed(self, kind: Kind, was: NodeRow) -> None:
        """Tell of a node of the target that is to be replaced and that somebody else changed there: it has another time
        than the copy gave it; or, where that is not remembered, one later than any that a copy has given."""
        given, latest = self.known.updated(kind, was.id), self.target.mark.latest
        if was.updated != given if given is not None else latest is not None and was.updated > latest:
            what = f"somebody else changed it in the target at {_shown(was.updated)}; the source's comes in its place."
            self.tell(f"{kind}/{was.id}", what)

    def _write_of(self, kind: Kind, rows: NodeRows, row: NodeRow, *, create: bool) -> NodeWrite:
        type = self._types.get(row.type_id)
        return NodeWrite(kind, create, row, *rows.properties(row.id), None if type is None else type.base_type)

    def _write_nodes(self, kind: Kind, writes: list[NodeWrite], texts: dict[int, str]) -> None:
        given = writes = self.target.fitting(writes, self.report)
        for attempt in range(_ATTEMPTS):
            try:
                self.target.write(nodes=writes)
                break
            except TakenError as taken:
                if taken.what not in ("name", "external_id") or attempt == _ATTEMPTS - 1:
                    raise
                if attempt == 0:
                    self._free(kind, writes)
                else:
                    writes = renamed(self.target, kind, given, self.report)
                    writes = self.target.fitting(writes, self.report)
        for node in writes:
            self.known.add(kind, node.row.id, texts[node.row.id], node.row.updated)
        created = sum(node.create for node in writes)
        self.came.count(kind, created, len(writes) - created, (node.row.updated for node in writes))

    def _free(self, kind: Kind, writes: Sequence[NodeWrite]) -> None:
        """Let nodes of the source that are called otherwise there by now give up their names and external ids: one may
        have taken what another gave up, even in a circle. They are brought anew at once, or with the next round."""
        wanted = {node.row.id: node.row for node in writes}
        pairs = [(row.type_id, row.name) for row in wanted.values() if row.name is not None]
        external_ids = [row.external_id for row in wanted.values() if row.external_id is not None]
        freed: dict[int, NodeWrite] = {}
        for holders in self.target.called(kind, pairs, external_ids):
            now = {row.id: row for row in self.source.nodes_by_id(kind, [row.id for row in holders])}
            for row in holders:
                mine = now.get(row.id)
                if mine is None or mine.created != row.created:
                    continue  # somebody else's
                if (mine.name, mine.external_id) == (row.name, row.external_id):
                    continue
                kept = freed[row.id].row if row.id in freed else row
                name = kept.name if mine.name == row.name else f"graphmeta-moving:{kind}/{row.id}"
                external_id = kept.external_id if mine.external_id == row.external_id else None
                kept = kept._replace(name=name, external_id=external_id, updated=0)
                freed[row.id] = self._write_of(kind, holders, kept, create=False)
                self._tell_if_changed(kind, row)
                self.known.forget(kind, row.id)
        if freed:
            self.target.write(nodes=list(freed.values()))
            others = [id for id in freed if id not in wanted]
            if others:
                self._behind.setdefault(kind, set()).update(others)

    def again(self) -> None:
        """Bring anew the nodes that gave up their names to others."""
        behind, self._behind = self._behind, {}
        for kind, ids in behind.items():
            self.nodes(kind, self.source.nodes_by_id(kind, sorted(ids)))

    # ------------------------------------------------------------ telling

    def tell(self, where: str, what: str) -> None:
        """Report what cannot be as it is in the source, once."""
        self.report(Trouble(where, what))

    def report(self, trouble: Trouble) -> None:
        """The same, of a trouble."""
        if trouble not in self._told:
            self._told.add(trouble)
            self._report(trouble)


def _shown(time: int) -> str:
    """A moment in the local zone."""
    try:
        return datetime.fromtimestamp(time / 1000).astimezone().isoformat(timespec="seconds")
    except (OverflowError, ValueError, OSError):  # no such year
        return f"{time} ms"
