"""A graphmeta store as a target: embedded, or in Neo4j."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

from graphmeta.backends.batch import Batch, Writer, Written
from graphmeta.backends.predicates import Compare, Field, OneOf, Predicate, TypeAndName
from graphmeta.backends.requests import EventQuery, MembershipQuery, NodeQuery, ParentQuery
from graphmeta.backends.rows import EventColumns, NodeRows, Totals
from graphmeta.model import Kind, Type
from graphmeta.moving.marks import NOTE
from graphmeta.moving.own import make_way
from graphmeta.moving.target import Target
from graphmeta.store import Store
from graphmeta.vocabulary import ANNOTATION_TYPE


class StoreTarget(Target):
    """A store that graphmeta has open. It holds everything as it is.

    Args:
        store: opened for writing; closed with the target.
    """

    def __init__(self, store: Store) -> None:
        super().__init__()
        self.url = store.url
        self._store = store
        self._backend = store.backend

    def types(self) -> list[Type]:
        return self._backend.types()

    def totals(self) -> Totals:
        return self._backend.totals()

    def nodes(self, kind: Kind, ids: Sequence[int]) -> NodeRows:
        return self._backend.nodes(NodeQuery(kind, OneOf(Field("id"), list(ids))))

    def there(self, kind: Kind, ids: Sequence[int]) -> set[int]:
        return {row.id for row in self._backend.nodes(NodeQuery(kind, OneOf(Field("id"), list(ids)), bare=True))}

    def called(self, kind: Kind, names: Sequence[tuple[int, str]], external_ids: Sequence[str]) -> list[NodeRows]:
        asked: list[Predicate] = [TypeAndName(names)] if names else []
        if external_ids:
            asked.append(OneOf(Field("external_id"), external_ids))
        return [self._backend.nodes(NodeQuery(kind, where)) for where in asked]

    def foreign(self, kind: Kind, after: int) -> int | None:
        rows = self._backend.nodes(NodeQuery(kind, Compare(Field("id"), ">", after), bare=True))
        return max((row.id for row in rows if row.type != ANNOTATION_TYPE), default=None)

    def events(self, after: int, limit: int) -> EventColumns:
        return self._backend.events(EventQuery(after=after, limit=limit))

    def members(self, kind: Literal["artifact", "execution"], pairs: Sequence[tuple[int, int]]) -> set[tuple[int, int]]:
        query = MembershipQuery(kind, node_ids=sorted({node for node, _ in pairs}))
        return set(self._backend.memberships(query)).intersection(pairs)

    def parents(self) -> set[tuple[int, int]]:
        return set(self._backend.parents(ParentQuery()))

    def close(self) -> None:
        self._store.close()

    def _prepare(self) -> str | None:
        self._store.initialise()
        return self._backend.transact(lambda writer: writer.note(NOTE))

    def _write(self, batch: Batch, types: Sequence[Type] | None, text: str) -> None:
        def work(writer: Writer) -> None:
            if self._is_written(writer.note(NOTE), text):
                return
            if types is not None:
                writer.take_types(make_way(writer, types))
            writer.write(batch, Written())
            writer.write_note(NOTE, text)

        self._backend.transact(work)
