"""`graphmeta init` and `graphmeta demo`: make a store, fill one."""

from __future__ import annotations

import shlex

import click

from graphmeta.cli import printing
from graphmeta.cli.options import Settings, shared


@click.command(short_help="Set up an empty store.")
@click.option("--print", "only_print", is_flag=True, help="Print the statements, and run none.")
@shared(json=False)
def init(settings: Settings, only_print: bool) -> int:
    """Set up the store: tables and indexes, or Neo4j's constraints.

    Not needed where graphmeta may do so itself: the first write does it. Again is harmless.
    """
    with settings.open(read_only=only_print) as store:
        if only_print:
            printing.lines(f"{statement.rstrip().removesuffix(';')};" for statement in store.backend.setup_statements())
        else:
            store.initialise()
            printing.out(f"{store.url} is ready.")
    return 0


@click.command(short_help="Train and record a few real models.")
@shared(json=False)
def demo(settings: Settings) -> int:
    """Clean a small real dataset, train four models on it, record all of it, and ask about one.

    A fifth model is made in a hurry, for `graphmeta check all` to find what is wrong with it.

    Data, models and the picture go to a new folder in ./graphmeta-demo each time. With a Neo4j store it
    ends with three statements to paste into Neo4j Browser.
    """
    from graphmeta.demo import browser_statements, report, run_demo

    with settings.open(read_only=False) as store:
        done = run_demo(store, echo=printing.out)
        printing.out("")
        report(store, str(done.final), picture=done.folder / "lineage.svg", echo=printing.out)
        printing.out(f"\nRecorded in {store.url}. Go on with:")
        where = "" if settings.store is None else f"--store {shlex.quote(store.url)} "
        for words in (
            f"explain {done.final}",
            f"models --using {done.clean}",
            f"lineage {done.raw}",
            "check all",
            "ls",
        ):
            printing.out(f"  graphmeta {where}{words}")
        if not store.url.startswith("sqlite:"):
            printing.out("\nTo paste into Neo4j Browser:")
            for purpose, statement in browser_statements():
                printing.out(f"\n// {purpose}\n{statement};")
    return 0
