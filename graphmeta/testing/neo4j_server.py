"""A real Neo4j for tests and benchmarks: one that is given, one in a container, or one of our own.

Three ways, tried in this order:

1. `GRAPHMETA_TEST_NEO4J`, a URL with credentials, is set: that server is used (its database is wiped!).
2. A Docker engine answers: `testcontainers` starts the official image.
3. Java and Maven are there: Neo4j Community is fetched from Maven Central once into a cache folder and
   started as a process of this machine.

`GRAPHMETA_TEST_NEO4J_VERSION` chooses the version for the last two. Where no way is open `why_not()` says
why, so that tests skip loudly; with `CI=true` they fail instead.
"""

from __future__ import annotations

import contextlib
import functools
import os
import secrets
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, Protocol
from urllib.parse import quote, urlsplit

import neo4j
import neo4j.exceptions

from graphmeta.testing.neo4j_libraries import download, find_java, is_calendar_version, is_downloaded

DEFAULT_VERSION = "5.26.20"
START_SECONDS = 120

# What Neo4j needs opened of the JDK, and its entry point, by the version's first number.
JAVA_OPENS = ("java.nio", "java.io", "sun.nio.ch", "java.lang")
_MAIN_CLASS = {True: "org.neo4j.server.Neo4jCommunity", False: "org.neo4j.server.CommunityEntryPoint"}
_CONFIGURATION = """server.default_listen_address=127.0.0.1
server.bolt.listen_address=127.0.0.1:{port}
server.bolt.advertised_address=127.0.0.1:{port}
server.http.enabled=false
server.https.enabled=false
dbms.security.auth_enabled=true
dbms.security.auth_max_failed_attempts=0
dbms.usage_report.enabled=false
server.memory.heap.initial_size=512m
server.memory.heap.max_size=1g
server.memory.pagecache.size=256m
"""


class Server(Protocol):
    """A Neo4j that tests may write to.

    Attributes:
        url: where it is, with credentials, as `graphmeta.connect` takes it.
        user, password: the credentials alone.
        address: the URL without credentials.
    """

    address: str
    user: str
    password: str

    @property
    def url(self) -> str: ...

    def start(self) -> None: ...

    def stop(self) -> None: ...


def wanted_version() -> str:
    """The version of Neo4j that tests run on, unless they are given a server."""
    return os.environ.get("GRAPHMETA_TEST_NEO4J_VERSION") or DEFAULT_VERSION


def why_not(version: str | None = None) -> str | None:
    """Why no Neo4j can be had here, as a sentence; None where one can."""
    if os.environ.get("GRAPHMETA_TEST_NEO4J") or _docker_answers():
        return None
    if shutil.which("mvn") is None and not is_downloaded(version or wanted_version()):
        return (
            "No Neo4j for tests: GRAPHMETA_TEST_NEO4J is not set, no Docker engine answers, and Maven is not "
            "installed. Set it to a URL such as neo4j://user:password@host:7687, or install one of the two."
        )
    try:
        find_java(version or wanted_version())
    except FileNotFoundError as problem:
        return f"No Neo4j for tests: GRAPHMETA_TEST_NEO4J is not set, no Docker engine answers, and {problem}"
    return None


def server(version: str | None = None) -> Server:
    """The server that tests can have here, not started yet.

    Raises:
        RuntimeError: there is none; `why_not()` says why.
    """
    problem = why_not(version)
    if problem:
        raise RuntimeError(problem)
    if os.environ.get("GRAPHMETA_TEST_NEO4J"):
        return GivenServer(os.environ["GRAPHMETA_TEST_NEO4J"])
    if _docker_answers():
        return ContainerServer(version)
    return Neo4jServer(version)


@contextlib.contextmanager
def running(version: str | None = None) -> Iterator[Server]:
    """A server, started, and stopped at the end: the body of a session fixture."""
    it = server(version)
    it.start()
    try:
        yield it
    finally:
        it.stop()


def skip_or_fail(skip: Callable[[str], Any], fail: Callable[[str], Any], version: str | None = None) -> None:
    """Do nothing where a Neo4j can be had; else skip, or under `CI=true` fail, with the reason."""
    problem = why_not(version)
    if problem:
        (fail if os.environ.get("CI") == "true" else skip)(problem)


def wipe(address: str, user: str, password: str, *, database: str | None = None) -> None:
    """Remove every node of the database; constraints and indexes stay.

    What has looked at the database before (an open backend) must be opened again.
    """
    with neo4j.GraphDatabase.driver(address, auth=(user, password)) as driver:
        wipe_with(driver, database=database)


def wipe_with(driver: neo4j.Driver, *, database: str | None = None) -> None:
    """As `wipe`, through a driver that is open already: about 5 ms for a small database."""
    with driver.session(database=database) as session:
        while True:
            found = session.run("MATCH (n) WITH n LIMIT 5000 DETACH DELETE n RETURN count(*) AS number").single()
            if found is None or found["number"] < 5000:
                return


def with_credentials(address: str, user: str, password: str) -> str:
    """The URL with user and password in it."""
    scheme, _, rest = address.partition("://")
    return f"{scheme}://{quote(user, safe='')}:{quote(password, safe='')}@{rest}"


# ---------------------------------------------------------------- a server that is given, or in a container


