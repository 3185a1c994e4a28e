"""What differs between the engines that hold an ML Metadata database."""

from __future__ import annotations

import abc
import contextlib
from collections.abc import Iterator
from typing import Any, ClassVar, Literal

from graphmeta.errors import GraphmetaError

Engine = Literal["sqlite", "mysql", "postgresql"]


class Dialect(abc.ABC):
    """One database of one engine: how to reach it, and what is said differently there.

    Attributes:
        engine: names the statement that lists the columns.
        kind: what it is, in words, as "an ML Metadata file".
        mark: how a statement marks the place of a parameter.
        order_of_rows: how a statement asks for rows in the order in which they were written; "" where the engine
            gives them so unasked.
        url: where it is, without a password.
    """

    engine: ClassVar[Engine]
    kind: ClassVar[str]
    mark: ClassVar[str]
    order_of_rows: ClassVar[str]
    url: str

    @abc.abstractmethod
    def connect(self, *, lenient: bool) -> Any:
        """A new connection that nothing can be written through.

        Args:
            lenient: give text that is not what its encoding says as bytes; otherwise reading it fails, which is
                quicker for everybody whose text is sound.
        """

    @abc.abstractmethod
    def begin(self, connection: Any) -> None:
        """Begin a transaction that sees one moment."""

    @abc.abstractmethod
    def translated(self, error: Exception) -> GraphmetaError | None:
        """An error of the driver as ours; None where it is not the driver's."""

    @abc.abstractmethod
    def is_about_text(self, error: Exception) -> bool:
        """Whether an error says that text is not what its encoding says."""

    @abc.abstractmethod
    def is_lost(self, error: Exception) -> bool:
        """Whether an error says that the connection was lost, so that a new one may do."""

    def sent(self, text: str) -> str:
        """A text as a parameter, so that ml-metadata reads it as what it is."""
        return text

    def rows(self, cursor: Any) -> list[tuple[Any, ...]]:
        """What a statement found, with texts as ml-metadata means them."""
        found: list[tuple[Any, ...]] = cursor.fetchall()
        return found

    def message(self, stored: Any) -> bytes:
        """The bytes of a serialized protobuf message, of what a column of Any holds.

        Raises:
            ValueError: it holds something else.
        """
        import base64

        return base64.b64decode(stored, validate=True)

    @contextlib.contextmanager
    def errors(self) -> Iterator[None]:
        """Turns the driver's errors into ours."""
        try:
            yield
        except GraphmetaError:
            raise
        except Exception as error:
            ours = self.translated(error)
            if ours is None:
                raise
            raise ours from error


Rule = Literal["name", "external_id", "id"]


class WritableDialect(Dialect):
    """A database that can be copied to."""

    @abc.abstractmethod
    def connect_to_write(self) -> Any:
        """A new connection that begins a transaction with its first statement, in which each statement sees what was
        committed before it; what a column cannot hold is an error."""

    @abc.abstractmethod
    def broken(self, error: Exception) -> Rule | None:
        """Which rule of uniqueness an error speaks of; None where it speaks of something else."""

    @abc.abstractmethod
    def stored_message(self, message: bytes) -> bytes:
        """A serialized protobuf message as a column of Any holds it; see `message`."""
