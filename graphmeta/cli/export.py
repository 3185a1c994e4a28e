"""`graphmeta export`: the graph for other programs."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from graphmeta.cli.options import Settings, shared
from graphmeta.files import written_whole

_FORMATS = ("graphml", "json")


@click.command(short_help="The graph for other programs, as GraphML or node-link JSON.")
@click.argument("node", required=False)
@click.option("--format", "form", type=click.Choice(_FORMATS), help="By FILE's ending unless told, else graphml.")
@click.option("--out", metavar="FILE", help="Write it there, and not to standard output.")
@shared(json=False, as_of=True)
def export(settings: Settings, node: str | None, form: str | None, out: str | None) -> int:
    """Write the whole store, or the lineage of NODE, as GraphML (yEd, Gephi, Cytoscape) or node-link JSON (d3,
    networkx).

    A NODE may be a selector, as for `lineage`: +Model:churn is all that it was made from.
    """
    from graphmeta import query
    from graphmeta.render.exports import EXPORTS

    ending = Path(out or "a.graphml").suffix.lower().lstrip(".")
    if form is None and ending not in EXPORTS:
        raise click.UsageError(f"{out} ends with none of {', '.join(EXPORTS)}: say the --format.")
    if out is not None and Path(out).is_dir():
        raise click.UsageError(f"{out} is a folder: name a file.")
    write = EXPORTS[form or ending]
    with settings.open() as store:
        graph = query.to_networkx(store) if node is None else query.lineage(store, node).to_networkx()
    if out is None:
        write(graph, sys.stdout.buffer)
        return 0
    with written_whole(Path(out)) as file:
        write(graph, file)
    click.echo(f"Written: {out}", err=True)
    return 0
