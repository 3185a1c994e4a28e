"""A Neo4j server that is stopped and started while a recording runs: nothing is lost, nothing is doubled."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from graphmeta import record as gm
from graphmeta.record import outbox
from graphmeta.store import Store, connect
from graphmeta.testing.neo4j_server import Neo4jServer, server, skip_or_fail


@pytest.fixture(scope="module")
def own_server() -> Iterator[Neo4jServer]:
    """A server that this test may stop: not the one of the other tests, nor one that was given."""
    skip_or_fail(pytest.skip, pytest.fail)
    if not isinstance(server(), Neo4jServer):
        pytest.skip("The Neo4j for tests is one that tests may not stop.")
    own = Neo4jServer()
    own.start()
    yield own
    own.stop()


def record_a_step(run: gm.Run, number: int) -> None:
    with run.step("train", params={"number": number}) as step:
        step.use(b"rows", name="rows")
        step.produce(b"%d" % number, type="Model", name="churn", metrics={"auc": number / 10})
        step.produce("s3://bucket/report", type="Report")


def check(store: Store, steps: int) -> None:
    executions = store.executions()
    assert [(each.state, each.custom_properties) for each in executions] == [
        ("COMPLETE", {"number": number}) for number in range(steps)
    ]
    assert sorted(each.name or "" for each in store.artifacts()) == sorted(
        [f"churn@{number + 1}" for number in range(steps)]
        + [f"report@{number + 1}" for number in range(steps)]
        + ["rows@1"]
    )
    assert [event.type for event in store.events(executions=executions)] == ["INPUT", "OUTPUT", "OUTPUT"] * steps
    assert [(each.name, each.properties["state"]) for each in store.contexts(type="Run")] == [("churn@1", "COMPLETE")]


@pytest.mark.neo4j
@pytest.mark.slow
def test_a_server_that_is_stopped_and_started(own_server: Neo4jServer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(outbox, "PAUSE", 0.0)
    monkeypatch.setattr(outbox, "TRIES_SHARE", 0.0)
    with connect(own_server.url) as store:
        store.backend.retry_seconds = 1.0  # type: ignore[attr-defined]  # for the test's speed alone
        with pytest.warns(gm.RecordingWarning) as said, gm.run("churn", store=store) as run:
            record_a_step(run, 0)
            with run.step("train", params={"number": 1}) as step:
                step.use(b"rows", name="rows")
                own_server.kill()
                step.produce(b"1", type="Model", name="churn", metrics={"auc": 0.1})
                step.produce("s3://bucket/report", type="Report")
            monkeypatch.setattr(outbox, "PAUSE", 3600.0)
            record_a_step(run, 2)
            own_server.start()
            record_a_step(run, 3)
            monkeypatch.setattr(outbox, "PAUSE", 0.0)
        assert len(said) == 1
        assert "does not answer" in str(said[0].message)
        check(store, 4)
