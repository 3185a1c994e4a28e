"""The demo's data: reading and writing it, spoiling it as a careless export would, and cleaning it."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Sequence
from pathlib import Path

from graphmeta.demo.learning import shuffled

SOURCE = Path(__file__).resolve().parent / "data" / "tumours.csv"
Cells = list[list[str]]


def read(path: Path) -> tuple[list[str], Cells]:
    """The header and the rows of a CSV file."""
    with path.open(encoding="utf-8", newline="") as file:
        header, *rows = csv.reader(file)
    return header, rows


def write(path: Path, header: Sequence[str], rows: Iterable[Sequence[str]]) -> None:
    """Write a CSV file."""
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file, lineterminator="\n").writerows([header, *rows])


def numbers(path: Path) -> tuple[list[list[float]], list[int]]:
    """The measurements and the labels (the last column).

    Raises:
        ValueError: a cell is no number.
    """
    _, rows = read(path)
    return [[float(cell) for cell in row[:-1]] for row in rows], [int(row[-1]) for row in rows]


def spoilt(rows: Cells, *, duplicates: int, gaps: int, seed: int) -> Cells:
    """The rows with some of them twice and some cells empty, as exports from a clinic's system have it."""
    order = shuffled(len(rows), seed)
    twice, holed = set(order[:duplicates]), order[duplicates : duplicates + gaps]
    rows = [[*row] for row in rows]
    for count, number in enumerate(holed):
        rows[number][count % (len(rows[number]) - 1)] = ""
    return [row for number, row in enumerate(rows) for _ in range(2 if number in twice else 1)]


def cleaned(rows: Cells) -> Cells:
    """The rows that have every cell, each once."""
    whole = [row for row in rows if all(row)]
    return [list(row) for row in dict.fromkeys(map(tuple, whole))]
