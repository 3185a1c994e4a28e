"""ML Metadata's databases in PostgreSQL."""

from __future__ import annotations

from typing import Any

from graphmeta.errors import GraphmetaError, InvalidArgumentError, NotFoundError, StoreUnavailableError
from graphmeta.moving.sources.addresses import parse_address
from graphmeta.moving.sources.dialects import Rule, WritableDialect

try:
    import psycopg
    from psycopg.types.string import TextLoader
except ImportError:
    raise ImportError("PostgreSQL needs psycopg. Install it with: pip install 'graphmeta[postgres]'") from None

_CONNECT_SECONDS = 10


class PostgreSQL(WritableDialect):
    """A database on a server.

    Args:
        url: as `postgresql://user:password@host:5432/database`; the password also from $GRAPHMETA_SOURCE_PASSWORD or
            $PGPASSWORD.
    """

    engine = "postgresql"
    kind = "an ML Metadata database in PostgreSQL"
    mark = "%s"
    order_of_rows = "ORDER BY step.event_id, step.ctid"

    def __init__(self, url: str) -> None:
        names = ("GRAPHMETA_SOURCE_PASSWORD", "PGPASSWORD")
        self._address = parse_address(url, scheme="postgresql", port=5432, password_names=names)
        self.url = self._address.url

    def connect(self, *, lenient: bool) -> Any:
        connection = self._connected(autocommit=True)
        if lenient:
            for name in ("text", "varchar"):
                connection.adapters.register_loader(name, _TextOrBytes)
        return connection

    def connect_to_write(self) -> Any:
        return self._connected(autocommit=False)

    def _connected(self, *, autocommit: bool) -> Any:
        address = self._address
        return psycopg.connect(
            host=address.host,
            port=address.port,
            user=address.user,
            password=address.password,
            dbname=address.database,
            connect_timeout=_CONNECT_SECONDS,
            client_encoding="UTF8",
            autocommit=autocommit,
        )

    def begin(self, connection: Any) -> None:
        connection.execute("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY")

    def translated(self, error: Exception) -> GraphmetaError | None:
        if not isinstance(error, psycopg.Error):
            return None
        said = " ".join(str(error).split())
        if isinstance(error, psycopg.OperationalError):
            # What the server says to who may not log in has no code at this point: libpq only hands on the words.
            if "does not exist" in said and "database" in said:
                return NotFoundError(
                    f"There is no database {self._address.database!r} at {self.url}. Name another; to copy into it, "
                    "create it first (CREATE DATABASE …)."
                )
            if "password" in said or "authentication" in said or "role" in said:
                return StoreUnavailableError(
                    f"{self.url} refuses the login of user {self._address.user!r}. Give user and password in the URL, "
                    "or the password in GRAPHMETA_SOURCE_PASSWORD."
                )
            return StoreUnavailableError(
                f"{self.url} does not answer: {said.rstrip('.?!')}. Check that PostgreSQL runs there and that the host "
                "and port are right."
            )
        return InvalidArgumentError(f"{self.url} refuses a statement: {said}.")

    def is_about_text(self, error: Exception) -> bool:
        return isinstance(error, (UnicodeDecodeError, psycopg.errors.CharacterNotInRepertoire))

    def is_lost(self, error: Exception) -> bool:
        return isinstance(error, (psycopg.OperationalError, psycopg.InterfaceError))

    def broken(self, error: Exception) -> Rule | None:
        if not isinstance(error, psycopg.errors.UniqueViolation):
            return None
        rule = error.diag.constraint_name or ""
        return "external_id" if rule.endswith("external_id_key") else "id" if rule.endswith("pkey") else "name"

    def stored_message(self, message: bytes) -> bytes:
        return message

    def message(self, stored: Any) -> bytes:
        return bytes(stored)  # here ml-metadata keeps the bytes themselves


class _TextOrBytes(TextLoader):
    """Text, or the bytes that are none."""

    def load(self, data: Any) -> Any:
        found = bytes(data)
        try:
            return found.decode("utf-8")
        except UnicodeDecodeError:
            return found
