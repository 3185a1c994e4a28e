"""The driver, its sessions, and what its errors mean."""

from __future__ import annotations

import logging
import os
import socket
import ssl
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any, TypeVar

import neo4j
from neo4j import exceptions

from graphmeta.backends.base import ReadGivenUpError
from graphmeta.backends.neo4j.address import Address
from graphmeta.backends.neo4j.transaction import LateTransaction, ManagedTransaction, Transaction
from graphmeta.errors import (
    AlreadyExistsError,
    GraphmetaError,
    InternalError,
    InvalidArgumentError,
    NotFoundError,
    ReadOnlyError,
    StoreUnavailableError,
    UnsupportedError,
)

T = TypeVar("T")
# The driver warns of every attempt that failed; what matters of it our own errors say.
logging.getLogger("neo4j").addHandler(logging.NullHandler())
# Drivers that a forked child found in its copy of the parent's memory. To close one would speak on the parent's
# connections, so they are kept, unused, to the child's end.
_INHERITED: list[neo4j.Driver] = []
OLDEST_VERSION = (5, 26)
# A server that is not there must be noticed within five seconds, whatever the network does with the packets.
FIRST_CONTACT_SECONDS = 4.0
# Nobody looks whether a read is still wanted while the server is at it. So it is given so many seconds, and where it is
# still wanted then begins again, with four times as many: one that nobody wants ends soon, and a long one ends, too.
LOOK_AFTER_SECONDS = 15.0
_PATIENCE = 4
_OUT_OF_TIME = "Neo.ClientError.Transaction.TransactionTimedOutClientConfiguration"


