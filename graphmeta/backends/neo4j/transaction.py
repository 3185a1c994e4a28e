"""A writing transaction that costs no more trips to the server than its statements need."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Protocol

import neo4j


class Transaction(Protocol):
    """Statements that are committed together, or not at all."""

    def run(self, text: str, parameters: Mapping[str, Any] | None = None) -> neo4j.Result:
        """Run a statement."""

    def run_last(self, text: str, parameters: Mapping[str, Any] | None = None) -> neo4j.Result:
        """Run a statement after which the transaction runs none; it may be committed with it."""


class ManagedTransaction:
    """One that the driver begins, commits, and tries again."""

    def __init__(self, managed: neo4j.ManagedTransaction) -> None:
        self._managed = managed

    def run(self, text: str, parameters: Mapping[str, Any] | None = None) -> neo4j.Result:
        return self._managed.run(text, dict(parameters or {}))

    run_last = run


class LateTransaction:
    """One that begins with its first statement, unless that is the last one as well: a statement that is alone goes to
    the server once, where BEGIN, the statement and COMMIT would each. Whoever made it must `commit` or `undo` it.
    """

    def __init__(self, session: neo4j.Session) -> None:
        self._session = session
        self._begun: neo4j.Transaction | None = None

    def run(self, text: str, parameters: Mapping[str, Any] | None = None) -> neo4j.Result:
        if self._begun is None:
            self._begun = self._session.begin_transaction()
        return self._begun.run(text, dict(parameters or {}))

    def run_last(self, text: str, parameters: Mapping[str, Any] | None = None) -> neo4j.Result:
        if self._begun is not None:
            return self._begun.run(text, dict(parameters or {}))
        return self._session.run(text, dict(parameters or {}))

    def commit(self) -> None:
        if self._begun is not None:
            self._begun.commit()

    def undo(self) -> None:
        """Roll back what was not committed."""
        if self._begun is not None:
            self._begun.close()
