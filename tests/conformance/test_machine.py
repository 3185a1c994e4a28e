"""Random calls: each store against the reference, and the two engines against each other and the reference."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from tempfile import mkdtemp

import pytest
from hypothesis import Phase, settings
from hypothesis.stateful import run_state_machine_as_test

from graphmeta.store import Store, connect
from graphmeta.testing import neo4j_server as servers
from graphmeta.testing.machine import machine


def run(open_stores: Callable[[], Mapping[str, Store]], examples: int, steps: int, phases: Sequence[Phase]) -> None:
    """So many examples of so many steps; the profile `thorough` makes ten times as many."""
    times = 10 if settings().max_examples > 100 else 1
    chosen = settings(max_examples=examples * times, stateful_step_count=steps, phases=phases)
    run_state_machine_as_test(machine(open_stores), settings=chosen)


def fresh_file(folder: Path) -> Store:
    """A new, initialised store in a file of its own."""
    store = connect(Path(mkdtemp(dir=folder)) / "graphmeta.db")
    store.initialise()
    return store


def test_sqlite_does_what_the_rules_say(tmp_path: Path) -> None:
    run(lambda: {"sqlite": fresh_file(tmp_path)}, examples=100, steps=40, phases=tuple(Phase))


@pytest.mark.slow
def test_both_engines_do_what_the_rules_say(tmp_path: Path, neo4j_server: servers.Server) -> None:
    def open_stores() -> Mapping[str, Store]:
        servers.wipe(neo4j_server.address, neo4j_server.user, neo4j_server.password)
        neo4j = connect(neo4j_server.url)
        neo4j.initialise()
        return {"sqlite": fresh_file(tmp_path), "neo4j": neo4j}

    # Not shrunk: that takes minutes here. A failure that SQLite shows too is shrunk by the test above.
    run(open_stores, examples=60, steps=40, phases=(Phase.explicit, Phase.reuse, Phase.generate))
