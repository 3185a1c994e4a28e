"""`graphmeta serve`: the store for MLMD's clients, over gRPC and grpc-web."""

from __future__ import annotations

import logging
import sys
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from graphmeta.cli import printing
from graphmeta.cli.options import Number, Seconds, Settings, shared
from graphmeta.errors import UnsupportedError
from graphmeta.server import settings as defaults

if TYPE_CHECKING:
    from graphmeta.store import Store

TAKEN, UNHEALTHY = 1, 1
_FILE = click.Path(path_type=Path)
_HIGHEST_PORT = 65535
_HIGHEST_MEBIBYTES = 2047  # gRPC counts a message's bytes in 31 bits


class Port(Number):
    """A port's number."""

    name = "port"

    def __init__(self) -> None:
        super().__init__(0)

    def convert(self, value: Any, param: click.Parameter | None, context: click.Context | None) -> int:
        number = super().convert(value, param, context)
        if number > _HIGHEST_PORT:
            self.fail(f"{value!r} is no port: they end at {_HIGHEST_PORT}", param, context)
        return number


@click.command(short_help="Serve the store to MLMD's clients.")
@click.option("--host", metavar="HOST", default=defaults.HOST, help="Where to listen; 127.0.0.1 unless told.")
@click.option(
    "--grpc-port",
    metavar="PORT",
    type=Port(),
    default=defaults.GRPC_PORT,
    show_default=True,
    help="For gRPC; 0 is any that is free.",
)
@click.option(
    "--web-port",
    metavar="PORT",
    type=Port(),
    default=defaults.WEB_PORT,
    show_default=True,
    help="For grpc-web, of browsers; 0 is any that is free.",
)
@click.option(
    "--allow-origin",
    "origins",
    metavar="ORIGIN",
    multiple=True,
    help="Let web pages from there call, as https://pages.example, or *; repeatable. This machine's may unless told.",
)
@click.option(
    "--tls-key", metavar="FILE", type=_FILE, help="The server's private key, in PEM. Both ports then speak TLS."
)
@click.option("--tls-cert", metavar="FILE", type=_FILE, help="The server's certificate, in PEM.")
@click.option(
    "--tls-ca",
    metavar="FILE",
    type=_FILE,
    help="Let only clients in with a certificate that one of these signed, in PEM.",
)
@click.option(
    "--max-message-size",
    "mebibytes",
    metavar="MIB",
    type=Number(1),
    default=defaults.MAX_MESSAGE_MEBIBYTES,
    show_default=True,
    help="The largest request or answer, in MiB.",
)
@click.option(
    "--workers",
    metavar="COUNT",
    type=Number(1),
    default=defaults.WORKERS,
    show_default=True,
    help="How many calls run at the same time. Writes to a file take turns beside them.",
)
@click.option(
    "--grace",
    metavar="SECONDS",
    type=Seconds(),
    default=defaults.GRACE_SECONDS,
    show_default=True,
    help="How long running calls may take to end after SIGTERM.",
)
@click.option(
    "--config",
    "config_file",
    metavar="FILE",
    type=_FILE,
    help="A file of MLMD's own server: a MetadataStoreServerConfig in text form, with the store and the TLS.",
)
@click.option("--verbose", is_flag=True, help="Log every call on standard error.")
@click.option(
    "--check", is_flag=True, help="Serve nothing: ask the server at this host and port whether it is healthy."
)
@shared(json=False)
def serve(
    settings: Settings,
    tls_key: Path | None,
    tls_cert: Path | None,
    tls_ca: Path | None,
    mebibytes: int,
    grace: float,
    origins: tuple[str, ...],
    config_file: Path | None,
    check: bool,
    **options: Any,
) -> int:
    """Serve the store to ML Metadata's clients: over gRPC, and over grpc-web to browsers.

    Two lines on standard output say where, once it answers. SIGTERM or Ctrl-C ends it when running calls
    have ended; a second one at once. docs/serving.md has the rest.

    Exit status: 0 after SIGTERM or Ctrl-C; 1 where a port cannot be listened on, or --check finds no
    healthy server; 2 where something else was wrong.
    """
    if mebibytes > _HIGHEST_MEBIBYTES:
        raise click.UsageError(f"--max-message-size is {_HIGHEST_MEBIBYTES} MiB at most.")
    with ExitStack() as resources:
        told = defaults.Settings(
            tls=defaults.read_tls(tls_key, tls_cert, tls_ca),
            max_message_bytes=mebibytes * 2**20,
            grace_seconds=grace,
            origins=origins,
            **options,
        )
        _load()
        config = None
        if config_file is not None:
            told, config = _configured(told, settings, config_file)
        if check:
            return _check(told)
        return _serve(lambda: _open(settings, config, resources), told)


def _load() -> None:
    """Load what the extra brings."""
    try:
        import graphmeta.server.checking
        import graphmeta.server.running  # noqa: F401
    except ModuleNotFoundError as error:
        if (error.name or "").startswith("graphmeta"):
            raise
        raise UnsupportedError(
            f"graphmeta serve needs packages that are not installed ({error.name} is the first): install them with "
            'pip install "graphmeta[server]".'
        ) from None


def _configured(told: defaults.Settings, settings: Settings, file: Path) -> tuple[defaults.Settings, Any]:
    from graphmeta.server.configuration import configured_tls, read_configuration

    if settings.store is not None:
        raise click.UsageError("--config says where the store is, and so does --store: give one of them.")
    config = read_configuration(file)
    tls = configured_tls(config)
    if tls is not None and told.tls is not None:
        raise click.UsageError("--config has an ssl_config, and --tls-… was given as well: give one of them.")
    return replace(told, tls=told.tls or tls), config


def _open(settings: Settings, config: Any, resources: ExitStack) -> Store:
    from graphmeta.server.configuration import open_configured

    if config is not None:
        return resources.enter_context(open_configured(config.connection_config))
    store = resources.enter_context(settings.open(read_only=False))
    store.initialise()  # so that what is wrong with it shows now
    return store


def _serve(opened: Callable[[], Store], told: defaults.Settings) -> int:
    from graphmeta.server.listening import PortTakenError, address_of, listen
    from graphmeta.server.running import serve

    logging.basicConfig(stream=sys.stderr, format="%(message)s", level=logging.WARNING)
    logging.getLogger("graphmeta.server").setLevel(logging.INFO)
    warning = defaults.warning(told, address_of(told.host))
    if warning:
        click.echo(warning, err=True)
    try:
        # Before a store is made for a server that cannot be.
        for port, option in ((told.grpc_port, "--grpc-port"), (told.web_port, "--web-port")):
            listen(address_of(told.host), port, option).close()
        serve(opened(), told, _announce)
    except PortTakenError as error:
        click.echo(f"graphmeta: {error}", err=True)
        return TAKEN
    return 0


def _announce(line: str) -> None:
    printing.out(line)
    sys.stdout.flush()


def _check(told: defaults.Settings) -> int:
    from graphmeta.server.checking import healthy

    trouble = healthy(told)
    if trouble is None:
        return 0
    click.echo(f"graphmeta: {trouble}", err=True)
    return UNHEALTHY
