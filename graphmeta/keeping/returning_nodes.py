"""The nodes of a dump, back into a store."""

from __future__ import annotations

import os
from collections.abc import Mapping
from typing import NamedTuple

from graphmeta.backends.batch import Batch, NodeWrite, TakenError, Writer, Written
from graphmeta.backends.predicates import Field, OneOf, TypeAndName
from graphmeta.backends.requests import NodeQuery
from graphmeta.backends.rows import NodeRow, NodeRows
from graphmeta.errors import FailedPreconditionError
from graphmeta.keeping.dump import Line, node_of
from graphmeta.keeping.restored import Restored
from graphmeta.keeping.tombstones import is_tombstone_of
from graphmeta.model import Kind, Properties, Type
from graphmeta.moving.digests import node_fields, type_names
from graphmeta.store.store import Store

_FIELDS_SHOWN = 3
_TAKEN = (
    "What has the name or the external id now can be removed (`graphmeta delete`), and the dump restored again. Or "
    "restore it to a new file: --store other.db --into-another-store."
)
_TOMBSTONES = "--overwrite gives tombstones back what they lost."


class _Node(NamedTuple):
    """A node of the dump, of a type of this store."""

    row: NodeRow
    declared: Properties
    custom: Properties
    base_type: str | None


class _Given:
    """The properties of nodes of the dump, as a store would give them."""

    def __init__(self, nodes: list[_Node]) -> None:
        self._nodes = {node.row.id: node for node in nodes}

    def of(self, id: int) -> tuple[Properties, Properties]:
        node = self._nodes[id]
        return node.declared, node.custom

    def rows(self) -> list[tuple[int, str, int, object]]:
        return [
            (id, key, custom, value)
            for id, node in self._nodes.items()
            for custom, values in enumerate((node.declared, node.custom))
            for key, value in values.items()
        ]