class GivenServer:
    """A server that somebody else runs: `start` and `stop` leave it alone."""

    def __init__(self, url: str) -> None:
        parts = urlsplit(url)
        self.url = url
        self.user = parts.username or "neo4j"
        self.password = parts.password or ""
        self.address = f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}"

    def start(self) -> None:
        """Nothing: it runs already."""

    def stop(self) -> None:
        """Nothing: it is not ours."""


class ContainerServer:
    """The official image, in Docker."""

    def __init__(self, version: str | None = None) -> None:
        self.version = version or wanted_version()
        self.user = "neo4j"
        self.password = secrets.token_hex(8)
        self.address = ""
        self._container: Any = None

    @property
    def url(self) -> str:
        return with_credentials(self.address, self.user, self.password)

    def start(self) -> None:
        from testcontainers.neo4j import Neo4jContainer

        self._container = Neo4jContainer(f"neo4j:{self.version}-community", password=self.password)
        self._container.start()
        self.address = self._container.get_connection_url()

    def stop(self) -> None:
        if self._container is not None:
            self._container.stop()


@functools.cache
def _docker_answers() -> bool:
    try:
        import docker  # type: ignore[import-untyped, unused-ignore]
    except ImportError:
        return False
    engine = os.environ.get("DOCKER_HOST", "unix:///var/run/docker.sock")
    try:
        if engine.startswith("unix://"):
            # The client leaves its socket open where nobody answers.
            with socket.socket(socket.AF_UNIX) as probe:
                probe.connect(engine.removeprefix("unix://"))
        with contextlib.closing(docker.DockerClient.from_env(timeout=3)) as client:
            return bool(client.ping())
    except Exception:
        return False  # Every reason means the same: not this way.


# ---------------------------------------------------------------- a server of our own


class Neo4jServer:
    """Neo4j Community as a process of this machine, with a home of its own on a free loopback port.

    Attributes:
        version: of Neo4j.
        home: where its data, configuration and log are; removed by `stop`, kept by `kill`.
        process: the running process, or None.
    """

    def __init__(self, version: str | None = None) -> None:
        self.version = version or wanted_version()
        self.user = "neo4j"
        self.password = secrets.token_hex(8)
        self.home = Path(tempfile.gettempdir()) / f"graphmeta-neo4j-{secrets.token_hex(6)}"
        self.port = _free_port()
        self.address = f"bolt://127.0.0.1:{self.port}"
        self.process: subprocess.Popen[bytes] | None = None
        self._has_password = False

    @property
    def url(self) -> str:
        return with_credentials(self.address, self.user, self.password)

    def start(self) -> None:
        """Start it and wait until it answers; after `kill` on the same data and port."""
        libraries = download(self.version)
        self.home.mkdir(mode=0o700, exist_ok=True)
        configuration = self.home / "conf"
        configuration.mkdir(exist_ok=True)
        (configuration / "neo4j.conf").write_text(_CONFIGURATION.format(port=self.port), encoding="utf-8")
        command = [
            str(find_java(self.version)),
            "-Xms512m",
            "-Xmx1g",
            *(f"--add-opens=java.base/{package}=ALL-UNNAMED" for package in JAVA_OPENS),
            "-cp",
            f"{libraries}{os.sep}*",
            _MAIN_CLASS[is_calendar_version(self.version)],
            f"--home-dir={self.home}",
            f"--config-dir={configuration}",
        ]
        with (self.home / "output.log").open("ab") as log:
            self.process = subprocess.Popen(command, stdout=log, stderr=log, stdin=subprocess.DEVNULL)  # noqa: S603
        try:
            self._wait()
        except BaseException:
            self.kill()
            raise

    def stop(self) -> None:
        """End it in an orderly way and remove its home."""
        self._end(signal.SIGTERM)
        shutil.rmtree(self.home, ignore_errors=True)

    def kill(self) -> None:
        """End it at once, as a power cut would; `start` brings it back on the same data."""
        self._end(signal.SIGKILL)

    def restart(self) -> None:
        """End it in an orderly way and start it again on the same data."""
        self._end(signal.SIGTERM)
        self.start()

    def _end(self, number: signal.Signals) -> None:
        if self.process is not None:
            self.process.send_signal(number)
            self.process.wait(timeout=START_SECONDS)
            self.process = None

    def _wait(self) -> None:
        deadline = time.monotonic() + START_SECONDS
        while True:
            try:
                return self._log_in()
            except (neo4j.exceptions.DriverError, neo4j.exceptions.Neo4jError, OSError) as problem:
                ended = self.process is None or self.process.poll() is not None
                if ended or time.monotonic() > deadline:
                    log = (self.home / "output.log").read_text(errors="replace")[-4000:]
                    raise RuntimeError(
                        f"Neo4j {self.version} did not start ({problem}). Its log ends:\n{log}"
                    ) from None
            # Waiting for a process to open its port; nothing signals it.
            time.sleep(0.1)

    def _log_in(self) -> None:
        with socket.create_connection(("127.0.0.1", self.port), timeout=1):
            pass
        if not self._has_password:
            # The first login must change the password that a new Neo4j has.
            with neo4j.GraphDatabase.driver(self.address, auth=("neo4j", "neo4j")) as driver:
                change = "ALTER CURRENT USER SET PASSWORD FROM 'neo4j' TO $password"
                driver.execute_query(change, password=self.password, database_="system")
            self._has_password = True
        with neo4j.GraphDatabase.driver(self.address, auth=(self.user, self.password)) as driver:
            driver.execute_query("RETURN 1", database_="neo4j")


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
