"""`graphmeta lineage`: a tree, a document or a picture."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from graphmeta import query
from graphmeta.cli import printing
from graphmeta.cli.options import Settings, Steps, shared
from graphmeta.files import written_whole
from graphmeta.render.blocks import Block

if TYPE_CHECKING:
    from graphmeta.query.selectors import Hops
    from graphmeta.store import Store


@click.command(short_help="What was a node made from, and what was made from it?")
@click.argument("node")
@click.option("--up", type=Steps(), metavar="N", help="So many node steps upstream; or `all`.")
@click.option("--down", type=Steps(), metavar="N", help="So many node steps downstream; or `all`.")
@click.option("--type", "types", multiple=True, metavar="T", help="Only nodes of this type or role; repeatable.")
@click.option("--until", multiple=True, metavar="T", help="Not beyond nodes of this type or role; repeatable.")
@click.option("--within", metavar="CONTEXT", help="Only what belongs to this run or other context.")
@click.option("--mermaid", is_flag=True, help="Print a Mermaid flowchart.")
@click.option("--dot", is_flag=True, help="Print a DOT digraph.")
@click.option(
    "--svg", type=click.Path(dir_okay=False, allow_dash=True), metavar="FILE", help="Draw it ('-': print it)."
)
@click.option(
    "--html",
    type=click.Path(dir_okay=False, allow_dash=True),
    metavar="FILE",
    help="Draw it as one web page to pan, zoom and search, that needs no network ('-': print it).",
)
@click.option(
    "--fold/--no-fold",
    default=None,
    help="Draw repeated runs as one; with --html unless told otherwise, with --svg only if told.",
)
@shared(show_cypher=True)
def lineage(
    settings: Settings,
    node: str,
    up: Hops | None,
    down: Hops | None,
    types: tuple[str, ...],
    until: tuple[str, ...],
    within: str | None,
    mermaid: bool,
    dot: bool,
    svg: str | None,
    html: str | None,
    fold: bool | None,
) -> int:
    """What was NODE made from, and what was made from it?

    From an artifact to the step that made it is one node step. With neither --up nor --down: all of both;
    with one alone: nothing of the other. Or with a selector: +Model:churn is all upstream, Model:churn+1 one
    node step downstream.
    """

    def ask(store: Store) -> query.Lineage:
        return query.lineage(store, node, up=up, down=down, types=types or None, until=until or None, within=within)

    if sum((mermaid, dot, svg is not None, html is not None, settings.json, settings.show_cypher)) > 1:
        raise click.UsageError("--mermaid, --dot, --svg, --html, --json and --show-cypher exclude each other.")
    if fold is not None and svg is None and html is None:
        raise click.UsageError("--fold and --no-fold go with --svg or --html.")
    if not (mermaid or dot or svg is not None or html is not None):
        return settings.answer(
            ask,
            blocks=_tree,
        )
    with settings.open() as store:
        found = ask(store)
        if svg is not None:
            from graphmeta.render.svg import to_svg

            _drawn(to_svg(found, fold=bool(fold)), svg)
        elif html is not None:
            from graphmeta.render.html import to_html

            advice = "With --no-fold the file has each of them by itself."
            _drawn(to_html(found, fold=fold is not False, advice=advice), html)
        elif mermaid:
            from graphmeta.render.mermaid import to_mermaid

            printing.out(to_mermaid(found).rstrip())
        else:
            from graphmeta.render.dot import to_dot

            printing.out(to_dot(found).rstrip())
    return 0


def _tree(found: query.Lineage) -> list[Block]:
    from graphmeta.render.text.trees import lineage as as_tree
    from graphmeta.render.tree import ASCII, UNICODE

    return as_tree(found, UNICODE if printing.writes("│├└─↑") else ASCII)


def _drawn(picture: str, name: str) -> None:
    if name == "-":
        printing.out(picture.rstrip())
        return
    with written_whole(Path(name)) as file:
        file.write(picture.encode("utf-8"))
    click.echo(f"Drawn: {name}", err=True)
