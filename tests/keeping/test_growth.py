"""How a store grew: against a count by hand, on both stores, and as it is printed."""

from __future__ import annotations

import json
from collections import Counter
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import click
import pytest
from click.testing import CliRunner
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from graphmeta.cli.main import cli
from graphmeta.keeping.growth import NO_TIME, SPANS, Span, growth
from graphmeta.keeping.removal import plan
from graphmeta.keeping.selection import Selection, select
from graphmeta.model import Artifact, Context, Event, Execution, artifact_type, context_type, execution_type
from graphmeta.store import Store, connect

DAY = 86_400_000


def ms(text: str) -> int:
    return int(datetime.fromisoformat(text).replace(tzinfo=timezone.utc).timestamp() * 1000)


def put_at(store: Store, time: str, *, artifacts: int = 0, state: str = "COMPLETE", runs: int = 0) -> list[Artifact]:
    """A step that makes some artifacts, and runs, stored at a time."""
    store.backend.clock = lambda: ms(time)
    store.put_types([artifact_type("Data"), execution_type("make"), context_type("Run")])
    made = [Artifact(type="Data") for _ in range(artifacts)]
    step = Execution(type="make", state=state)
    store.put(
        artifacts=made,
        executions=[step],
        contexts=[Context(type="Run", name=f"{time} {number}") for number in range(runs)],
        events=[Event(each, step, "OUTPUT") for each in made],
    )
    return made


def test_by_month_and_other_spans(store: Store) -> None:
    put_at(store, "2025-12-31T23:59:59", artifacts=2, runs=1)
    put_at(store, "2026-01-01T00:00:00", artifacts=1)
    put_at(store, "2026-01-05T12:00:00", artifacts=3, runs=2)
    put_at(store, "2026-03-01T12:00:00")
    found = growth(store)
    assert [(each.name, each.artifacts, each.executions, each.contexts, each.events) for each in found.periods] == [
        ("2025-12", 2, 1, 1, 2),
        ("2026-01", 4, 2, 2, 4),
        ("2026-03", 0, 1, 0, 0),
    ]
    assert [each.nodes_so_far for each in found.periods] == [4, 12, 13]
    assert [each.events_so_far for each in found.periods] == [2, 6, 6]
    assert (found.nodes, found.events) == (13, 6)
    names: dict[Span, list[str]] = {
        "day": ["2025-12-31", "2026-01-01", "2026-01-05", "2026-03-01"],
        "week": ["2025-12-29", "2026-01-05", "2026-02-23"],
        "year": ["2025", "2026"],
    }
    for by, expected in names.items():
        assert [each.name for each in growth(store, by).periods] == expected
        assert growth(store, by).periods[-1].nodes_so_far == 13
    assert [(each.type, each.nodes) for each in found.types] == [("Data", 6), ("make", 4), ("Run", 3)]
    assert found.types[0].share == 6 / 13
    past = growth(store.as_of(ms("2026-01-02T00:00:00")))
    assert [each.name for each in past.periods] == ["2025-12", "2026-01"]
    assert past.nodes == 6
    assert past.size is None


def test_what_failed_steps_left(store: Store) -> None:
    put_at(store, "2026-01-01T00:00:00", artifacts=4)
    first = put_at(store, "2026-01-02T00:00:00", artifacts=2, state="FAILED")
    assert (growth(store).failed.executions, growth(store).failed.artifacts) == (1, 2)
    # Another step, which completed, made one of them as well.
    again = Execution(type="make", state="COMPLETE")
    store.put(executions=[again], events=[Event(first[0], again, "OUTPUT")])
    failed = growth(store).failed
    assert (failed.executions, failed.artifacts) == (1, 1)
    assert failed.share == 2 / 9


def test_what_a_failed_step_did_not_make(store: Store) -> None:
    put_at(store, "2026-01-01T00:00:00")
    store.put(artifacts=[long_before := Artifact(type="Data")])
    put_at(store, "2026-01-03T00:00:00")
    announced, finished, made, taken = [
        Artifact(type="Data", state=state) for state in ("PENDING", "LIVE", "PENDING", "LIVE")
    ]
    step = Execution(type="make", state="FAILED")
    store.put(
        artifacts=[announced, finished, made, taken],
        executions=[step],
        events=[
            *[Event(each, step, "PENDING_OUTPUT") for each in (announced, finished)],
            Event(made, step, "OUTPUT"),
            Event(taken, step, "INPUT"),
            Event(taken, step, "OUTPUT"),
            Event(long_before, step, "OUTPUT"),
        ],
    )
    assert (growth(store).failed.executions, growth(store).failed.artifacts) == (1, 2)
    going = plan(store, select(store, Selection(states=("FAILED",)))).going
    assert going["artifact"] == {announced.id, made.id}


def test_an_empty_store(store: Store) -> None:
    found = growth(store)
    assert (found.nodes, found.events, found.periods, found.types) == (0, 0, [], [])
    assert found.bytes_a_node is None


days = st.integers(-20_000, 40_000) | st.sampled_from([0, 2_932_896, 2_932_897, -719_162, -719_163, 10**9])


