"""Answers as Markdown: for a file, a merge request, a wiki."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from graphmeta.render.blocks import Block, Facts, Heading, Note, Remark, Table
from graphmeta.render.plain import line_text
from graphmeta.render.safe import visible

# What Markdown, or the HTML in it, would take for its own.
_OWN = re.compile(r"([\\`*\[\]<>|~#&]|(?<![^\W_])_|_(?![^\W_])|^[-+](?=\s)|^=|(?<=^\d)[.)](?=\s))")


def to_markdown(blocks: Sequence[Block], level: int = 2) -> Iterator[str]:
    """The lines of an answer.

    Args:
        level: of its headings: 2 for `##`.
    """
    for block in blocks:
        if isinstance(block, Heading):
            yield f"{'#' * level} {escaped(block.text)}"
        elif isinstance(block, Note):
            yield escaped(block.text)
        elif isinstance(block, Remark):
            word = f"**{escaped(block.word)}** " if block.word else ""
            yield f"{'  ' * block.depth}- {word}{escaped(block.text)}"
        elif isinstance(block, Facts):
            yield from _table(["", ""], block.rows, frozenset())
        elif isinstance(block, Table):
            table = block.filled()
            yield from _table(table.columns, table.rows, block.right)
        else:
            yield from fenced("\n".join(visible(line_text(line)) for line in block.lines))
        yield ""


def _table(columns: Sequence[str], rows: Sequence[Sequence[str]], right: frozenset[str]) -> Iterator[str]:
    yield _row(columns)
    yield "|" + "|".join("---:" if column in right else "---" for column in columns) + "|"
    yield from map(_row, rows)


def _row(cells: Sequence[str]) -> str:
    return "| " + " | ".join(escaped(cell) for cell in cells) + " |"


def escaped(text: str) -> str:
    """A text that Markdown shows as it is, on one line."""
    return _OWN.sub(r"\\\1", visible(text))


def fenced(text: str, language: str = "") -> list[str]:
    """A text that Markdown leaves alone; the fence is longer than any in it."""
    longest = max((len(run) for run in re.findall("`+", text)), default=0)
    fence = "`" * max(3, longest + 1)
    return [fence + language, *text.split("\n"), fence]
