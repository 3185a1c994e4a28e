"""What `graphmeta serve` and `graphmeta up` share: their options, and a server from these to its end."""

from __future__ import annotations

import functools
import logging
import sys
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from graphmeta.cli.options import Number, Seconds, Settings
from graphmeta.errors import UnsupportedError
from graphmeta.server import settings as defaults

if TYPE_CHECKING:
    from graphmeta.server.running import Addresses
    from graphmeta.store import Store

TAKEN = 1
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


_OPTIONS = (
    click.option("--host", metavar="HOST", default=defaults.HOST, help="Where to listen; 127.0.0.1 unless told."),
    click.option(
        "--grpc-port",
        metavar="PORT",
        type=Port(),
        default=defaults.GRPC_PORT,
        show_default=True,
        help="For gRPC; 0 is any that is free.",
    ),
    click.option(
        "--web-port",
        metavar="PORT",
        type=Port(),
        default=defaults.WEB_PORT,
        show_default=True,
        help="For browsers: grpc-web, and with `graphmeta up` the pages; 0 is any that is free.",
    ),
    click.option(
        "--allow-origin",
        "origins",
        metavar="ORIGIN",
        multiple=True,
        help="Let web pages from there call, as https://pages.example, or *; repeatable. "
        "This machine's may unless told.",
    ),
    click.option(
        "--allow-host",
        "hosts",
        metavar="NAME",
        multiple=True,
        help="Let the web port be called by this name, as lineage.example, or *; repeatable. For a proxy, or a name "
        "that is not this machine's own: unless told it answers to that, to localhost and to its addresses.",
    ),
    click.option(
        "--tls-key", metavar="FILE", type=_FILE, help="The server's private key, in PEM. Both ports then speak TLS."
    ),
    click.option("--tls-cert", metavar="FILE", type=_FILE, help="The server's certificate, in PEM."),
    click.option(
        "--tls-ca",
        metavar="FILE",
        type=_FILE,
        help="Let only clients in with a certificate that one of these signed, in PEM.",
    ),
    click.option(
        "--max-message-size",
        "mebibytes",
        metavar="MIB",
        type=Number(1),
        default=defaults.MAX_MESSAGE_MEBIBYTES,
        show_default=True,
        help="The largest request or answer, in MiB.",
    ),
    click.option(
        "--workers",
        metavar="COUNT",
        type=Number(1),
        default=defaults.WORKERS,
        show_default=True,
        help="How many calls run at the same time. Writes to a file take turns beside them; pages have four threads "
        "of their own at most.",
    ),
    click.option(
        "--grace",
        metavar="SECONDS",
        type=Seconds(),
        default=defaults.GRACE_SECONDS,
        show_default=True,
        help="How long running calls may take to end after SIGTERM.",
    ),
    click.option(
        "--config",
        "config_file",
        metavar="FILE",
        type=_FILE,
        help="A file of MLMD's own server: a MetadataStoreServerConfig in text form, with the store and the TLS.",
    ),
    click.option("--verbose", is_flag=True, help="Log every call on standard error."),
)


def served(command: Callable[..., Any]) -> Callable[..., Any]:
    """Give a command the options of a server; it receives `told`, the server's settings, and `config_file`."""

    @functools.wraps(command)
    def called(
        tls_key: Path | None,
        tls_cert: Path | None,
        tls_ca: Path | None,
        mebibytes: int,
        grace: float,
        **given: Any,
    ) -> Any:
        if mebibytes > _HIGHEST_MEBIBYTES:
            said = f"--max-message-size is {_HIGHEST_MEBIBYTES} MiB at most."
            raise click.UsageError(said, click.get_current_context())
        names = ("host", "grpc_port", "web_port", "origins", "hosts", "workers", "verbose")
        told = defaults.Settings(
            tls=defaults.read_tls(tls_key, tls_cert, tls_ca),
            max_message_bytes=mebibytes * 2**20,
            grace_seconds=grace,
            **{name: given.pop(name) for name in names},
        )
        return command(told=told, **given)

    for option in reversed(_OPTIONS):
        called = option(called)
    return called


def load(name: str) -> None:
    """Load what the extra brings.

    Args:
        name: of the command that needs it.

    Raises:
        UnsupportedError: it is not installed.
    """
    try:
        import graphmeta.server.checking
        import graphmeta.server.running  # noqa: F401
    except ModuleNotFoundError as error:
        raise lacking(name, error) from None


def lacking(name: str, error: ModuleNotFoundError) -> Exception:
    """What to say where a package is not installed.

    Args:
        name: of the command that needs it.
    """
    if (error.name or "").startswith("graphmeta"):
        return error
    return UnsupportedError(
        f"graphmeta {name} needs packages that are not installed ({error.name} is the first): install them with "
        'pip install "graphmeta[server]".'
    )


def configured(told: defaults.Settings, settings: Settings, file: Path | None) -> tuple[defaults.Settings, Any]:
    """The settings with what a file of MLMD's server adds, and the file's message; None without a file."""
    if file is None:
        return told, None
    from graphmeta.server.configuration import configured_tls, read_configuration

    if settings.store is not None:
        raise click.UsageError("--config says where the store is, and so does --store: give one of them.")
    config = read_configuration(file)
    tls = configured_tls(config)
    if tls is not None and told.tls is not None:
        raise click.UsageError("--config has an ssl_config, and --tls-… was given as well: give one of them.")
    return replace(told, tls=told.tls or tls), config


def opened(settings: Settings, config: Any, resources: ExitStack) -> Store:
    """The store, set up, until `resources` are left."""
    from graphmeta.server.configuration import open_configured

    if config is not None:
        return resources.enter_context(open_configured(config.connection_config))
    store = resources.enter_context(settings.open(read_only=False))
    store.initialise()  # so that what is wrong with it shows now
    return store


def run(
    open_store: Callable[[], Store],
    told: defaults.Settings,
    announce: Callable[[Store, Addresses], None],
) -> int:
    """Serve until a signal ends it; returns the exit status.

    Args:
        open_store: is called once it is sure that the ports can be had.
        announce: is told where the server answers, once it does.
    """
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
        store = open_store()
        serve(store, told, functools.partial(announce, store))
    except PortTakenError as error:
        click.echo(f"graphmeta: {error}", err=True)
        return TAKEN
    return 0
