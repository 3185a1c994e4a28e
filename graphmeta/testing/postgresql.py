"""A PostgreSQL of our own for tests: ml-metadata keeps stores in it as well.

The programs `initdb` and `postgres` must be installed (Debian's package `postgresql`). Each server is a process of this
machine, on a free loopback port, with a data directory of its own. PostgreSQL refuses to run as root: where this
process is root's, the server is the user postgres's, whom Debian's package makes.
"""

from __future__ import annotations

import contextlib
import os
import secrets
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

START_SECONDS = 60
_OWNER = "postgres"
_OPTIONS = ("listen_addresses=127.0.0.1", "shared_buffers=64MB", "max_connections=32", "fsync=off")


def why_not() -> str | None:
    """Why no PostgreSQL can be had here, as a sentence; None where one can."""
    missing = [name for name in ("initdb", "postgres") if _program(name) is None]
    if missing:
        return f"No PostgreSQL: {' and '.join(missing)} not found. Install it (on Debian: apt-get install postgresql)."
    return None


@contextlib.contextmanager
def running() -> Iterator[PostgreSQLServer]:
    """A server, started, and stopped and removed at the end.

    Raises:
        RuntimeError: there is none to be had; `why_not()` says why.
    """
    problem = why_not()
    if problem:
        raise RuntimeError(problem)
    server = PostgreSQLServer()
    server.start()
    try:
        yield server
    finally:
        server.stop()


class PostgreSQLServer:
    """PostgreSQL as a process of this machine.

    Attributes:
        host, port, user, password: how to reach it; the user may do everything.
        home: where its data and log are; removed by `stop`.
        process: the running process, or None.
    """

    def __init__(self) -> None:
        self.host = "127.0.0.1"
        self.port = _free_port()
        self.user = "graphmeta"
        self.password = secrets.token_hex(8)
        self.home = Path(tempfile.gettempdir()) / f"graphmeta-postgresql-{secrets.token_hex(6)}"
        self.process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Make its data directory, start it, and wait until it answers."""
        self.home.mkdir(mode=0o700)
        secret = self.home / "password"
        secret.write_text(self.password, encoding="utf-8")
        owner = _OWNER if os.getuid() == 0 else None
        if owner is not None:
            shutil.chown(self.home, owner)
            shutil.chown(secret, owner)
        data = str(self.home / "data")
        login = [f"--username={self.user}", f"--pwfile={secret}", "--auth=scram-sha-256"]
        options = [part for option in (*_OPTIONS, f"port={self.port}") for part in ("-c", option)]
        with (self.home / "output.log").open("ab") as log:
            made = subprocess.run(  # noqa: S603
                [str(_program("initdb")), "-D", data, "--encoding=UTF8", "--no-sync", *login],
                stdout=log, stderr=log, check=False, user=owner, cwd=self.home,
            )  # fmt: skip
            if made.returncode == 0:
                self.process = subprocess.Popen(  # noqa: S603
                    [str(_program("postgres")), "-D", data, "-k", str(self.home), *options],
                    stdout=log, stderr=log, stdin=subprocess.DEVNULL, user=owner, cwd=self.home,
                )  # fmt: skip
        try:
            self._wait()
        except BaseException:
            self.stop()
            raise

    def stop(self) -> None:
        """End it in an orderly way, without waiting for its clients, and remove its home."""
        if self.process is not None:
            self.process.send_signal(signal.SIGINT)
            self.process.wait(timeout=START_SECONDS)
            self.process = None
        shutil.rmtree(self.home, ignore_errors=True)

    def url(self, database: str) -> str:
        """The URL of a database on it, with its password."""
        return f"postgresql://{self.user}:{self.password}@{self.host}:{self.port}/{database}"

    def _wait(self) -> None:
        """Until it says in its own file that it takes connections: the port opens before that."""
        deadline = time.monotonic() + START_SECONDS
        while True:
            if self.process is None or self.process.poll() is not None or time.monotonic() > deadline:
                log = (self.home / "output.log").read_text(errors="replace")[-4000:]
                raise RuntimeError(f"PostgreSQL did not start. Its log ends:\n{log}")
            with contextlib.suppress(OSError, IndexError):
                lines = (self.home / "data" / "postmaster.pid").read_text(encoding="utf-8").splitlines()
                if lines[7].strip() == "ready":
                    return
            # Waiting for a process to write its file; nothing signals it.
            time.sleep(0.1)


def _program(name: str) -> str | None:
    """Debian keeps the server's programs in a folder of their version, which no PATH leads to."""
    folders = sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)
    return shutil.which(name) or next(filter(None, (shutil.which(name, path=str(folder)) for folder in folders)), None)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
