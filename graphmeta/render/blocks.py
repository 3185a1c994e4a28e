"""What an answer for people is made of, before it is known where it will be shown.

`plain` writes blocks for files and pipes, with nothing cut; `terminal` for a person at a screen.
Texts in blocks are as they were stored: whoever shows them makes them harmless (`safe.visible`).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Union

from graphmeta.render.tree import Line


@dataclass(frozen=True, slots=True)
class Heading:
    """What the blocks below are about."""

    text: str


@dataclass(frozen=True, slots=True)
class Facts:
    """Names and values, one pair a line."""

    rows: Sequence[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Table:
    """Rows under column names; `right` are the columns of numbers. Columns without any value are left out."""

    columns: Sequence[str]
    rows: Sequence[Sequence[str]]
    right: frozenset[str] = frozenset()

    def filled(self) -> Table:
        """The table without columns that are empty in every row."""
        kept = [number for number in range(len(self.columns)) if any(row[number] for row in self.rows)]
        return Table(
            [self.columns[number] for number in kept],
            [[row[number] for number in kept] for row in self.rows],
            self.right,
        )


@dataclass(frozen=True, slots=True)
class Tree:
    """A lineage, line by line."""

    lines: Sequence[Line]


@dataclass(frozen=True, slots=True)
class Note:
    """A sentence."""

    text: str


Block = Union[Heading, Facts, Table, Tree, Note]
