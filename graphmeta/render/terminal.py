"""Answers at a terminal: the same blocks in colour, cut to the width of the screen."""

from __future__ import annotations

from collections.abc import Sequence

from rich import box
from rich.console import Console, RenderableType
from rich.padding import Padding
from rich.table import Table as RichTable
from rich.text import Text

from graphmeta.render.blocks import Block, Facts, Heading, Note, Table
from graphmeta.render.graph import Vertex
from graphmeta.render.palette import hue
from graphmeta.render.safe import shortened, visible
from graphmeta.render.tree import Line

# Names of the sixteen colours that every terminal has, in whatever shade its owner likes.
STYLES = {"blue": "blue", "orange": "yellow", "green": "green", "purple": "magenta", "grey": "default"}
STATES = {"FAILED": "bold red", "CANCELED": "red", "RUNNING": "cyan", "CACHED": "dim"}
LONGEST = 2000  # of one value; a screen holds no more
NARROWEST_TREE = 24  # what is left for a node's name however deep it hangs


def show(blocks: Sequence[Block], console: Console | None = None) -> None:
    """Print an answer.

    Args:
        console: where to; standard output if None.
    """
    console = console or Console(highlight=False, soft_wrap=False)
    for number, block in enumerate(blocks):
        if number and isinstance(block, Heading):
            console.print()
        if isinstance(block, (Heading, Note, Facts, Table)):
            console.print(_renderable(block))
        else:
            for line in block.lines:
                console.print(_line(line, console.width), no_wrap=True, overflow="ellipsis", crop=True)


def _renderable(block: Heading | Note | Facts | Table) -> RenderableType:
    # Always Text, never markup: a name may be `[red]`.
    if isinstance(block, Heading):
        return Text(_shown(block.text), style="bold")
    if isinstance(block, Note):
        return Text(_shown(block.text), style="italic")
    if isinstance(block, Facts):
        grid = RichTable.grid(padding=(0, 2))
        grid.add_column(style="dim", no_wrap=True)
        grid.add_column(overflow="fold")
        for key, text in block.rows:
            grid.add_row(Text(_shown(key)), Text(_shown(text)))
        return Padding(grid, (0, 0, 0, 2))
    return _table(block.filled())


def _table(block: Table) -> RichTable:
    table = RichTable(box=box.SIMPLE_HEAD, pad_edge=False, header_style="bold")
    for number, column in enumerate(block.columns):
        table.add_column(
            Text(_shown(column)),
            justify="right" if column in block.right else "left",
            overflow="ellipsis" if number else "fold",
            no_wrap=number > 0,
            # The first column names what the row is about: it is the last to give way.
            min_width=min(20, max((len(row[number]) for row in block.rows), default=0)) if not number else None,
        )
    for row in block.rows:
        table.add_row(*(Text(_shown(text)) for text in row))
    return table


def _line(line: Line, width: int) -> Text:
    if line.vertex is None:
        return Text(_shown(line.text), style="bold")
    vertex = line.vertex
    prefix = line.prefix
    room = max(width - NARROWEST_TREE, 6)
    if len(prefix) > room:  # deeper than the screen is wide: the depth in a number
        depth = f"…{len(prefix) // 3} "
        prefix = depth + prefix[len(prefix) - room + len(depth) :]
    text = Text(prefix, style="dim")
    text.append_text(_node(vertex, dim=line.seen))
    if line.hidden:
        text.append(f"  … {line.hidden} between", style="dim")
    if line.seen:
        text.append("  ↑ see above", style="dim italic")
    return text


def _node(vertex: Vertex, *, dim: bool) -> Text:
    colour = STYLES[hue(vertex.role)]
    text = Text()
    if vertex.type not in ("", vertex.label):
        text.append(f"{vertex.type} ", style="dim")
    weight = "bold " if vertex.key.kind == "artifact" else ""
    text.append(vertex.label, style="dim" if dim else f"{weight}{colour}")
    if vertex.state:
        text.append(f"  {vertex.state}", style=STATES.get(vertex.state, "italic"))
    if vertex.missing:
        text.append("  not in the store", style="italic")
    elif vertex.label != f"{vertex.key.kind}/{vertex.key.id}":
        text.append(f"  ({vertex.key.kind}/{vertex.key.id})", style="dim")
    return text


def _shown(text: str) -> str:
    return visible(shortened(text, LONGEST))
