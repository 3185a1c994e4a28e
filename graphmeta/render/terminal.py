"""Answers at a terminal: the same blocks in colour, cut to the width of the screen."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

from rich import box
from rich.console import Console, RenderableType
from rich.padding import Padding
from rich.table import Table as RichTable
from rich.text import Text

from graphmeta.render.blocks import Block, Facts, Heading, Note, Remark, Table, apart
from graphmeta.render.graph import Vertex
from graphmeta.render.palette import hue
from graphmeta.render.safe import cells, shortened, visible
from graphmeta.render.tree import Line
from graphmeta.render.words import several

# Names of the sixteen colours that every terminal has, in whatever shade its owner likes.
STYLES = {"blue": "blue", "orange": "yellow", "green": "green", "purple": "magenta", "grey": "default"}
STATES = {"FAILED": "bold red", "CANCELED": "red", "RUNNING": "cyan", "CACHED": "dim"}
TONES = {"good": "bold green", "bad": "bold red", "unsure": "bold yellow", "quiet": "dim"}
LONGEST = 2000  # of one value; a screen holds no more
NARROWEST_COLUMN = 6
SPACE = 2  # between columns
LEAST_SPARE = 16  # a place that is cut to less says nothing
NARROWEST_TREE = 24  # what is left for a node's name however deep it hangs


def show(blocks: Sequence[Block], console: Console | None = None) -> None:
    """Print an answer.

    Args:
        console: where to; standard output if None.
    """
    console = console or Console(highlight=False, soft_wrap=False)
    for number, block in enumerate(blocks):
        if number and apart(blocks[number - 1], block):
            console.print()
        if isinstance(block, (Heading, Note, Remark, Facts, Table)):
            console.print(_renderable(block, console.width))
        else:
            for line in block.lines:
                console.print(_line(line, console.width), no_wrap=True, overflow="ellipsis", crop=True)


def _renderable(block: Heading | Note | Remark | Facts | Table, width: int) -> RenderableType:
    # Always Text, never markup: a name may be `[red]`.
    if isinstance(block, Heading):
        return Text(_shown(block.text), style="bold")
    if isinstance(block, Note):
        return Text(_shown(block.text), style="italic")
    if isinstance(block, Remark):
        grid = RichTable.grid(padding=(0, 2, 0, 0))
        if block.word:
            grid.add_column(no_wrap=True)
        grid.add_column(overflow="fold")
        word = [Text(_shown(block.word), style=TONES[block.tone])] if block.word else []
        grid.add_row(*word, Text(_shown(block.text)))
        return Padding(grid, (0, 0, 0, 2 * block.depth))
    if isinstance(block, Facts):
        grid = RichTable.grid(padding=(0, 2))
        grid.add_column(style="dim", no_wrap=True)
        grid.add_column(overflow="fold")
        for key, text in block.rows:
            grid.add_row(Text(_shown(key)), Text(_shown(text)))
        return Padding(grid, (0, 0, 0, 2))
    return _table(block.filled(), width)


def _table(block: Table, width: int) -> RichTable:
    table = RichTable(box=box.SIMPLE_HEAD, show_edge=False, pad_edge=False, collapse_padding=True, header_style="bold")
    shown, natural = _measured(block)
    for column in block.spare:
        least = [
            min(size, LEAST_SPARE) if name in block.spare and name not in block.firm else size
            for name, size in zip(block.columns, natural, strict=True)
        ]
        if sum(least) + SPACE * (len(least) - 1) > width:
            block = block.without(column)
            shown, natural = _measured(block)
    widths = _widths(natural, width, [number == 0 or name in block.firm for number, name in enumerate(block.columns)])
    for name, most in zip(shown[0], widths, strict=True):
        justify: Literal["right", "left"] = "right" if name in block.right else "left"
        table.add_column(Text(shortened(name, most)), justify=justify, width=most, no_wrap=True)
    for row in shown[1:]:
        table.add_row(*(Text(shortened(text, most)) for text, most in zip(row, widths, strict=True)))
    return table


def _measured(block: Table) -> tuple[list[list[str]], list[int]]:
    """All that is shown, the names of the columns first, and how wide each column is."""
    shown = [[_shown(text) for text in row] for row in (block.columns, *block.rows)]
    return shown, [max(cells(text) for text in column) for column in zip(*shown, strict=True)]


def _widths(natural: Sequence[int], width: int, firm: Sequence[bool]) -> list[int]:
    """The width of each column: the widest give way until all fit, those that are firm last."""
    widths = list(natural)
    too_much = sum(widths) + SPACE * (len(widths) - 1) - width
    while too_much > 0:
        soft = [number for number in range(len(widths)) if widths[number] > NARROWEST_COLUMN and not firm[number]]
        widest = max(soft or range(len(widths)), key=widths.__getitem__)
        if widths[widest] <= 1:
            break
        widths[widest] -= 1
        too_much -= 1
    return widths


def _line(line: Line, width: int) -> Text:
    if line.vertex is None:
        return Text(_shown(line.text), style="bold")
    vertex = line.vertex
    prefix = line.prefix
    room = max(width - NARROWEST_TREE, 6)
    if len(prefix) > room:  # deeper than the screen is wide: the depth in a number
        depth = f"…{len(prefix) // 3} "
        prefix = depth + prefix[len(prefix) - room + len(depth) :]
    text = Text()
    text.append(prefix, style="dim")
    text.append_text(_node(vertex, dim=line.seen))
    if line.hidden:
        text.append(f"  … {several(line.hidden, 'node')} between", style="dim")
    if line.seen:
        text.append("  ↑ see above", style="dim italic")
    return text


def _node(vertex: Vertex, *, dim: bool) -> Text:
    colour = STYLES[hue(vertex.role)]
    text = Text()
    before, name, behind = vertex.named
    text.append(before, style="dim")
    weight = "bold " if vertex.key.kind == "artifact" else ""
    text.append(name, style="dim" if dim else f"{weight}{colour}")
    text.append(behind, style="dim")
    if vertex.state:
        text.append(f"  {vertex.state}", style=STATES.get(vertex.state, "italic"))
    if vertex.missing:
        text.append("  not in the store", style="italic")
    return text


def _shown(text: str) -> str:
    return visible(shortened(text, LONGEST))
