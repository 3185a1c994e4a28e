"""What lies in a database that is copied to."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Literal

from graphmeta.backends.rows import NodeRows
from graphmeta.model import Kind
from graphmeta.moving.sources.portions import Database
from graphmeta.moving.sources.sql import IDS_AT_ONCE, TABLES, SqlSource, node_columns
from graphmeta.portions import portions


class There(SqlSource):
    """A database of ours, to see what is there before something is written."""

    def there(self, kind: Kind, ids: Sequence[int]) -> set[int]:
        """Those of the ids that nodes have."""

        def work(database: Database) -> set[int]:
            return {
                row[0]
                for some in portions(ids, IDS_AT_ONCE)
                for row in database.rows("exist", some, table=TABLES[kind], ids=_marks(some))
            }

        return self._read(work)

    def called(self, kind: Kind, names: Sequence[tuple[int, str]], external_ids: Sequence[str]) -> list[NodeRows]:
        """The nodes that have one of these names (type id, name) or external ids, as the database compares them."""
        by_type: dict[int, list[str]] = {}
        for type_id, name in names:
            by_type.setdefault(type_id, []).append(self._dialect.sent(name))

        def work(database: Database) -> set[int]:
            places = {"table": TABLES[kind], **node_columns(database, kind)}
            rows: list[tuple[Any, ...]] = []
            for type_id, own in by_type.items():
                for some in portions(own, IDS_AT_ONCE):
                    rows += database.rows("nodes_called", [type_id, *some], names=_marks(some), **places)
            for some in portions([self._dialect.sent(each) for each in external_ids], IDS_AT_ONCE):
                rows += database.rows("nodes_known_outside", some, external_ids=_marks(some), **places)
            return {row[0] for row in rows}

        found = self._read(work)
        return [self.nodes_by_id(kind, sorted(found))] if found else []

    def members(self, kind: Literal["artifact", "execution"], pairs: Sequence[tuple[int, int]]) -> set[tuple[int, int]]:
        """Those of the (node id, context id) that are there."""
        places = {"table": TABLES["attribution" if kind == "artifact" else "association"], "node": f"{kind}_id"}

        def work(database: Database) -> set[tuple[int, int]]:
            found: set[tuple[int, int]] = set()
            for some in portions(pairs, IDS_AT_ONCE):
                nodes, contexts = sorted({node for node, _ in some}), sorted({context for _, context in some})
                marks = {"ids": _marks(nodes), "contexts": _marks(contexts)}
                found.update(database.rows("members_among", [*contexts, *nodes], **marks, **places))
            return found.intersection(pairs)

        return self._read(work)


def _marks(items: Sequence[object]) -> str:
    return ", ".join("?" * len(items))
