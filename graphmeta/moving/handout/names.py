"""Names and external ids that were handed out: a store has each once, and the importer does not look."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Mapping, Sequence

from graphmeta.backends.batch import NodeWrite
from graphmeta.backends.rows import NodeRow, NodeRows
from graphmeta.backends.sqlite.reader import StoredProperties
from graphmeta.backends.statements import statement
from graphmeta.errors import InternalError
from graphmeta.model import Kind
from graphmeta.moving.renaming import renamed
from graphmeta.moving.source import Trouble

_ATTEMPTS = 5  # what is renamed may be called as a third one


class Names:
    """All that were handed out, in a database of SQLite's that it keeps on disk while this is open, and then deletes.

    Args:
        report: is told of nodes that had to be called otherwise.
    """

    def __init__(self, report: Callable[[Trouble], None]) -> None:
        self._report = report
        self._connection = sqlite3.connect("")
        for name in ("make_names", "make_external_ids"):
            self._connection.execute(statement("sql", f"handout/{name}"))

    def told_apart(self, kind: Kind, nodes: Sequence[NodeWrite]) -> Sequence[NodeWrite]:
        """The same nodes; those that are called as another one is are called otherwise."""
        for _ in range(_ATTEMPTS):
            try:
                with self._connection:  # all or none
                    self._take(kind, [node.row for node in nodes])
            except sqlite3.IntegrityError:
                nodes = renamed(self, kind, nodes, self._report)
            else:
                return nodes
        raise InternalError(f"The names of {kind}s {nodes[0].row.id} to {nodes[-1].row.id} cannot be told apart.")

    def called(self, kind: Kind, names: Sequence[tuple[int, str]], external_ids: Sequence[str]) -> list[NodeRows]:
        """Of the nodes that have one of these names (type id, name) or external ids, what they have of these."""
        rows = [
            NodeRow(id, type_id, "", name, None, None, None, 0, 0)
            for type_id, name in names
            for (id,) in self._connection.execute(statement("sql", "handout/called"), (type_id, name))
        ]
        rows += [
            NodeRow(id, 0, "", None, None, None, external_id, 0, 0)
            for external_id in external_ids
            for (id,) in self._connection.execute(statement("sql", "handout/known_outside"), (kind, external_id))
        ]
        return [NodeRows(kind, rows, StoredProperties([]))]

    def weights(self, texts: Sequence[str]) -> Mapping[str, str]:
        """Neo4j takes no two texts for the same."""
        return {text: text for text in texts}

    def close(self) -> None:
        """Delete them."""
        self._connection.close()

    def _take(self, kind: Kind, rows: Sequence[NodeRow]) -> None:
        names = [(row.type_id, row.name, row.id) for row in rows if row.name is not None]
        external_ids = [(kind, row.external_id, row.id) for row in rows if row.external_id is not None]
        self._connection.executemany(statement("sql", "handout/take_name"), names)
        self._connection.executemany(statement("sql", "handout/take_external_id"), external_ids)
