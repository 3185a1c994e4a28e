"""How a store grew, as blocks."""

from __future__ import annotations

from collections.abc import Sequence

from graphmeta.keeping.growth import History, Period
from graphmeta.render import words
from graphmeta.render.blocks import Block, Facts, Heading, Note, Table

_MOST_PERIODS = 60
_MOST_TYPES = 10
_BAR = 20  # letters of the longest


def blocks(found: History, bar: str = "█") -> list[Block]:
    """How a store grew.

    Args:
        bar: the letter that bars are made of.
    """
    shown: list[Block] = [Heading(found.store), Facts(_facts(found))]
    if not found.nodes:
        return [*shown, Note("There is nothing in it yet.")]
    shown.append(_periods(found.periods[-_MOST_PERIODS:], found.by, bar))
    left_out = len(found.periods) - _MOST_PERIODS
    if left_out > 0:
        shown.append(Note(f"{words.several(left_out, f'earlier {found.by}')} not shown: --json has all of them."))
    rows = [[each.kind, each.type, f"{each.nodes:,}", _percent(each.share)] for each in found.types[:_MOST_TYPES]]
    shown.append(Table(["kind", "biggest types", "nodes", "share"], rows, frozenset({"nodes", "share"})))
    return shown


def _facts(found: History) -> list[tuple[str, str]]:
    facts = [("nodes", f"{found.nodes:,}"), ("events", f"{found.events:,}")]
    if found.size is not None:
        each = f" ({words.size(found.bytes_a_node)} a node)" if found.bytes_a_node is not None else ""
        facts.append(("on disk", f"{words.size(found.size)}{each}"))
    failed = found.failed
    if failed.executions:
        made = f" and {failed.artifacts:,} that only they made" if failed.artifacts else ""
        steps = f"{failed.executions:,} {'step' if failed.executions == 1 else 'steps'}"
        facts.append(("failed", f"{steps}{made}: {_percent(failed.share)} of the nodes"))
    return facts


def _periods(periods: Sequence[Period], by: str, bar: str) -> Table:
    most = max(each.nodes for each in periods) or 1
    columns = [by, "artifacts", "steps", "contexts", "events", "nodes so far", ""]
    rows = [
        [
            each.name,
            f"{each.artifacts:,}",
            f"{each.executions:,}",
            f"{each.contexts:,}",
            f"{each.events:,}",
            f"{each.nodes_so_far:,}",
            bar * -(-_BAR * each.nodes // most),
        ]
        for each in periods
    ]
    return Table(columns, rows, frozenset(columns[1:-1]), frozenset(columns[:-1]), spare=("contexts", "events", ""))


def _percent(share: float) -> str:
    if 0 < share < 0.001:
        return "under 0.1 %"
    return f"{100 * share:.1f} %"