@given(st.lists(st.tuples(st.sampled_from(["artifact", "execution", "context"]), days), max_size=15))
@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_every_node_is_in_one_period_of_every_span(sqlite_store: Store, born: list[tuple[str, int]]) -> None:
    store = sqlite_store
    store.put_types([artifact_type("Data"), execution_type("make"), context_type("Run")])
    for kind, day in born:
        store.backend.clock = lambda day=day: day * DAY + 1
        if kind == "artifact":
            store.put(artifacts=[Artifact(type="Data")])
        elif kind == "execution":
            store.put(executions=[Execution(type="make")])
        else:
            store.put(contexts=[Context(type="Run", name=str(len(store.contexts())))])
    times = [node.created or 0 for node in (*store.artifacts(), *store.executions(), *store.contexts())]
    for by in SPANS:
        found = growth(store, by)
        assert {each.name: each.nodes for each in found.periods} == dict(Counter(_name(time, by) for time in times))
        assert found.nodes == len(times)
        assert not found.periods or found.periods[-1].nodes_so_far == len(times)
        named = [each.name for each in found.periods if each.name != NO_TIME]
        assert named == sorted(named)


def _name(time: int, by: Span) -> str:
    """The period of a moment, reckoned from the moment itself."""
    try:
        moment = datetime(1970, 1, 1, tzinfo=timezone.utc) + timedelta(milliseconds=time)
    except OverflowError:
        return NO_TIME
    if time // DAY == 0:
        return NO_TIME
    year, week, _ = moment.isocalendar()
    names = {
        "day": moment.strftime("%Y-%m-%d").rjust(10, "0"),
        "month": moment.strftime("%Y-%m").rjust(7, "0"),
        "year": moment.strftime("%Y").rjust(4, "0"),
    }
    return names[by] if by in names else datetime.fromisocalendar(year, week, 1).date().isoformat()


# ---------------------------------------------------------------- the command


def run(file: Path, *arguments: str) -> str:
    result = CliRunner().invoke(cli, ["--store", str(file), "stats", *arguments], standalone_mode=False)
    if result.exception:
        raise result.exception
    assert not result.return_value
    return result.stdout


@pytest.fixture
def file(tmp_path: Path) -> Path:
    with connect(tmp_path / "grown.db") as store:
        put_at(store, "2026-01-01T00:00:00", artifacts=9)
        put_at(store, "2026-02-01T00:00:00", artifacts=19, state="FAILED", runs=1)
    return tmp_path / "grown.db"


def test_the_document(file: Path) -> None:
    held: dict[str, Any] = json.loads(run(file, "--growth", "--json"))
    assert held["by"] == "month"
    assert held["periods"] == [
        {
            "period": "2026-01",
            "artifacts": 9,
            "executions": 1,
            "contexts": 0,
            "events": 9,
            "nodes_so_far": 10,
            "events_so_far": 9,
        },
        {
            "period": "2026-02",
            "artifacts": 19,
            "executions": 1,
            "contexts": 1,
            "events": 19,
            "nodes_so_far": 31,
            "events_so_far": 28,
        },
    ]
    assert (held["nodes"], held["events"]) == (31, 28)
    with connect(file, read_only=True) as store:
        assert held["bytes"] == store.backend.size() == file.stat().st_size
    assert held["bytes_a_node"] == round(held["bytes"] / 31)
    assert held["failed"] == {"executions": 1, "artifacts": 19, "share": 20 / 31}
    assert held["types"][0] == {"kind": "artifact", "type": "Data", "nodes": 28, "share": 28 / 31}


def test_for_people(file: Path) -> None:
    text = run(file, "--growth")
    january, february = (line for line in text.splitlines() if line.startswith("2026-"))
    assert january.split()[:-1] == ["2026-01", "9", "1", "0", "9", "10"]
    assert february.split()[:-1] == ["2026-02", "19", "1", "1", "19", "31"]
    bars = january.split()[-1], february.split()[-1]
    assert len(set("".join(bars))) == 1
    assert [len(bar) for bar in bars] == [10, 20]
    assert "1 step and 19 that only they made: 64.5 % of the nodes" in text
    assert "a node)" in text
    assert [
        line.split()[0] for line in run(file, "--growth", "--by", "day").splitlines() if line.startswith("2026")
    ] == [
        "2026-01-01",
        "2026-02-01",
    ]
    assert "artifacts" in run(file)


def test_of_very_many_days_the_last_are_shown(tmp_path: Path) -> None:
    with connect(tmp_path / "long.db") as store:
        for day in range(70):
            store.backend.clock = lambda day=day: ms("2026-01-01T12:00:00") + day * DAY
            store.put_type(context_type("Run"))
            store.put(contexts=[Context(type="Run", name=str(day))])
    text = run(tmp_path / "long.db", "--growth", "--by", "day")
    assert text.count("\n2026-") == 60
    assert "10 earlier days not shown" in text
    assert len(json.loads(run(tmp_path / "long.db", "--growth", "--by", "day", "--json"))["periods"]) == 70


def test_an_empty_store_and_wrong_calls(tmp_path: Path) -> None:
    with connect(tmp_path / "empty.db") as store:
        store.initialise()
    assert "There is nothing in it yet." in run(tmp_path / "empty.db", "--growth")
    for arguments in (["--by", "day"], ["--growth", "--by", "decade"]):
        with pytest.raises(click.UsageError):
            run(tmp_path / "empty.db", *arguments)
