"""The seven questions, and the two that ask several at once."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from graphmeta import query
from graphmeta.cli.options import Settings, shared
from graphmeta.render.text import several

if TYPE_CHECKING:
    from graphmeta.store import Store


@click.command(short_help="Which datasets did a model train on?")
@click.argument("model")
@shared(show_cypher=True)
def datasets(settings: Settings, model: str) -> int:
    """Which datasets did MODEL train on?

    Those that the step that made it read, those further up, and those of models that it was made from.
    """
    return settings.answer(
        lambda store: query.datasets(store, model),
        lambda answer: answer.uses,
    )


@click.command(short_help="With which hyperparameters was a model made?")
@click.argument("model")
@shared(show_cypher=True)
def params(settings: Settings, model: str) -> int:
    """With which hyperparameters was MODEL made?"""
    return settings.answer(
        lambda store: query.params(store, model),
        lambda answer: answer.params,
    )


@click.command(short_help="What was measured of a model?")
@click.argument("model")
@shared(show_cypher=True)
def metrics(settings: Settings, model: str) -> int:
    """What was measured of MODEL?

    The numbers on it, and those on the metrics that were made from it.
    """
    return settings.answer(
        lambda store: query.metrics(store, model),
        lambda answer: answer.values,
    )


@click.command(short_help="Which run made a node?")
@click.argument("node")
@shared(show_cypher=True)
def origin(settings: Settings, node: str) -> int:
    """Which step, in which run, made NODE? By whom, from which commit?"""
    return settings.answer(
        lambda store: query.origin(store, node),
        lambda answer: answer.execution,
    )


@click.command(short_help="Which models used a dataset?")
@click.option("--using", metavar="DATASET", help="Only models that were made from this; s3://b/raw/* is all below.")
@click.option("--direct", is_flag=True, help="With --using: only those that read it themselves.")
@click.option("--every-version", is_flag=True, help="With --using: made from any version of it.")
@shared(show_cypher=True)
def models(settings: Settings, using: str | None, direct: bool, every_version: bool) -> int:
    """Which models are there; with --using, which used a dataset, on whatever way?"""
    if using is None and (direct or every_version):
        raise click.UsageError("--direct and --every-version go with --using.")
    return settings.answer(
        lambda store: query.models(store, using, direct=direct, every_version=every_version),
        lambda answer: answer.uses,
    )


@click.command(short_help="How do models compare?")
@click.argument("nodes", nargs=-1, required=True, metavar="A B...")
@click.option("--all", "every", is_flag=True, help="What is the same as well; ≠ marks what is not.")
@click.option("--sort", metavar="ROW", help="The largest first by this row, as metrics.auc.")
@click.option("--reverse", is_flag=True, help="With --sort: the smallest first.")
@shared(show_cypher=True)
def compare(settings: Settings, nodes: tuple[str, ...], every: bool, sort: str | None, reverse: bool) -> int:
    """How do A and B (and more) compare: parameters, metrics, data, code, environment, run?

    What is the same in all of them is left out; --json has all rows, and says of each whether it differs.
    """
    if len(nodes) < 2:
        raise click.UsageError("A comparison takes two nodes or more.")
    if reverse and sort is None:
        raise click.UsageError("--reverse goes with --sort.")

    def ask(store: Store) -> query.Comparison:
        found = query.compare(store, list(nodes))
        return found if sort is None else found.sorted(sort, reverse=reverse)

    return settings.answer(ask, lambda answer: answer.rows, blocks=lambda answer: several.compare(answer, all=every))


@click.command(short_help="Which frameworks were installed where a node was made?")
@click.argument("node")
@shared(show_cypher=True)
def environment(settings: Settings, node: str) -> int:
    """Which frameworks, of which versions, were installed where NODE was made? The Python, the packages and the
    machine. Of a store that another program wrote: what properties say, as tfx_version.
    """
    return settings.answer(
        lambda store: query.environment(store, node),
        lambda answer: answer.frameworks or answer.packages or answer.details,
    )


@click.command(short_help="All of these answers about one model at once.")
@click.argument("model")
@shared(show_cypher=True)
def explain(settings: Settings, model: str) -> int:
    """Everything about MODEL: data, parameters, metrics, origin, environment, what changed, who shares."""
    return settings.answer(
        lambda store: query.explain(store, model),
        lambda answer: answer.origin.execution or answer.datasets.uses or answer.metrics.values,
    )


@click.command(short_help="Which models share a dataset with a model, and which dataset?")
@click.argument("model")
@shared(show_cypher=True)
def siblings(settings: Settings, model: str) -> int:
    """Which models share a dataset with MODEL, and which dataset?"""
    return settings.answer(
        lambda store: query.siblings(store, model),
        lambda answer: answer.siblings,
    )
