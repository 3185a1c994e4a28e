"""`graphmeta serve`: the store for MLMD's clients, over gRPC and grpc-web."""

from __future__ import annotations

import sys
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING

import click

from graphmeta.cli import printing, serving
from graphmeta.cli.options import Settings, shared
from graphmeta.server import settings as defaults

if TYPE_CHECKING:
    from graphmeta.server.running import Addresses
    from graphmeta.store import Store

UNHEALTHY = 1


@click.command(short_help="Serve the store to MLMD's clients.")
@serving.served
@click.option(
    "--check", is_flag=True, help="Serve nothing: ask the server at this host and port whether it is healthy."
)
@shared(json=False)
def serve(settings: Settings, told: defaults.Settings, config_file: Path | None, check: bool) -> int:
    """Serve the store to ML Metadata's clients: over gRPC, and over grpc-web to browsers.

    Two lines on standard output say where, once it answers. SIGTERM or Ctrl-C ends it when running calls
    have ended; a second one at once. docs/serving.md has the rest. `graphmeta up` shows pages as well.

    Exit status: 0 after SIGTERM or Ctrl-C; 1 where a port cannot be listened on, or --check finds no
    healthy server; 2 where something else was wrong.
    """
    serving.load("serve")
    told, config = serving.configured(told, settings, config_file)
    if check:
        return _check(told)
    with ExitStack() as resources:
        return serving.run(lambda: serving.opened(settings, config, resources), told, _announce)


def _announce(store: Store, addresses: Addresses) -> None:
    printing.out(f"gRPC on {addresses.grpc}")
    printing.out(f"grpc-web on {addresses.web}")
    sys.stdout.flush()


def _check(told: defaults.Settings) -> int:
    from graphmeta.server.checking import healthy

    trouble = healthy(told)
    if trouble is None:
        return 0
    click.echo(f"graphmeta: {trouble}", err=True)
    return UNHEALTHY
