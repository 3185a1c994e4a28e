"""`make bench`: every figure, or those named, as `python -m benchmarks startup copy`."""

from __future__ import annotations

import platform
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

CACHE = Path(__file__).resolve().parents[1] / ".cache"
WHAT = {
    "startup": "`graphmeta show`, a whole process",
    "put": "the embedded store: one put beside ml-metadata's",
    "closure": "the embedded store: an ancestry beside ml-metadata's",
    "mlmd": "MLMD's interface beside ml-metadata, in process and over gRPC",
    "neo4j": "Neo4j: a put and an ancestry beside statements by hand",
    "questions": "the questions, up to a million nodes",
    "pages": "the pages at a million nodes, and a graph in a browser",
    "copy": "`graphmeta copy` beside loaders by hand",
    "checks": "checks, a removal that is only planned, and growth, at a million nodes",
}


def usage() -> str:
    """What can be asked for."""
    width = max(map(len, WHAT))
    return "\n".join(
        [
            "usage: python -m benchmarks [NAME ...]",
            "",
            "Print the figures of docs/benchmarks.md: all of them, which takes an hour and more, or those named.",
            "",
            *(f"  {name:{width}}  {what}" for name, what in WHAT.items()),
        ]
    )


def main(words: Sequence[str]) -> int:
    """Measure what is named.

    Returns:
        the exit status: 2 where a word is no name.
    """
    if set(words) & {"-h", "--help"}:
        print(usage())
        return 0
    unknown = [word for word in words if word not in WHAT]
    if unknown:
        print(
            f"python -m benchmarks: there is no measurement {', '.join(unknown)}. Name some of {', '.join(WHAT)}, or "
            "nothing for all of them; --help says what each is.",
            file=sys.stderr,
        )
        return 2
    measure(set(words) or set(WHAT))
    return 0


def measure(wanted: set[str]) -> None:
    """Print the figures."""
    print(
        f"{platform.python_implementation()} {platform.python_version()}, {platform.machine()}; medians of runs in turn"
    )
    with tempfile.TemporaryDirectory() as made:
        folder = Path(made)
        # First, while the machine is quiet: a process of sixty milliseconds feels what the others leave to flush.
        if "startup" in wanted:
            from benchmarks import startup

            print("Start-up")
            print(startup.show(folder).line())
        if wanted & {"put", "closure"}:
            embedded(folder, wanted)
        if "mlmd" in wanted:
            mlmd(folder)
        if "neo4j" in wanted:
            server()
        if "questions" in wanted:
            questions(folder)
        if "pages" in wanted:
            pages(folder)
        if "copy" in wanted:
            copying(folder)
        if "checks" in wanted:
            checks(folder)


def ml_metadata() -> Path | None:
    """An interpreter that has ml-metadata; where there is none that is said."""
    from graphmeta.testing.oracle import oracle

    python, why_not = oracle(CACHE)
    if python is None:
        print(f"  not measured: {why_not}")
    return python


def mlmd(folder: Path) -> None:
    """MLMD's interface beside ml-metadata: on files, on servers, and through a server to many clients."""
    from benchmarks import mlmd_served, mlmd_side_by_side
    from benchmarks.mlmd import with_fast_driver
    from graphmeta.testing import mariadb

    print("MLMD's interface, embedded store")
    python = ml_metadata()
    if python is None:
        return
    for comparison in mlmd_side_by_side.embedded(python, folder):
        print(comparison.line(), flush=True)
    print("MLMD's interface over gRPC")
    for comparison in mlmd_served.served(python, folder):
        print(comparison.line(), flush=True)
    print("MLMD's interface, Neo4j beside ml-metadata on MariaDB")
    if mariadb.why_not():
        print(f"  not measured: {mariadb.why_not()}")
        return
    fast, why_not = with_fast_driver(CACHE)
    print("  the driver with neo4j-rust-ext" if fast else f"  the plain driver: {why_not}")
    for comparison in mlmd_side_by_side.servers(python, fast or sys.executable):
        print(comparison.line(), flush=True)


def embedded(folder: Path, wanted: set[str]) -> None:
    """The embedded store beside ml-metadata, which needs its own environment."""
    from benchmarks import embedded
    from benchmarks.mlmd import Worker

    print("Embedded store")
    python = ml_metadata()
    if python is None:
        return
    with Worker(python) as worker:
        if "put" in wanted:
            print(embedded.puts(worker, folder).line())
        if "closure" in wanted:
            for comparison in embedded.closures(worker, folder / "closure"):
                print(comparison.line())


def questions(folder: Path) -> None:
    """Every question at 10,000, 100,000 and 1,000,000 nodes, on both stores."""
    import neo4j

    from benchmarks import questions
    from graphmeta.testing import neo4j_server as servers

    print("Questions, embedded store")
    for size in questions.SIZES:
        for line in questions.embedded(folder, size):
            print(line, flush=True)
    print("Questions, Neo4j")
    for size in questions.SIZES:
        with (
            servers.running() as running,
            neo4j.GraphDatabase.driver(running.address, auth=(running.user, running.password)) as driver,
        ):
            for line in questions.server(running.url, driver, size):
                print(line, flush=True)


def pages(folder: Path) -> None:
    """Every page at 1,000,000 nodes, on both stores, and a graph in a browser."""
    from benchmarks import pages
    from graphmeta.testing import neo4j_server as servers

    print("Pages, embedded store")
    for line in pages.embedded(folder):
        print(line, flush=True)
    print("Pages, Neo4j")
    with servers.running() as running:
        for line in pages.server(running.url):
            print(line, flush=True)


def copying(folder: Path) -> None:
    """`graphmeta copy` beside loaders by hand, to both stores."""
    import neo4j

    from benchmarks import copying
    from graphmeta.testing import neo4j_server as servers

    print("Copying")
    print(copying.to_embedded(folder).line(), flush=True)
    with (
        servers.running() as running,
        neo4j.GraphDatabase.driver(running.address, auth=(running.user, running.password)) as driver,
    ):
        print(copying.to_server(folder, running.url, driver).line(), flush=True)


def checks(folder: Path) -> None:
    """Checks and keeping house as commands: a million nodes in a file, a hundred thousand in Neo4j."""
    from benchmarks import checks
    from graphmeta.testing import neo4j_server as servers

    print("Checks and keeping house, embedded store")
    for line in checks.embedded(folder):
        print(line, flush=True)
    print("Checks and keeping house, Neo4j")
    with servers.running() as running:
        for line in checks.server(running.url, folder):
            print(line, flush=True)


def server() -> None:
    """Neo4j, started as the tests start it."""
    import neo4j

    from benchmarks import server
    from graphmeta.testing import neo4j_server as servers

    print("Neo4j")
    with (
        servers.running() as running,
        neo4j.GraphDatabase.driver(running.address, auth=(running.user, running.password)) as driver,
    ):
        servers.wipe_with(driver)
        print(server.puts(running.url, driver).line())
        servers.wipe_with(driver)
        for comparison in server.closures(running.url, driver):
            print(comparison.line())


sys.exit(main(sys.argv[1:]))
