"""`graphmeta serve` and `graphmeta up` as processes of their own, for tests of clients and of pages.

It says on standard output when it answers; nothing here sleeps or asks again.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO

STOP_SECONDS = 30.0
_STORE, _GRPC, _WEB, _PAGES = "store at ", "gRPC on ", "grpc-web on ", "pages on "


@dataclass(frozen=True, slots=True)
class Served:
    """A server that answers.

    Attributes:
        grpc_address: as `127.0.0.1:41234`.
        web_url: as `http://127.0.0.1:41235`.
        process: the server's.
        pages_url: as `http://127.0.0.1:41235/`; empty without pages.
    """

    grpc_address: str
    web_url: str
    process: subprocess.Popen[str]
    _log: Path
    pages_url: str = ""

    @property
    def port(self) -> int:
        """The port for gRPC."""
        return int(self.grpc_address.rpartition(":")[2])

    @property
    def stderr(self) -> str:
        """What it has written on standard error until now."""
        return self._log.read_text(encoding="utf-8")

    def stop(self) -> int:
        """Tell it to stop, wait for it, and return its exit status."""
        self.process.terminate()
        return self.process.wait(STOP_SECONDS)


@contextmanager
def serving(store_url: str | os.PathLike[str] | None, *options: str, **environment: str) -> Iterator[Served]:
    """Run `graphmeta serve` on ports that are free.

    Args:
        store_url: of the store; None where an option (`--config FILE`) names it.
        options: further ones of the command.
        environment: variables for the process, besides this one's own.

    Raises:
        RuntimeError: it ended before it answered; the message is what it said.
    """
    with tempfile.TemporaryDirectory() as folder:
        log = Path(folder, "stderr")
        command = _command("serve", store_url, options)
        with log.open("w", encoding="utf-8") as stderr, _started(command, environment, stderr) as process:
            yield Served(_line(process, log, _GRPC), _line(process, log, _WEB), process, log)


@contextmanager
def up(store_url: str | os.PathLike[str], *options: str, **environment: str) -> Iterator[Served]:
    """Run `graphmeta up` on ports that are free; arguments and errors are those of `serving`."""
    with tempfile.TemporaryDirectory() as folder:
        log = Path(folder, "stderr")
        command = _command("up", store_url, options)
        with log.open("w", encoding="utf-8") as stderr, _started(command, environment, stderr) as process:
            _line(process, log, _STORE)
            grpc, web, pages = (_line(process, log, begin) for begin in (_GRPC, _WEB, _PAGES))
            yield Served(grpc, web, process, log, pages)


def _command(name: str, store_url: str | os.PathLike[str] | None, options: tuple[str, ...]) -> list[str]:
    store = [] if store_url is None else ["--store", os.fspath(store_url)]
    return [sys.executable, "-m", "graphmeta", name, "--grpc-port", "0", "--web-port", "0", *store, *options]


@contextmanager
def _started(command: list[str], environment: Mapping[str, str], stderr: IO[str]) -> Iterator[subprocess.Popen[str]]:
    process = subprocess.Popen(  # noqa: S603 (our own command)
        command, stdout=subprocess.PIPE, stderr=stderr, text=True, env={**os.environ, **environment}
    )
    try:
        yield process
    finally:
        if process.poll() is None:
            process.terminate()
        try:
            process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
            raise
        finally:
            assert process.stdout is not None
            process.stdout.close()


def _line(process: subprocess.Popen[str], log: Path, begin: str) -> str:
    """What follows `begin` in the next line of the server's output."""
    assert process.stdout is not None
    line = process.stdout.readline()
    if not line.startswith(begin):
        said = f"{line}{log.read_text(encoding='utf-8')}".strip()
        raise RuntimeError(f"graphmeta did not start (status {process.wait(STOP_SECONDS)}): {said}")
    return line.removeprefix(begin).strip()
