"""Many rows with few statements."""

from __future__ import annotations

import sqlite3

import pytest

from graphmeta.backends.sqlite.inserting import insert
from graphmeta.backends.statements import names, statement

TEXT = "INSERT INTO thing (id, name) VALUES (?, ?) ON CONFLICT DO NOTHING"


@pytest.mark.parametrize("number", [0, 1, 15, 16, 17, 63, 64, 65, 79, 80, 81, 200])
def test_every_row_is_inserted_once_and_in_order(number: int) -> None:
    connection = sqlite3.connect(":memory:")
    connection.execute("CREATE TABLE thing (place INTEGER PRIMARY KEY AUTOINCREMENT, id INT UNIQUE, name TEXT)")
    rows = [(each, f"'); DROP TABLE thing; -- {each}") for each in range(number)]
    insert(connection, TEXT, [*rows, *rows[:3]])
    assert connection.execute("SELECT id, name FROM thing ORDER BY place").fetchall() == rows
    connection.close()


def test_one_row_that_cannot_be_is_said_as_of_one_statement() -> None:
    connection = sqlite3.connect(":memory:")
    connection.execute("CREATE TABLE thing (id INT UNIQUE, name TEXT)")
    with pytest.raises(sqlite3.IntegrityError, match=r"UNIQUE constraint failed: thing\.id"):
        insert(connection, "INSERT INTO thing (id, name) VALUES (?, ?)", [(each % 50, "") for each in range(100)])
    connection.close()


def test_the_statements_that_it_is_given_have_one_row() -> None:
    for name in ("artifact/insert", "event/insert", "event/insert_step", "attribution/insert", "association/insert"):
        assert name in names("sql")
        assert statement("sql", name).count("VALUES (") == 1