class Connection:
    """A pool of connections to one database. Safe to use from threads; connects when first used.

    Args:
        retry_seconds: how long a transaction is tried again whose server went away or that met a deadlock.
    """

    def __init__(self, address: Address, *, read_only: bool, retry_seconds: float = 30.0) -> None:
        self.address = address
        self.read_only = read_only
        self.retry_seconds = retry_seconds
        self._driver: neo4j.Driver | None = None
        self._closed = False
        self._lock = threading.Lock()
        self._process = os.getpid()
        self._callers = threading.local()  # `wanted`: whether somebody waits for this thread's reads
        # One transaction sees what the one before it wrote, on every member of a cluster.
        self._bookmarks = neo4j.GraphDatabase.bookmark_manager()

    def read(self, text: str, parameters: Mapping[str, Any]) -> list[neo4j.Record]:
        """The records of a statement that only reads.

        Raises:
            ReadGivenUpError: nobody wants them any longer; see `reading_while`.
        """
        wanted: Callable[[], bool] | None = getattr(self._callers, "wanted", None)
        if wanted is None:
            return self._read(text, parameters, None)
        seconds = LOOK_AFTER_SECONDS
        while wanted():
            try:
                return self._read(text, parameters, seconds)
            except StoreUnavailableError as error:
                if getattr(error.__cause__, "code", None) != _OUT_OF_TIME:
                    raise
                seconds *= _PATIENCE
        raise ReadGivenUpError

    @contextmanager
    def reading_while(self, wanted: Callable[[], bool]) -> Iterator[None]:
        """See `Backend.reading_while`."""
        self._callers.wanted = wanted
        try:
            yield
        finally:
            self._callers.wanted = None

    def _read(self, text: str, parameters: Mapping[str, Any], seconds: float | None) -> list[neo4j.Record]:
        @neo4j.unit_of_work(timeout=seconds)
        def work(transaction: neo4j.ManagedTransaction) -> list[neo4j.Record]:
            return list(transaction.run(text, dict(parameters)))

        with self.errors():
            # A transaction that is managed costs half as much again, and is wanted only after something went wrong.
            try:
                with self._session(neo4j.READ_ACCESS) as session:
                    return list(session.run(neo4j.Query(text, timeout=seconds), dict(parameters)))
            except (exceptions.Neo4jError, exceptions.DriverError) as problem:
                if not problem.is_retryable():
                    raise
            with self._session(neo4j.READ_ACCESS) as session:
                return session.execute_read(work)

    def write(self, work: Callable[[Transaction], T]) -> T:
        """Run `work` in a writing transaction; it may run more than once.

        The driver tries again whatever surely did not happen. Where the answer to a commit was lost it gives
        up, for the commit may have happened: our writes bear being repeated, so that we go on.
        """
        deadline = time.monotonic() + self.retry_seconds
        with self.errors():
            # What the driver manages takes more trips, and is wanted only after something went wrong.
            try:
                return self._write_once(work)
            except (exceptions.Neo4jError, exceptions.DriverError) as problem:
                if not (problem.is_retryable() or isinstance(problem, exceptions.IncompleteCommit)):
                    raise
            while True:
                try:
                    with self._session(neo4j.WRITE_ACCESS) as session:
                        return session.execute_write(lambda managed: work(ManagedTransaction(managed)))
                except exceptions.IncompleteCommit:
                    if time.monotonic() > deadline:
                        raise

    def _write_once(self, work: Callable[[Transaction], T]) -> T:
        with self._session(neo4j.WRITE_ACCESS) as session:
            transaction = LateTransaction(session)
            try:
                result = work(transaction)
                transaction.commit()
            finally:
                transaction.undo()
            return result

    def alone(
        self, text: str, parameters: Mapping[str, Any], *, write: bool, timeout: float | None = None
    ) -> list[dict[str, Any]]:
        """The records of one statement as a transaction of its own, run once: changes of the schema need
        that, and statements of people, which may not bear being run twice.

        Args:
            timeout: seconds after which the server ends it.
        """
        access = neo4j.WRITE_ACCESS if write else neo4j.READ_ACCESS
        query = neo4j.Query(text, timeout=timeout)
        with self.errors(), self._session(access) as session:
            return [record.data() for record in session.run(query, dict(parameters))]

    def first_contact(self, text: str) -> neo4j.Record:
        """The one record of a statement; a server that does not answer is not asked twice.

        Raises:
            UnsupportedError: the server is too old.
        """
        with self.errors(), self._session(neo4j.READ_ACCESS, patience=FIRST_CONTACT_SECONDS) as session:
            result = session.run(text)
            record = result.single(strict=True)
            agent = result.consume().server.agent
        version = tuple(int(part) for part in agent.partition("/")[2].split(".")[:2] if part.isdigit())
        if agent.startswith("Neo4j/") and version < OLDEST_VERSION:
            raise UnsupportedError(
                f"{self.address.url} runs {agent}, and graphmeta needs Neo4j 5.26 or newer. Upgrade the server."
            )
        return record

    def close(self) -> None:
        """Give back all connections. Again is harmless."""
        self._leave_parents()
        with self._lock:
            driver, self._driver, self._closed = self._driver, None, True
        if driver is not None:
            driver.close()

    def _session(self, access: str, *, patience: float | None = None) -> neo4j.Session:
        # A pool of a hundred is seldom waited for, and waiting for longer than trying again makes no sense. The
        # time includes opening a connection, up to the server's first words.
        self._leave_parents()
        if patience is None:
            patience = max(self.retry_seconds, FIRST_CONTACT_SECONDS)
        return self._opened().session(
            database=self.address.database,
            default_access_mode=access,
            bookmark_manager=self._bookmarks,
            connection_acquisition_timeout=patience,
        )

    def _leave_parents(self) -> None:
        """After a fork: use nothing that the parent uses, not even its lock, which a thread may have held."""
        if self._process != os.getpid():
            if self._driver is not None:
                _INHERITED.append(self._driver)
            self._driver = None
            self._lock = threading.Lock()
            self._bookmarks = neo4j.GraphDatabase.bookmark_manager()
            self._process = os.getpid()

    def _opened(self) -> neo4j.Driver:
        with self._lock:
            if self._closed:
                raise StoreUnavailableError(f"{self.address.url} was closed; open it again to go on.")
            if self._driver is None:
                user, password = self.address.user, self.address.password
                self._driver = neo4j.GraphDatabase.driver(
                    self.address.uri,
                    auth=None if user is None else (user, password or ""),
                    connection_timeout=FIRST_CONTACT_SECONDS,
                    max_transaction_retry_time=self.retry_seconds,
                    # Hints on labels that nothing has yet are noise to whoever runs graphmeta.
                    notifications_min_severity="OFF",
                )
            return self._driver

    @contextmanager
    def errors(self) -> Iterator[None]:
        """Turns the driver's errors into ours."""
        try:
            yield
        except GraphmetaError:
            raise
        except UnicodeEncodeError as problem:
            text = problem.object[:40].encode("ascii", "backslashreplace").decode()
            raise InvalidArgumentError(f"{text!r} is no text: it holds half of a surrogate pair.") from problem
        except (exceptions.Neo4jError, exceptions.DriverError, OverflowError) as problem:
            raise self._translated(problem) from problem

    def _translated(self, problem: Exception) -> GraphmetaError:
        url = self.address.url
        code = getattr(problem, "code", None) or ""
        # In one line: the driver's own messages may have several.
        message = " ".join((getattr(problem, "message", None) or str(problem)).split())
        if isinstance(problem, exceptions.AuthError):
            how = "in the URL (neo4j://user:password@host) or in GRAPHMETA_NEO4J_USER and GRAPHMETA_NEO4J_PASSWORD."
            if not self.address.user:
                return StoreUnavailableError(
                    f"{url} wants a login, and no user was given: give user and password {how}"
                )
            return StoreUnavailableError(
                f"{url} refuses the login of user {self.address.user!r}: the user or the password is wrong. "
                f"Give them {how}"
            )
        if code == "Neo.ClientError.Database.DatabaseNotFound":
            return NotFoundError(
                f"There is no database {self.address.database!r} on {url}; create it, or name another."
            )
        if code in _ENDED:
            return StoreUnavailableError(f"{url} ended a transaction before its time: {message}. Try again later.")
        if code in _MAY_NOT_WRITE:
            return ReadOnlyError(f"{url} refuses to write: {message}")
        if code.startswith("Neo.ClientError.Transaction.TransactionTimedOut"):
            return StoreUnavailableError(f"{url} ended a statement that took longer than it may. Allow it more time.")
        if isinstance(problem, exceptions.ConstraintError):
            return AlreadyExistsError(f"{url} has that already: {message}")
        if isinstance(problem, exceptions.TransientError):
            return StoreUnavailableError(f"{url} could not finish a transaction just now: {message}. Try again later.")
        if isinstance(problem, (exceptions.ClientError, OverflowError)):
            return InvalidArgumentError(f"{url} refuses a statement: {message}")
        if isinstance(problem, (exceptions.ConfigurationError, exceptions.Neo4jError)):
            return InternalError(f"{url} could not be used: {message}")
        return StoreUnavailableError(
            f"{url} does not answer{_reason(problem)}. "
            "Check that Neo4j runs there and that the host and port are right."
        )


