"""A MariaDB of our own for tests and benchmarks: ml-metadata keeps its stores in MySQL or MariaDB in production.

The programs `mariadbd` and `mariadb-install-db` must be installed (Debian's package `mariadb-server`). Each server
is a process of this machine, on a free loopback port, with a data directory and a small configuration of its own.
"""

from __future__ import annotations

import contextlib
import getpass
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

# What MariaDB ships with, durable at each commit; only the sizes are chosen, for a small machine.
_CONFIGURATION = """[mariadbd]
datadir={home}/data
socket={socket}
pid-file={home}/mariadbd.pid
bind-address=127.0.0.1
port={port}
init-file={home}/users.sql
innodb_buffer_pool_size=256M
innodb_log_file_size=96M
max_connections=64
skip-name-resolve
"""
_USERS = """CREATE USER '{user}'@'%' IDENTIFIED BY '{password}';
GRANT ALL PRIVILEGES ON *.* TO '{user}'@'%';
"""


def why_not() -> str | None:
    """Why no MariaDB can be had here, as a sentence; None where one can."""
    missing = [name for name in ("mariadbd", "mariadb-install-db") if _program(name) is None]
    if missing:
        return f"No MariaDB: {' and '.join(missing)} not found. Install it (on Debian: apt-get install mariadb-server)."
    return None


@contextlib.contextmanager
def running() -> Iterator[MariaDBServer]:
    """A server, started, and stopped and removed at the end.

    Raises:
        RuntimeError: there is none to be had; `why_not()` says why.
    """
    problem = why_not()
    if problem:
        raise RuntimeError(problem)
    server = MariaDBServer()
    server.start()
    try:
        yield server
    finally:
        server.stop()


class MariaDBServer:
    """MariaDB as a process of this machine.

    Attributes:
        host, port, user, password: how to reach it; the user may do everything.
        home: where its data, configuration and log are; removed by `stop`.
        process: the running process, or None.
    """

    def __init__(self) -> None:
        self.host = "127.0.0.1"
        self.port = _free_port()
        self.user = "graphmeta"
        self.password = secrets.token_hex(8)
        self.home = Path(tempfile.gettempdir()) / f"graphmeta-mariadb-{secrets.token_hex(6)}"
        self.process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Make its data directory, start it, and wait until it answers."""
        self.home.mkdir(mode=0o700)
        # The server's user must read it at each start; it is removed with the rest.
        users = _USERS.format(user=self.user, password=self.password)
        (self.home / "users.sql").write_text(users, encoding="utf-8")
        configuration = self.home / "my.cnf"
        values = {"home": self.home, "socket": self.home / "mariadbd.sock", "port": self.port}
        configuration.write_text(_CONFIGURATION.format(**values), encoding="utf-8")
        # Where this is root's process MariaDB wants to be told that it shall be root's too.
        options = [f"--defaults-file={configuration}", f"--user={getpass.getuser()}"]
        with (self.home / "output.log").open("ab") as log:
            made = subprocess.run(  # noqa: S603
                [str(_program("mariadb-install-db")), *options, "--skip-test-db"],
                stdout=log, stderr=log, check=False,
            )  # fmt: skip
            if made.returncode == 0:
                command = [str(_program("mariadbd")), *options]
                self.process = subprocess.Popen(command, stdout=log, stderr=log, stdin=subprocess.DEVNULL)  # noqa: S603
        try:
            self._wait()
        except BaseException:
            self.stop()
            raise

    def stop(self) -> None:
        """End it in an orderly way and remove its home."""
        if self.process is not None:
            self.process.send_signal(signal.SIGTERM)
            self.process.wait(timeout=START_SECONDS)
            self.process = None
        shutil.rmtree(self.home, ignore_errors=True)

    def _wait(self) -> None:
        """Until it takes connections: it listens once the users are made, as `init-file` is read before."""
        deadline = time.monotonic() + START_SECONDS
        while True:
            if self.process is None or self.process.poll() is not None or time.monotonic() > deadline:
                log = (self.home / "output.log").read_text(errors="replace")[-4000:]
                raise RuntimeError(f"MariaDB did not start. Its log ends:\n{log}")
            with contextlib.suppress(OSError), socket.create_connection((self.host, self.port), timeout=1) as probe:
                if probe.recv(1):
                    return
            # Waiting for a process to open its port; nothing signals it.
            time.sleep(0.1)


def _program(name: str) -> str | None:
    """Debian has the server's program where only root's PATH leads."""
    return shutil.which(name) or shutil.which(name, path="/usr/sbin:/usr/local/sbin")


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
