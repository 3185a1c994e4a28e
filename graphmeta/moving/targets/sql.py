"""ML Metadata's own databases as targets: MySQL, MariaDB and PostgreSQL, of schema 10.

A portion is one transaction, and in it the note of how far the copy is, in a small table of our own.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Sequence
from typing import Literal, TypeVar

from graphmeta.backends.batch import Batch, EventWrite, NodeWrite
from graphmeta.backends.rows import EventColumns, NodeRows, Totals
from graphmeta.model import Kind, Type
from graphmeta.moving.source import Source
from graphmeta.moving.sources.dialects import WritableDialect
from graphmeta.moving.target import Report, Target
from graphmeta.moving.targets.fitting import Fitter, Limits
from graphmeta.moving.targets.making import NOTES, Making
from graphmeta.moving.targets.statements import Statements
from graphmeta.moving.targets.there import There
from graphmeta.moving.targets.writing import Writing

T = TypeVar("T")
_NOTE = "copy"


class SqlTarget(Target):
    """An empty database that becomes ML Metadata's, or the copy that one became.

    Args:
        dialect: of the database.
        limits: what its columns hold.
    """

    def __init__(self, dialect: WritableDialect, limits: Limits) -> None:
        super().__init__()
        self.url = dialect.url
        self._dialect = dialect
        self._limits = limits
        self._statements: Statements | None = None
        self._found: There | None = None
        self._has_notes = False
        self._connected()  # says at once where nobody answers

    # ------------------------------------------------------------ what is there

    def types(self) -> list[Type]:
        return self._there.types()

    def totals(self) -> Totals:
        summary = self._there.summary()
        return Totals(
            {str(part): number for part, number in summary.numbers.items()},
            {str(part): number for part, number in summary.highest.items()},
            summary.first,
            summary.last,
        )

    def nodes(self, kind: Kind, ids: Sequence[int]) -> NodeRows:
        return self._there.nodes_by_id(kind, ids)

    def there(self, kind: Kind, ids: Sequence[int]) -> set[int]:
        return self._there.there(kind, ids)

    def called(self, kind: Kind, names: Sequence[tuple[int, str]], external_ids: Sequence[str]) -> list[NodeRows]:
        return self._there.called(kind, names, external_ids)

    def events(self, after: int, limit: int) -> EventColumns:
        return self._there.events(after, limit)

    def members(self, kind: Literal["artifact", "execution"], pairs: Sequence[tuple[int, int]]) -> set[tuple[int, int]]:
        return self._there.members(kind, pairs)

    def parents(self) -> set[tuple[int, int]]:
        return set(self._there.parents())

    @property
    def _there(self) -> There:
        if self._found is None:
            self._found = There(self._dialect)
        return self._found

    # ------------------------------------------------------------ what it can hold

    def fitting(self, nodes: Sequence[NodeWrite], report: Report) -> list[NodeWrite]:
        fit = Fitter(self.url, self._limits, report).node
        return [fit(node) for node in nodes]

    def fitting_events(self, events: Sequence[EventWrite], report: Report) -> list[EventWrite]:
        fit = Fitter(self.url, self._limits, report).event
        return [fit(event) for event in events]

    def fitting_types(self, types: Sequence[Type], report: Report) -> list[Type]:
        fit = Fitter(self.url, self._limits, report).type
        return [fit(type) for type in types]

    # ------------------------------------------------------------ writing

    def judge(self, source: Source, types: Sequence[Type], *, shared: bool = False) -> None:
        self._report = lambda trouble: source.report(trouble)
        Fitter(self.url, self._limits, self._report).check_ids(source.highest())
        super().judge(source, types, shared=shared)

    def close(self) -> None:
        if self._found is not None:
            self._found.close()
        self._disconnect()

    def _prepare(self) -> str | None:
        def work(statements: Statements) -> str | None:
            making = Making(statements)
            making.make()
            self._has_notes = making.has_notes
            return _noted(statements) if self._has_notes else None

        return self._transact(work)

    def _write(self, batch: Batch, types: Sequence[Type] | None, text: str) -> None:
        def work(statements: Statements) -> None:
            if not self._has_notes:
                statements.run(f"make/{NOTES}_{self._dialect.engine}")
                statements.connection.commit()  # so does MySQL by itself
                self._has_notes = True
            found = _noted(statements)
            if self._is_written(found, text):
                return
            self._write_note(statements, found, text)
            writing = Writing(statements, self._there, lambda table, id: self._went_on(statements, table, id))
            if types is not None:
                writing.take_types(types)
            writing.check_required(batch)
            writing.write_nodes(batch.nodes)
            writing.write_edges(batch)

        self._transact(work)

    def _transact(self, work: Callable[[Statements], T]) -> T:
        """Run `work` in a transaction; once more where the connection was lost, or what was in the way is gone."""
        with self._dialect.errors():
            again = False
            while True:
                try:
                    statements = self._connected()
                    result = work(statements)
                    statements.connection.commit()
                except Exception as error:
                    self._undo()
                    if self._makes_room(error):
                        continue
                    if again or not self._dialect.is_lost(error):
                        raise
                    again = True
                    self._disconnect()
                except BaseException:
                    self._disconnect()
                    raise
                else:
                    return result

    def _makes_room(self, error: Exception) -> bool:
        """Whether something that was in the way of a portion was removed, so that it may be tried again."""
        return False

    def _went_on(self, statements: Statements, table: str, id: int) -> None:
        """Let the ids that the engine gives in a table be higher than one that was given here."""

    def _connected(self) -> Statements:
        if self._statements is None:
            with self._dialect.errors():
                self._statements = Statements(self._dialect, self._dialect.connect_to_write())
        return self._statements

    def _undo(self) -> None:
        try:
            if self._statements is not None:
                self._statements.connection.rollback()
        except Exception:  # it is gone
            self._disconnect()

    def _disconnect(self) -> None:
        statements, self._statements = self._statements, None
        if statements is not None:
            with contextlib.suppress(Exception):  # it may be gone already
                statements.connection.close()

    # ------------------------------------------------------------ notes

    def _write_note(self, statements: Statements, found: str | None, text: str) -> None:
        if found is not None:
            statements.run("note_again", (text.encode(), _NOTE))
            return
        try:
            statements.run("note_first", (_NOTE, text.encode()))
        except Exception as error:
            if self._dialect.broken(error) is None:
                raise
            self._is_written(text, "")  # says that another process copies


def _noted(statements: Statements) -> str | None:
    found = statements.run("note", (_NOTE,))
    return bytes(found[0][0]).decode() if found else None