def _reason(problem: BaseException) -> str:
    """Why a server does not answer, in words; the driver's own are of its insides, or leave out the reason."""
    known = {
        ConnectionRefusedError: "nobody listens there",
        socket.gaierror: "there is no host of that name",
        TimeoutError: "nothing came back in time",
        ssl.SSLError: "it does not speak TLS as it should",
    }
    seen: list[BaseException] = []
    waiting: list[BaseException | None] = [problem]
    while waiting:
        found = waiting.pop()
        if found is None or found in seen:
            continue
        seen.append(found)
        for kind, words in known.items():
            if isinstance(found, kind):
                return f": {words}"
        # Routing has a group of errors, one for each server that it asked.
        waiting += [found.__context__, found.__cause__, *getattr(found, "exceptions", ())]
    return ""


# An administrator ended it, or the server stops; the driver takes neither for what may pass.
_ENDED = frozenset({"Neo.ClientError.Transaction.Terminated", "Neo.ClientError.Transaction.LockClientStopped"})
_MAY_NOT_WRITE = frozenset(
    {
        "Neo.ClientError.Statement.AccessMode",
        "Neo.ClientError.Security.Forbidden",
        "Neo.ClientError.General.ForbiddenOnReadOnlyDatabase",
        "Neo.ClientError.General.WriteOnReadOnlyAccessDatabase",
        "Neo.ClientError.Cluster.NotALeader",
    }
)
