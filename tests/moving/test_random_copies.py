"""Stores that random calls made, copied embedded -> Neo4j -> embedded: the same in the end."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from tempfile import mkdtemp

import pytest
from hypothesis import Phase, settings
from hypothesis.stateful import run_state_machine_as_test

from graphmeta.store import Store, connect
from graphmeta.testing import neo4j_server as servers
from graphmeta.testing.machine import machine

from .worlds import copied, whole


def check_copies(tmp_path: Path, server: servers.Server | None, examples: int) -> None:
    """Make random stores, and copy each once it is made."""

    def open_stores() -> Mapping[str, Store]:
        store = connect(Path(mkdtemp(dir=tmp_path)) / "source.db")
        store.initialise()
        return {"sqlite": store}

    class Copied(machine(open_stores)):  # type: ignore[misc]
        def teardown(self) -> None:
            source = self.sides[0].store
            expected, path = whole(source), source.backend.path
            super().teardown()
            last = path
            if server is not None:
                servers.wipe(server.address, server.user, server.password)
                last = server.url
                copied(path, last, portion=3)
                with connect(last, read_only=True) as store:
                    assert whole(store) == expected
            copied(last, path.with_name("back.db"), portion=4)
            with connect(path.with_name("back.db"), read_only=True) as store:
                assert whole(store) == expected

    phases = (Phase.explicit, Phase.reuse, Phase.generate)
    run_state_machine_as_test(Copied, settings=settings(max_examples=examples, stateful_step_count=25, phases=phases))


def test_embedded_to_embedded(tmp_path: Path) -> None:
    check_copies(tmp_path, None, 40)


@pytest.mark.slow
def test_embedded_to_neo4j_and_back(tmp_path: Path, neo4j_server: servers.Server) -> None:
    check_copies(tmp_path, neo4j_server, 6)
