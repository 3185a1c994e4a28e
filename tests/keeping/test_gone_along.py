"""What goes along with what matched, and what does not although a step that goes gave it."""

from __future__ import annotations

import sqlite3
from concurrent.futures import ThreadPoolExecutor
from itertools import pairwise
from pathlib import Path

import pytest

from graphmeta.keeping.ages import DAY
from graphmeta.keeping.dumping import dump
from graphmeta.keeping.removal import RemovalPlan, plan
from graphmeta.keeping.removing import remove
from graphmeta.keeping.restoring import restore
from graphmeta.keeping.selection import Selection, select
from graphmeta.model import (
    Artifact,
    Association,
    Attribution,
    Context,
    Event,
    Execution,
    artifact_type,
    context_type,
    execution_type,
)
from graphmeta.store import Store, connect

from .graphs import digest

NOW = 1_800_000_000_000


@pytest.fixture
def typed(sqlite_store: Store) -> Store:
    """A store with types and nothing else."""
    return with_types(sqlite_store)


def with_types(store: Store) -> Store:
    types = [artifact_type("Dataset"), artifact_type("Model"), execution_type("Train"), execution_type("Evaluate")]
    store.put_types([*types, context_type("Run"), context_type("Collection")])
    store.backend.clock = lambda: NOW
    return store


def selected(store: Store, **chosen: object) -> RemovalPlan:
    return plan(store, select(store, Selection(**chosen)))  # type: ignore[arg-type]


def names(store: Store, planned: RemovalPlan) -> set[str]:
    return {store.node(kind, id).name or "" for kind, ids in planned.going.items() for id in ids}


def test_what_a_failed_step_only_wrote_to_stays(typed: Store) -> None:
    raw, prod, old, new, planned_one = (
        Artifact(type="Model", name=name, state="PENDING" if name == "announced" else None)
        for name in ("raw", "prod", "old", "new", "announced")
    )
    typed.backend.clock = lambda: NOW - 2 * DAY
    typed.put(artifacts=[old])
    typed.backend.clock = lambda: NOW
    steps = [Execution(type="Train", name=f"step {number}", state="FAILED") for number in range(4)]
    typed.put(
        artifacts=[raw, prod, new, planned_one],
        executions=steps,
        events=[
            Event(raw, steps[0], "INPUT"),
            Event(raw, steps[0], "OUTPUT"),
            Event(prod, steps[1], "PENDING_OUTPUT"),
            Event(old, steps[2], "OUTPUT"),
            Event(new, steps[3], "OUTPUT"),
            Event(planned_one, steps[3], "PENDING_OUTPUT"),
        ],
    )
    found = selected(typed, states=("FAILED",))
    assert names(typed, found) == {"step 3", "new", "announced"}
    assert {each.by.name for each in found.stays if each.by} == {"raw", "prod", "old"}


def test_a_run_goes_with_its_last_step_though_its_input_stays(typed: Store, tmp_path: Path) -> None:
    check_a_run_goes_with_its_last_step_though_its_input_stays(typed, tmp_path)


@pytest.mark.slow
def test_a_run_goes_with_its_last_step_though_its_input_stays_on_neo4j(neo4j_store: Store, tmp_path: Path) -> None:
    check_a_run_goes_with_its_last_step_though_its_input_stays(with_types(neo4j_store), tmp_path)


def check_a_run_goes_with_its_last_step_though_its_input_stays(typed: Store, tmp_path: Path) -> None:
    """What the run only used stays in the store; what was put into it by hand keeps it."""
    data, metrics, by_hand = (Artifact(type="Dataset", name=name) for name in ("data", "metrics", "by hand"))
    prepare = Execution(type="Train", name="prepare", state="COMPLETE")
    first, second = (Execution(type="Train", name=name, state="FAILED") for name in ("first", "second"))
    used, handmade, notes = (
        Context(type=type, name=name)
        for type, name in (("Run", "used"), ("Run", "handmade"), ("Collection", "collection"))
    )
    typed.put(
        artifacts=[data, metrics, by_hand],
        executions=[prepare, first, second],
        contexts=[used, handmade, notes],
        events=[
            Event(data, prepare, "OUTPUT"),
            Event(data, first, "INPUT"),
            Event(metrics, first, "OUTPUT"),
            Event(data, second, "INPUT"),
        ],
        attributions=[
            *(Attribution(data, context) for context in (used, handmade, notes)),
            Attribution(metrics, used),
            Attribution(by_hand, handmade),
        ],
        associations=[Association(first, used), Association(second, handmade), Association(first, notes)],
    )
    before = digest(typed)
    planned = selected(typed, states=("FAILED",))
    assert names(typed, planned) == {"first", "second", "metrics", "used"}
    assert "1 artifact that stays was listed in what goes, and will not be any longer." in planned.notes
    done = remove(typed, planned, dump(typed, planned, tmp_path / "d.jsonl", "a test"))
    assert (done.numbers["context"], done.left) == (1, set())
    assert [context.name for context in typed.contexts()] == ["handmade", "collection"]
    assert not restore(typed, tmp_path / "d.jsonl").trouble
    assert digest(typed) == before


def test_a_kept_step_keeps_what_it_made(typed: Store) -> None:
    model, step = Artifact(type="Model", name="model"), Execution(type="Train", name="kept")
    typed.put(artifacts=[model], executions=[step], events=[Event(model, step, "OUTPUT")])
    assert names(typed, selected(typed, types=("Model",))) == {"model"}
    assert not selected(typed, types=("Model",), keep=("Train:kept",)).number
    running = Execution(type="Train", name="running", state="RUNNING")
    typed.put(executions=[running], events=[Event(model, running, "OUTPUT")])
    assert not selected(typed, types=("Model",)).number


