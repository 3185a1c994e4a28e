"""Several answers at once."""

from __future__ import annotations

from collections.abc import Sequence

from graphmeta.model import AnyNode, Value
from graphmeta.query.answers.several import Comparison, Explanation
from graphmeta.render import words
from graphmeta.render.blocks import Block, Heading, Note, Table
from graphmeta.render.text.making import environment, metrics, origin, params
from graphmeta.render.text.pieces import notes
from graphmeta.render.text.uses import datasets, siblings

PACKAGES_IN_EXPLAIN = 6  # `graphmeta environment` lists them all


def compare(answer: Comparison) -> list[Block]:
    """Nodes side by side; `≠` marks what is not the same in all."""
    blocks: list[Block] = [Heading("Comparison of " + ", ".join(words.name(node) for node in answer.nodes))]
    tables = _side_by_side(answer)
    blocks += tables
    if tables:
        differing = sum(row.differs for row in answer.rows)
        count = words.several(len(answer.rows), "row")
        blocks.append(Note(f"{differing} of {count} {'differs' if differing == 1 else 'differ'}."))
    else:
        blocks.append(Note("Nothing that could be compared is known of them."))
    return [*blocks, *notes(answer.notes)]


def _side_by_side(answer: Comparison) -> list[Block]:
    """One table for each section."""
    captions = _told_apart(answer.nodes)
    sections: dict[str, list[list[str]]] = {}
    for row in answer.rows:
        shown = _moment if row.section == "run" and row.key in ("made", "started", "ended") else words.value
        values = [shown(value) for value in row.values]
        sections.setdefault(row.section, []).append([row.key, "≠" if row.differs else "", *values])
    return [Table([section, " ", *captions], rows) for section, rows in sections.items()]


def _moment(value: Value | None) -> str:
    return words.time(value) if isinstance(value, int) else words.value(value)


def _told_apart(nodes: Sequence[AnyNode]) -> list[str]:
    names = [words.name(node) for node in nodes]
    return names if len(set(names)) == len(names) else [words.with_id(node) for node in nodes]


def explain(answer: Explanation) -> list[Block]:
    """The seven questions about one model at once."""
    parts = [
        datasets(answer.datasets),
        params(answer.params),
        metrics(answer.metrics),
        origin(answer.origin),
        environment(answer.environment, most=PACKAGES_IN_EXPLAIN),
        siblings(answer.siblings),
    ]
    if answer.comparison is not None:
        changed = Comparison(answer.comparison.nodes, answer.comparison.differences(), answer.comparison.notes)
        if changed.rows:
            # Without its notes: they repeat those above, or are about the version before.
            before = words.name(answer.comparison.nodes[0])
            parts.append([Heading(f"What changed since {before}"), *_side_by_side(changed)])
    return [block for part in parts for block in part]
