"""Why two things differ."""

from __future__ import annotations

from graphmeta.model import Value
from graphmeta.query.answers.changes import Change, Why
from graphmeta.render import words
from graphmeta.render.blocks import Block, Heading, Note, Table
from graphmeta.render.text.pieces import notes


def why(answer: Why) -> list[Block]:
    """What changed between two artifacts, beside the change in metrics."""
    captions = [words.name(answer.before), words.name(answer.after)]
    if captions[0] == captions[1]:
        captions = [words.with_id(answer.before), words.with_id(answer.after)]
    blocks: list[Block] = [Heading(f"Why {captions[1]} is not {captions[0]}")]
    if answer.metrics:
        rows = [
            [row.key, *(words.value(value) for value in row.values), _change(*row.values)] for row in answer.metrics
        ]
        blocks.append(Table(["metric", *captions, "change"], rows, frozenset({*captions, "change"})))
    if answer.changes:
        rows = [
            [_what(change), change.where, _shown(change, change.before), _shown(change, change.after)]
            for change in answer.changes
        ]
        blocks += [Heading("What changed, nearest first"), Table(["what", "in", captions[0], captions[1]], rows)]
    if answer.same and answer.changes:
        blocks.append(Note(f"{words.several(answer.same, 'place')} more compared, and the same."))
    return [*blocks, *notes(answer.notes)]


def _what(change: Change) -> str:
    """A change by its kind and key: `parameter lr`, `step clean`."""
    return f"{change.kind} {change.key}" if change.key else change.kind


def _shown(change: Change, value: Value | None) -> str:
    if value is None:
        return {"step": "not there", "input": "not read"}.get(change.kind, "unset")
    return words.value(value)


def _change(before: Value | None, after: Value | None) -> str:
    """By how much a number changed, with its sign."""
    numbers = [each for each in (before, after) if isinstance(each, (int, float)) and not isinstance(each, bool)]
    if len(numbers) < 2:
        return ""
    return f"{numbers[1] - numbers[0]:+.4g}".replace("-", "\N{MINUS SIGN}")
