"""Questions about how nodes hang together."""

from __future__ import annotations

from typing import Literal

import click

from graphmeta import query
from graphmeta.cli.options import Number, Settings, shared

MOST_ANCESTORS = 20


@click.command(short_help="How did this reach that?")
@click.argument("source")
@click.argument("target")
@click.option("--all", "every", is_flag=True, help=f"Not only the shortest way: the {query.PATH_LIMIT} shortest.")
@click.option("--limit", type=Number(1), metavar="N", help="The N shortest ways.")
@shared(show_cypher=True)
def path(settings: Settings, source: str, target: str, every: bool, limit: int | None) -> int:
    """How did the data of SOURCE reach TARGET? The shortest way, step by step."""
    return settings.answer(
        lambda store: query.path(store, source, target, all=every, limit=limit), lambda answer: answer.ways
    )


@click.command(short_help="What do several nodes share?")
@click.argument("nodes", nargs=-1, required=True, metavar="A B...")
@click.option("--limit", type=Number(1), metavar="N", help=f"So many ancestors; {MOST_ANCESTORS} unless told.")
@shared(show_cypher=True)
def common(settings: Settings, nodes: tuple[str, ...], limit: int | None) -> int:
    """What did A and B (and more) all come of? The nearest first."""
    if len(nodes) < 2:
        raise click.UsageError("Two nodes or more can share something.")
    return settings.answer(
        lambda store: query.common(store, list(nodes), limit=limit or MOST_ANCESTORS), lambda answer: answer.ancestors
    )


@click.command(short_help="What came of a node, and what has to run again?")
@click.argument("node")
@click.option("--plan", is_flag=True, help="List the steps to run again, in order, and what can be left out.")
@shared(show_cypher=True)
def impact(settings: Settings, node: str, plan: bool) -> int:
    """What came of NODE: which models, in which runs, how much else?"""
    if plan:
        return settings.answer(lambda store: query.plan(store, node), lambda answer: answer.steps)
    return settings.answer(lambda store: query.impact(store, node), lambda answer: answer.models or answer.executions)


@click.command(short_help="Why do two models differ?")
@click.argument("before")
@click.argument("after")
@shared(show_cypher=True)
def why(settings: Settings, before: str, after: str) -> int:
    """Why does AFTER differ from BEFORE? What changed in their data, parameters, code, packages and steps.

    The nearest to the two comes first, beside the change in metrics. What is the same stays out of the way.
    """
    return settings.answer(
        lambda store: query.why(store, before, after), lambda answer: answer.changes or answer.metrics
    )


@click.command(short_help="On what does most depend?")
@click.option(
    "--by",
    type=click.Choice(["reach", "betweenness"]),
    default="reach",
    help="What they are ordered by: reach unless told.",
)
@click.option("--limit", type=Number(1), default=10, metavar="N", help="So many; 10 unless told.")
@click.option("--samples", type=Number(1), metavar="N", help="From so many nodes look who lies between.")
@shared(as_of=True)
def hotspots(settings: Settings, by: Literal["reach", "betweenness"], limit: int, samples: int | None) -> int:
    """On which data and steps does most depend: of what did most come, what lies between most others?"""
    return settings.answer(
        lambda store: query.hotspots(store, by=by, limit=limit, samples=samples), lambda answer: answer.spots
    )
