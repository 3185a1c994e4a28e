"""`graphmeta stats`: how much a store holds, and how it grew."""

from __future__ import annotations

from typing import Any

import click

from graphmeta.backends.rows import Count
from graphmeta.cli import printing
from graphmeta.cli.options import Settings, shared
from graphmeta.model import KINDS
from graphmeta.store import Store

_SPANS = ("day", "week", "month", "year")


@click.command(short_help="Count what the store holds, and how it grew.")
@click.option("--growth", is_flag=True, help="What came in each month, the biggest types, the space that it takes.")
@click.option("--by", type=click.Choice(_SPANS), help="With --growth: periods of this length, not months.")
@shared(show_cypher=True)
def stats(settings: Settings, growth: bool, by: str | None) -> int:
    """Count artifacts, executions and contexts, by type.

    With --growth: how many came in each month (in UTC, by the time at which they were stored), what the store takes on
    disk, and what failed steps left in it.
    """
    if growth:
        return _growth(settings, by or "month")
    if by is not None:
        raise click.UsageError("--by goes with --growth.")

    def ask(store: Store) -> tuple[str, list[Count], int]:
        return store.url, store.counts(), len(store.types())

    from graphmeta.render import listing

    return settings.answer(ask, document=_stats_json, blocks=lambda found: listing.stats(*found))


def _stats_json(found: tuple[str, list[Count], int]) -> dict[str, Any]:
    url, counts, types = found
    totals = {f"{kind}s": sum(count.number for count in counts if count.kind == kind) for kind in KINDS}
    by_type = [{"kind": count.kind, "type": count.type, "nodes": count.number} for count in counts]
    return {"store": url, **totals, "types": types, "by_type": by_type}


def _growth(settings: Settings, by: str) -> int:
    from graphmeta.keeping.growth import SPANS, growth
    from graphmeta.render import growth as texts

    span = next(span for span in SPANS if span == by)
    return settings.answer(
        lambda store: growth(store, span),
        document=lambda found: found.to_json(),
        blocks=lambda found: texts.blocks(found, "█" if printing.writes("█") else "#"),
    )
