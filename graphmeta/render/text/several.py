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


def compare(answer: Comparison, *, all: bool = False) -> list[Block]:
    """Nodes side by side: what is not the same in all of them.

    Args:
        all: what is the same as well; `≠` marks what is not.
    """
    blocks: list[Block] = [Heading("Comparison of " + ", ".join(words.name(node) for node in answer.nodes))]
    shown = answer if all else Comparison(answer.nodes, answer.differences())
    blocks += _side_by_side(shown, marked=all)
    same = sum(not row.differs for row in answer.rows)
    if not answer.rows:
        blocks.append(Note("Nothing that could be compared is known of them."))
    elif all:
        count = words.several(len(answer.rows), "row")
        blocks.append(
            Note(f"{len(answer.rows) - same} of {count} {'differs' if len(answer.rows) - same == 1 else 'differ'}.")
        )
    elif same:
        blocks.append(
            Note(
                f"{words.several(same, 'more row is', 'more rows are')} the same in all of them; --all shows them too."
            )
        )
    return [*blocks, *notes(answer.notes)]


def _side_by_side(answer: Comparison, *, marked: bool = True) -> list[Block]:
    """One table for each section."""
    captions = _captions(answer.nodes)
    sections: dict[str, list[list[str]]] = {}
    for row in answer.rows:
        shown = _moment if row.section == "run" and row.key in ("made", "started", "ended") else words.value
        values = [shown(value) for value in row.values]
        sections.setdefault(row.section, []).append([row.key, "≠" if marked and row.differs else "", *values])
    return [Table([section, " ", *captions], rows) for section, rows in sections.items()]


def _moment(value: Value | None) -> str:
    return words.time(value) if isinstance(value, int) else words.value(value)


def _captions(nodes: Sequence[AnyNode]) -> list[str]:
    """A short name for each column: of versions of one thing the version alone, as `@3`."""
    names = [words.name(node) for node in nodes]
    if len(set(names)) < len(names):
        return [words.with_id(node) for node in nodes]
    things = {name.rpartition("@")[0] for name in names}
    return [f"@{name.rpartition('@')[2]}" for name in names] if len(things) == 1 and "" not in things else names


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
