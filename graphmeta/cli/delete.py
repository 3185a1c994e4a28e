"""`graphmeta delete`: removes the nodes named, and never cuts the lineage of what stays."""

from __future__ import annotations

import click

from graphmeta.cli.options import Settings, shared
from graphmeta.cli.removing import applying, run


@click.command(short_help="Remove nodes, without cutting the lineage of what stays.")
@click.argument("nodes", nargs=-1, required=True, metavar="NODE...")
@click.option("--downstream", is_flag=True, help="Also all that came of them.")
@applying
@shared()
def delete(
    settings: Settings, nodes: tuple[str, ...], downstream: bool, apply: bool, dump: str | None, tombstones: bool
) -> int:
    """Say what would go with each NODE, and with --apply remove it: of a step also what it alone made; of a context (a
    run, an experiment) its steps and what they made.

    Lineage is never cut: a node from which something that stays was made stays, too, and the plan says what holds it;
    --downstream takes that along. A step that is RUNNING and was updated within a day never goes. With --apply a dump
    is written first, from which `graphmeta restore` brings everything back.

    Exit status: 0; 1 where nothing goes; 2 where something was wrong.
    """
    from graphmeta.keeping.selection import named
    from graphmeta.query.naming import resolve

    return run(
        settings,
        lambda store: named(store, [resolve(store, node) for node in nodes], downstream=downstream),
        apply=apply,
        dump=dump,
        tombstones=tombstones,
    )