class Nodes:
    """Brings nodes back.

    Attributes:
        types: of the store, by their ids in the dump.
    """

    def __init__(self, store: Store, done: Restored, *, dry_run: bool, overwrite: bool) -> None:
        self.types: dict[int, Type] = {}
        self._store = store
        self._names: dict[int, object] = {}
        self._backend = store.backend
        self._done = done
        self._dry_run = dry_run
        self._overwrite = overwrite

    def put(self, kind: Kind, lines: list[Line]) -> None:
        """Nodes of one kind, in one transaction."""
        types = [self.types[line["type_id"]] for line in lines]
        nodes = [_Node(*node_of(line, type), type.base_type) for line, type in zip(lines, types, strict=True)]
        given = NodeRows(kind, [node.row for node in nodes], _Given(nodes))
        asked = NodeQuery(kind, OneOf(Field("id"), [node.row.id for node in nodes]))
        there = self._backend.nodes(asked)
        by_id = {row.id: row for row in there}
        taken = self._taken(kind, [node for node in nodes if node.row.id not in by_id])
        names = self._names = self._names or type_names(self._store.types(system=True))
        new: list[NodeWrite] = []
        tombstones: list[_Node] = []
        for node in nodes:
            row, held = node.row, by_id.get(node.row.id)
            if held is None and row.id in taken:
                self._refuse(kind, row.id, taken[row.id], _TAKEN)
            elif held is None:
                new.append(NodeWrite(kind, True, row, node.declared, node.custom, node.base_type))
            elif (held.type_id, held.created) != (row.type_id, row.created):
                self._refuse(kind, row.id, "that id is something else's here")
            else:
                differing = _differing(node_fields(given, row, names), node_fields(there, held, names))
                if not differing:
                    self._done.there[kind] += 1
                elif self._overwrite and _buried(there, held, node):
                    tombstones.append(node)
                else:
                    self._differs(kind, there, held, node, differing)
        self._create(new)
        self._done.written[kind] += len(new)
        if tombstones:
            self._dig_up(kind, tombstones)

    def look_at_joined(self, kind: Kind, lines: list[Line]) -> None:
        """What edges end at and stayed: only what is the same thing as then is joined."""
        ids = [line["id"] for line in lines]
        rows = {row.id: row for row in self._backend.nodes(NodeQuery(kind, OneOf(Field("id"), ids), bare=True))}
        for line in lines:
            row = rows.get(line["id"])
            if row is None:
                self._done.strange.add((kind, line["id"]))
                self._done.tell(f"{kind}/{line['id']}, to which something was joined, is not here any longer.")
            elif (row.type, row.created) != (line["type"], line["created"]):
                self._refuse(kind, line["id"], "that id is something else's here")

    # ------------------------------------------------------------ what is in the way

    def _taken(self, kind: Kind, nodes: list[_Node]) -> dict[int, str]:
        """Of nodes that are to come back, those whose name or external id another has, with a sentence's end."""
        found: dict[int, str] = {}
        names = {(node.row.type_id, node.row.name): node.row.id for node in nodes if node.row.name is not None}
        if names:
            for other in self._backend.nodes(NodeQuery(kind, TypeAndName(list(names)), bare=True)):
                found[names[other.type_id, other.name or ""]] = (
                    f"{kind}/{other.id} has its name, {other.name!r:.200}, now"
                )
        external = {node.row.external_id: node.row.id for node in nodes if node.row.external_id is not None}
        if external:
            where = OneOf(Field("external_id"), list(external))
            for other in self._backend.nodes(NodeQuery(kind, where, bare=True)):
                found[external[other.external_id or ""]] = f"{kind}/{other.id} has its external id now"
        return found

    def _refuse(self, kind: Kind, id: int, why: str, way_out: str = "") -> None:
        self._done.strange.add((kind, id))
        self._done.tell(f"{kind}/{id} cannot come back: {why}.", way_out)

    def _differs(self, kind: Kind, there: NodeRows, held: NodeRow, node: _Node, names: list[str]) -> None:
        more = len(names) - _FIELDS_SHOWN
        shown = ", ".join(names[:_FIELDS_SHOWN]) + (f" and {more} more" if more > 0 else "")
        tombstone = _buried(there, held, node)
        self._done.tell(
            f"{kind}/{held.id} is {'a tombstone here' if tombstone else 'there'} and differs in {shown}; it is left as "
            "it is.",
            _TOMBSTONES if tombstone else "",
        )

    # ------------------------------------------------------------ writing

    def _create(self, nodes: list[NodeWrite]) -> None:
        """Write nodes that are not there.

        Raises:
            FailedPreconditionError: somebody else takes their names at this moment.
        """
        if self._dry_run or not nodes:
            return
        try:
            self._backend.transact(lambda writer: writer.write(Batch(_key(), nodes=nodes), Written()))
        except TakenError:
            raise meanwhile(self._backend.url) from None

    def _dig_up(self, kind: Kind, nodes: list[_Node]) -> None:
        """Give tombstones back what they lost; what somebody changes at this moment is left as it is."""
        if self._dry_run:
            self._done.overwritten += len(nodes)
            return

        def work(writer: Writer) -> Mapping[int, NodeRow]:
            asked = NodeQuery(kind, OneOf(Field("id"), [node.row.id for node in nodes]))
            there = writer.nodes(asked, lock=True)
            buried = {row.id: row for row in there}
            same = [node for node in nodes if node.row.id in buried and _buried(there, buried[node.row.id], node)]
            writes = [NodeWrite(kind, False, node.row, node.declared, node.custom, node.base_type) for node in same]
            if writes:
                writer.write(Batch(_key(), nodes=writes), Written())
            return {write.row.id: write.row for write in writes}

        written = self._backend.transact(work)
        self._done.overwritten += len(written)
        for node in nodes:
            if node.row.id not in written:
                self._done.tell(f"{kind}/{node.row.id} was changed at this moment; it is left as it is.")


def _differing(one: Mapping[str, object], other: Mapping[str, object]) -> list[str]:
    """The names of fields that differ, values of one kind compared: 1 is not 1.0."""
    return [name for name in dict.fromkeys((*one, *other)) if repr(one.get(name)) != repr(other.get(name))]


def _buried(there: NodeRows, held: NodeRow, node: _Node) -> bool:
    return is_tombstone_of(there, held, (node.row, node.declared, node.custom))


def meanwhile(url: str) -> FailedPreconditionError:
    """What is said where somebody else writes the same at this moment."""
    return FailedPreconditionError(
        f"Somebody else writes to {url} what is to come back. Run the command again: what came back is there, and the "
        "rest is added."
    )


def _key() -> str:
    return os.urandom(16).hex()