def test_a_warning_where_the_newer_version_goes(typed: Store) -> None:
    step, user = Execution(type="Train", name="s", state="FAILED"), Execution(type="Train", name="u")
    old, new = Artifact(type="Dataset", name="survey@1"), Artifact(type="Dataset", name="survey@2")
    events = [Event(new, step, "OUTPUT"), Event(old, user, "INPUT")]
    typed.put(artifacts=[old, new], executions=[step, user], events=events)
    notes = " ".join(selected(typed, states=("FAILED",)).notes)
    assert "Older versions stay where a newer one goes: survey@2." in notes
    assert "survey@1" not in notes


def test_two_remove_the_same_at_once(typed: Store, tmp_path: Path) -> None:
    check_two_remove_the_same_at_once(typed, tmp_path)


@pytest.mark.slow
def test_two_remove_the_same_at_once_on_neo4j(neo4j_store: Store, tmp_path: Path) -> None:
    check_two_remove_the_same_at_once(with_types(neo4j_store), tmp_path)


def check_two_remove_the_same_at_once(typed: Store, tmp_path: Path) -> None:
    """Each counts what it removed itself, and nobody fails."""
    artifacts = [Artifact(type="Dataset", name=f"data {number}") for number in range(30)]
    steps = [Execution(type="Train", name=f"step {number}", state="FAILED") for number in range(30)]
    pairs = list(zip(artifacts, steps, strict=True))
    events = [Event(artifact, step, "OUTPUT") for artifact, step in pairs]
    events += [Event(artifact, step, "INPUT") for (artifact, _), (_, step) in pairwise(pairs)]
    typed.put(artifacts=artifacts, executions=steps, events=events)
    planned = selected(typed, states=("FAILED",))
    dumps = [dump(typed, planned, tmp_path / f"{number}.jsonl", "a test") for number in range(2)]
    with ThreadPoolExecutor(2) as both:
        done = list(both.map(lambda dumped: remove(typed, planned, dumped, portion=2), dumps))
    assert sum(each.numbers["artifact"] for each in done) == 30
    assert sum(each.numbers["execution"] for each in done) == 30
    assert not any(typed.backend.totals().numbers.values())


def changed(store: Store, path: Path, *statements: str) -> Store:
    """The store again, after somebody else wrote into its file."""
    store.close()
    with sqlite3.connect(path) as raw:
        for statement in statements:
            raw.execute(statement)
    raw.close()
    return connect(path)


def old_file(store: Store, tmp_path: Path) -> Store:
    """dated -> step -> made; alone: a file that says of no node when it was stored."""
    store.put_types([artifact_type("Data"), execution_type("Step")])
    dated, made, alone = (Artifact(type="Data", name=name) for name in ("dated", "made", "alone"))
    step = Execution(type="Step", name="step")
    events = [Event(dated, step, "INPUT", time=NOW - 9 * DAY), Event(made, step, "OUTPUT", time=NOW - DAY)]
    store.put(artifacts=[dated, made, alone], executions=[step], events=events)
    return changed(
        store,
        tmp_path / "graphmeta.db",
        "UPDATE Artifact SET create_time_since_epoch = 0, last_update_time_since_epoch = 0",
        "UPDATE Execution SET create_time_since_epoch = 0, last_update_time_since_epoch = 0",
    )


def test_what_has_no_time_is_as_old_as_its_events(sqlite_store: Store, tmp_path: Path) -> None:
    with old_file(sqlite_store, tmp_path) as store:
        planned = selected(store, before=NOW - 5 * DAY)
        assert not planned.number
        assert [each.node.name for each in planned.stays] == ["dated"]
        assert planned.notes == [
            "1 node has no time of an update: the last event counts instead.",
            "1 node stays: neither an update nor an event has a time that says how old.",
        ]
        assert names(store, selected(store, before=NOW)) == {"dated", "step", "made"}
        before = digest(store)
        whole = selected(store, before=NOW)
        remove(store, whole, dump(store, whole, tmp_path / "d.jsonl", "a test"))
        assert [artifact.name for artifact in store.artifacts()] == ["alone"]
        assert not restore(store, tmp_path / "d.jsonl").trouble
        assert digest(store) == before


def test_damage_is_left_alone_and_said(sqlite_store: Store, tmp_path: Path) -> None:
    """An event of no known type, and a membership of a context that is not there."""
    sqlite_store.put_types([artifact_type("Data"), execution_type("Step")])
    odd, fine = Artifact(type="Data", name="odd"), Artifact(type="Data", name="fine")
    steps = [Execution(type="Step", name=name, state="FAILED") for name in ("odd step", "fine step")]
    events = [Event(odd, steps[0], "OUTPUT"), Event(fine, steps[1], "OUTPUT")]
    sqlite_store.put(artifacts=[odd, fine], executions=steps, events=events)
    statements = ("UPDATE Event SET type = 77 WHERE artifact_id = 1", "INSERT INTO Attribution VALUES (99, 555, 2)")
    with changed(sqlite_store, tmp_path / "graphmeta.db", *statements) as store:
        planned = selected(store, states=("FAILED",))
        assert names(store, planned) == {"fine", "fine step"}
        assert "an event there is of a type that ML Metadata does not have" in planned.notes[0]
        before = digest(store)
        remove(store, planned, dump(store, planned, tmp_path / "d.jsonl", "a test"))
        assert not restore(store, tmp_path / "d.jsonl").trouble
        assert digest(store) == before
