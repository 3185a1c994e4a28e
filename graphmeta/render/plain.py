"""Answers as text for files and pipes: columns aligned, nothing cut to a width, nothing coloured."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from graphmeta.render.blocks import Block, Facts, Heading, Note, Remark, Table, apart
from graphmeta.render.safe import cells, visible
from graphmeta.render.words import several

if TYPE_CHECKING:
    from graphmeta.render.tree import Line

WIDEST = 60  # a longer value does not push the columns of all other rows aside


def to_plain(blocks: Sequence[Block]) -> Iterator[str]:
    """The lines of an answer."""
    for number, block in enumerate(blocks):
        if number and apart(blocks[number - 1], block):
            yield ""
        if isinstance(block, (Heading, Note)):
            yield visible(block.text)
        elif isinstance(block, Remark):
            yield f"{'  ' * block.depth}{visible(block.word)}{'  ' if block.word else ''}{visible(block.text)}"
        elif isinstance(block, Facts):
            yield from _aligned([[key, text] for key, text in block.rows], frozenset())
        elif isinstance(block, Table):
            table = block.filled()
            right = frozenset(number for number, column in enumerate(table.columns) if column in table.right)
            yield from _aligned([table.columns, *table.rows], right)
        else:
            yield from (line_text(line) for line in block.lines)


def _aligned(rows: Sequence[Sequence[str]], right: frozenset[int]) -> Iterator[str]:
    shown = [[visible(text) for text in row] for row in rows]
    widths = [min(WIDEST, max(cells(text) for text in column)) for column in zip(*shown, strict=True)]
    for row in shown:
        padded = [
            " " * (width - cells(text)) + text if number in right else text + " " * (width - cells(text))
            for number, (text, width) in enumerate(zip(row, widths, strict=True))
        ]
        yield "  ".join(padded).rstrip()


def line_text(line: Line) -> str:
    """One line of a tree."""
    vertex = line.vertex
    if vertex is None:
        return line.text
    parts = ["".join(vertex.named)]
    if vertex.state:
        parts.append(vertex.state)
    if vertex.missing:
        parts.append("not in the store")
    if line.hidden:
        parts.append(f"… {several(line.hidden, 'node')} between")
    if line.seen:
        parts.append("↑ see above")
    return line.prefix + "  ".join(parts)
