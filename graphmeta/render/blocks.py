"""What an answer for people is made of, before it is known where it will be shown.

`plain` writes blocks for files and pipes, with nothing cut to a width; `terminal` for a person at a screen.
Texts in blocks are as they were stored: whoever shows them makes them harmless (`safe.visible`).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Literal, NamedTuple, Union

if TYPE_CHECKING:
    from graphmeta.render.tree import Line


class Heading(NamedTuple):
    """What the blocks below are about."""

    text: str


class Facts(NamedTuple):
    """Names and values, one pair a line."""

    rows: Sequence[tuple[str, str]]


class Table(NamedTuple):
    """Rows under column names.

    Attributes:
        right: the columns of numbers.
        firm: columns that are worth nothing once cut, such as times.
        spare: columns to go, the first of them first, where a screen is too narrow for the others.
    """

    columns: Sequence[str]
    rows: Sequence[Sequence[str]]
    right: frozenset[str] = frozenset()
    firm: frozenset[str] = frozenset()
    spare: tuple[str, ...] = ()

    def filled(self) -> Table:
        """The table without columns that are empty in every row."""
        return self._only([number for number in range(len(self.columns)) if any(row[number] for row in self.rows)])

    def without(self, column: str) -> Table:
        """The table without one column."""
        return self._only([number for number, name in enumerate(self.columns) if name != column])

    def _only(self, kept: Sequence[int]) -> Table:
        return self._replace(
            columns=[self.columns[number] for number in kept],
            rows=[[row[number] for number in kept] for row in self.rows],
        )


class Tree(NamedTuple):
    """A lineage, line by line."""

    lines: Sequence[Line]


class Note(NamedTuple):
    """A sentence."""

    text: str


class Remark(NamedTuple):
    """How something is, in a word, and then a sentence about it.

    Attributes:
        tone: of the word; colour says no more than the word does.
        depth: how far it stands to the right, below what it belongs to.
    """

    word: str
    text: str
    tone: Literal["good", "bad", "unsure", "quiet"] = "quiet"
    depth: int = 0


Block = Union[Heading, Facts, Table, Tree, Note, Remark]


def apart(above: Block, below: Block) -> bool:
    """Whether an empty line stands between two blocks."""
    if isinstance(below, Remark):
        return not below.depth and not (isinstance(above, Remark) and not above.depth)
    return isinstance(below, Heading) or (isinstance(above, (Facts, Table)) and isinstance(below, (Note, Table)))
