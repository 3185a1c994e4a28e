"""ML Metadata's databases in MySQL and MariaDB, as Kubeflow keeps them."""

from __future__ import annotations

import base64
from typing import Any

from graphmeta.errors import GraphmetaError, InvalidArgumentError, NotFoundError, StoreUnavailableError
from graphmeta.moving.sources.addresses import parse_address
from graphmeta.moving.sources.dialects import Rule, WritableDialect

try:
    import pymysql
except ImportError:
    raise ImportError("MySQL and MariaDB need pymysql. Install it with: pip install 'graphmeta[mysql]'") from None

_CONNECT_SECONDS = 10
_READ_SECONDS = 600  # for a statement's answer
# What the server says: 1044, 1045, 1698 no right; 1049 no such database; 2006, 2013, 4031 the connection is gone.
_REFUSED = frozenset({1044, 1045, 1698})
_UNKNOWN_DATABASE = 1049
_DUPLICATE = 1062
_LOST = frozenset({0, 2006, 2013, 4031})
# The characters that MySQL's latin1 (Windows' code page 1252, in truth) has in the place of C1's controls.
_LATIN1 = {
    ord(bytes([byte]).decode("cp1252")): byte
    for byte in range(0x80, 0xA0)
    if byte not in (0x81, 0x8D, 0x8F, 0x90, 0x9D)
}
_OF_LATIN1 = {byte: character for character, byte in _LATIN1.items()}


class MySQL(WritableDialect):
    """A database on a server.

    Args:
        url: as `mysql://user:password@host:3306/database`; the password also from $GRAPHMETA_SOURCE_PASSWORD or
            $MYSQL_PWD.
    """

    engine = "mysql"
    kind = "an ML Metadata database in MySQL"
    mark = "%s"
    # InnoDB gives the rows of an index's key in the order of their hidden numbers, and sorting might change it.
    order_of_rows = ""

    def __init__(self, url: str) -> None:
        names = ("GRAPHMETA_SOURCE_PASSWORD", "MYSQL_PWD")
        self._address = parse_address(url, scheme="mysql", port=3306, password_names=names)
        self.url = self._address.url

    def connect(self, *, lenient: bool) -> Any:
        return self._connected(autocommit=True)

    def connect_to_write(self) -> Any:
        connection = self._connected(autocommit=False)
        with connection.cursor() as cursor:
            # Nothing is cut to what a column holds, and an id of 0 is one.
            cursor.execute("SET SESSION sql_mode = 'STRICT_ALL_TABLES,NO_AUTO_VALUE_ON_ZERO'")
            cursor.execute("SET SESSION TRANSACTION ISOLATION LEVEL READ COMMITTED")
        return connection

    def _connected(self, *, autocommit: bool) -> Any:
        address = self._address
        return pymysql.connect(
            host=address.host,
            port=address.port,
            user=address.user,
            password=address.password or "",
            database=address.database,
            charset="utf8mb4",
            connect_timeout=_CONNECT_SECONDS,
            read_timeout=_READ_SECONDS,
            autocommit=autocommit,
        )

    def begin(self, connection: Any) -> None:
        with connection.cursor() as cursor:
            cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
            cursor.execute("START TRANSACTION WITH CONSISTENT SNAPSHOT, READ ONLY")

    def translated(self, error: Exception) -> GraphmetaError | None:
        if not isinstance(error, pymysql.Error):
            return None
        code = error.args[0] if error.args else None
        said = " ".join(str(error.args[-1] if error.args else error).split())
        if code in _REFUSED:
            return StoreUnavailableError(
                f"{self.url} refuses the login of user {self._address.user!r} ({said}). Give user and password in the "
                "URL, or the password in GRAPHMETA_SOURCE_PASSWORD."
            )
        if code == _UNKNOWN_DATABASE:
            return NotFoundError(
                f"There is no database {self._address.database!r} at {self.url}. Name another; to copy into it, create "
                "it first (CREATE DATABASE … CHARACTER SET utf8mb4 COLLATE utf8mb4_bin)."
            )
        if isinstance(error, pymysql.OperationalError):
            return StoreUnavailableError(
                f"{self.url} does not answer: {said.rstrip('.?!')}. Check that MySQL runs there and that the host and "
                "port are right."
            )
        return InvalidArgumentError(f"{self.url} refuses a statement: {said}.")

    def is_about_text(self, error: Exception) -> bool:
        return False  # the server sees to it that text is what its encoding says

    def is_lost(self, error: Exception) -> bool:
        return isinstance(error, (pymysql.OperationalError, pymysql.InterfaceError)) and (
            not error.args or error.args[0] in _LOST
        )

    def broken(self, error: Exception) -> Rule | None:
        if not isinstance(error, pymysql.IntegrityError) or error.args[0] != _DUPLICATE:
            return None
        key = str(error.args[1]).rpartition(" for key ")[2].strip("'").rpartition(".")[2]
        return "external_id" if key == "external_id" else "id" if key == "PRIMARY" else "name"

    def stored_message(self, message: bytes) -> bytes:
        return base64.b64encode(message)

    def sent(self, text: str) -> str:
        return text if text.isascii() else text.encode().decode("latin-1").translate(_OF_LATIN1)

    def rows(self, cursor: Any) -> list[tuple[Any, ...]]:
        return [
            tuple([_meant(each) if isinstance(each, str) and not each.isascii() else each for each in row])
            for row in cursor.fetchall()
        ]


def _meant(text: str) -> str:
    """Text as ml-metadata means it.

    It sends UTF-8 over a connection that the server takes for one of latin1: an é lies in the table as the two letters
    Ã©, whatever the table's encoding is, and is read back the same way. What others wrote properly is no UTF-8 when
    taken so, and is left as it is.
    """
    try:
        return text.translate(_LATIN1).encode("latin-1").decode("utf-8")
    except UnicodeError:
        return text
