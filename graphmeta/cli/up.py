"""`graphmeta up`: the store with its pages, for people; and gRPC and grpc-web, for programs."""

from __future__ import annotations

import functools
import sys
import threading
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import click

from graphmeta.cli import printing, serving
from graphmeta.cli.options import Settings, shared
from graphmeta.server import settings as defaults

if TYPE_CHECKING:
    from graphmeta.server.running import Addresses
    from graphmeta.store import Store


@click.command(short_help="Show the store as web pages, and serve it.")
@click.option("--demo", is_flag=True, help="Fill the store first with the demo's models, if it is empty.")
@click.option(
    "--policy",
    "policies",
    metavar="FILE",
    multiple=True,
    type=click.Path(path_type=Path),
    help="Check the rules of this file on the page /checks; repeatable.",
)
@click.option("--open", "browser", is_flag=True, help="Open the pages in the browser.")
@serving.served
@shared(json=False)
def up(
    settings: Settings,
    told: defaults.Settings,
    config_file: Path | None,
    demo: bool,
    policies: tuple[Path, ...],
    browser: bool,
) -> int:
    """Show the store as web pages; and serve it to ML Metadata's clients, as `graphmeta serve` does.

    Four lines on standard output say where the store is, and where gRPC, grpc-web and the pages answer, once
    they do. SIGTERM or Ctrl-C ends it when running calls have ended; a second one at once. docs/pages.md
    shows the pages.

    Exit status: 0 after SIGTERM or Ctrl-C; 1 where a port cannot be listened on; 2 where something else
    was wrong.
    """
    serving.load("up")
    _load_pages()
    for policy in policies:
        policy.open().close()  # so that a file that is not there shows now
    told, config = serving.configured(replace(told, pages=True, policies=policies), settings, config_file)

    def opened() -> Store:
        store = serving.opened(settings, config, resources)
        if demo:
            _fill(store)
        return store

    with ExitStack() as resources:
        return serving.run(opened, told, functools.partial(_announce, browser))


def _load_pages() -> None:
    try:
        import graphmeta.server.pages_side  # noqa: F401
    except ModuleNotFoundError as error:
        raise serving.lacking("up", error) from None


def _fill(store: Store) -> None:
    """Record the demo's models in a store that is empty."""
    if store.counts():
        click.echo("The store is not empty: it is shown as it is, without the demo's models.", err=True)
        return
    from graphmeta.demo import run_demo

    # Not to standard output: that says where the server is.
    run_demo(store, echo=functools.partial(click.echo, err=True))


def _announce(browser: bool, store: Store, addresses: Addresses) -> None:
    printing.out(f"store at {store.url}")
    printing.out(f"gRPC on {addresses.grpc}")
    printing.out(f"grpc-web on {addresses.web}")
    printing.out(f"pages on {addresses.pages}")
    sys.stdout.flush()
    if browser and addresses.pages is not None:
        # In a thread, for a browser of the terminal returns only when somebody has left it.
        threading.Thread(target=open_browser, args=(addresses.pages,), daemon=True).start()


def open_browser(url: str) -> None:
    """Open a page in the browser, or say where it is."""
    import webbrowser

    if not webbrowser.open(url):
        click.echo(f"There is no browser here to open. The pages are on {url}", err=True)
