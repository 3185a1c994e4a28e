"""Many rows with few statements: SQLite begins and ends each, and counts a sequence on, once for all its rows."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Sequence
from functools import cache
from itertools import chain
from typing import Any

# Few sizes, so that the statements stay prepared; 64 rows of eight columns are well below SQLite's 999 variables.
_SIZES = (64, 16)
_VALUES = re.compile(r"VALUES\s*(\([?,\s]*\))")


def insert(connection: sqlite3.Connection, text: str, rows: Sequence[Sequence[Any]]) -> None:
    """Run an INSERT for each of some rows.

    Args:
        text: of the statement, with `VALUES (?, …)` for one row.
        rows: the parameters, in order.
    """
    if len(rows) < _SIZES[-1]:  # as most puts have it
        connection.executemany(text, rows)
        return
    start = 0
    for size in _SIZES:
        end = start + (len(rows) - start) // size * size
        if end > start:
            some = [tuple(chain.from_iterable(rows[place : place + size])) for place in range(start, end, size)]
            connection.executemany(_of_many(text, size), some)
            start = end
    if start < len(rows):
        connection.executemany(text, rows[start:])


@cache
def _of_many(text: str, number: int) -> str:
    """The statement for so many rows at once."""
    return _VALUES.sub(lambda found: f"VALUES {', '.join([found[1]] * number)}", text)
