"""What may go, what holds on to it, and what goes along."""

from __future__ import annotations

from pathlib import Path

import pytest

from graphmeta.errors import InvalidArgumentError, NotFoundError
from graphmeta.keeping.ages import DAY, moment_before
from graphmeta.keeping.dumping import default_path, dump
from graphmeta.keeping.memberships import _FEW
from graphmeta.keeping.removal import RemovalPlan, plan
from graphmeta.keeping.removing import remove
from graphmeta.keeping.restoring import restore
from graphmeta.keeping.selection import Selection, named, select
from graphmeta.keeping.tombstones import BULK, burial, bury, kept_keys
from graphmeta.model import (
    Artifact,
    Association,
    Attribution,
    Context,
    Event,
    Execution,
    ParentContext,
    artifact_type,
    context_type,
    execution_type,
)
from graphmeta.query import resolve
from graphmeta.store import PutOptions, Store
from graphmeta.store.moments import milliseconds

from .graphs import digest

NOW = 1_800_000_000_000


@pytest.fixture
def world(sqlite_store: Store) -> Store:
    """See `filled`."""
    return filled(sqlite_store)


@pytest.fixture
def each_world(store: Store) -> Store:
    """The same, on each engine in turn."""
    return filled(store)


def filled(store: Store) -> Store:
    """raw -> clean -> data -> train (FAILED) -> half, and -> train again -> churn@1; each training in a run of an
    experiment."""
    store.put_types(
        [
            artifact_type("Dataset"),
            artifact_type("Model", {"display_name": "STRING", "version": "INT", "digest": "STRING"}),
            execution_type("Clean"),
            execution_type("Train"),
            context_type("Run"),
            context_type("Experiment"),
        ]
    )
    store.backend.clock = lambda: NOW - 100 * DAY
    raw, data = Artifact(type="Dataset", name="raw"), Artifact(type="Dataset", name="data")
    half = Artifact(type="Model", name="half", custom_properties={"loss": 0.5, "digest": "sha256:0"})
    churn = Artifact(type="Model", name="churn@1", properties={"display_name": "churn", "version": 1})
    clean = Execution(type="Clean", name="clean", state="COMPLETE", custom_properties={"bulk": "x" * 300})
    failed = Execution(type="Train", name="failed", state="FAILED")
    train = Execution(type="Train", name="again", state="COMPLETE")
    first, second = Context(type="Run", name="first"), Context(type="Run", name="second")
    experiment = Context(type="Experiment", name="experiment")
    store.put(
        artifacts=[raw, data, half, churn],
        executions=[clean, failed, train],
        contexts=[first, second, experiment],
        events=[
            Event(raw, clean, "INPUT"),
            Event(data, clean, "OUTPUT"),
            Event(data, failed, "INPUT"),
            Event(half, failed, "OUTPUT"),
            Event(data, train, "INPUT"),
            Event(churn, train, "OUTPUT"),
        ],
        attributions=[Attribution(half, first), Attribution(churn, second)],
        associations=[Association(failed, first), Association(train, second)],
        parents=[ParentContext(first, experiment), ParentContext(second, experiment)],
    )
    store.backend.clock = lambda: NOW
    return store


def names(store: Store, planned: RemovalPlan) -> set[str]:
    return {store.node(kind, id).name or "" for kind, ids in planned.going.items() for id in ids}


def selected(store: Store, **chosen: object) -> RemovalPlan:
    return plan(store, select(store, Selection(**chosen)))  # type: ignore[arg-type]


def test_a_failed_step_takes_along_what_it_alone_made_and_its_run(world: Store) -> None:
    planned = selected(world, states=("failed",))
    assert names(world, planned) == {"failed", "half", "first"}
    assert planned.stays_number == 0
    assert planned.edges == 5
    assert dict(planned.types) == {("context", "Run"): 1, ("execution", "Train"): 1, ("artifact", "Model"): 1}
    assert planned.exact
    assert planned.bytes > 20


def test_what_is_used_stays_and_says_by_what_it_is_held(world: Store) -> None:
    planned = selected(world, types=("Dataset", "Clean"))
    assert not planned.number
    assert {(each.node.name, each.by.name if each.by else None) for each in planned.stays} >= {("data", "failed")}
    assert {each.node.name for each in planned.stays} == {"raw", "data", "clean"}
    assert all(each.by and each.by.name in ("failed", "again") for each in planned.stays)


def test_everything_goes_with_everything(world: Store) -> None:
    planned = selected(world, before=NOW)
    assert names(world, planned) == {
        "raw", "data", "half", "churn@1", "clean", "failed", "again", "first", "second", "experiment",
    }  # fmt: skip
    assert any("churn@1" in note for note in planned.notes)


def test_what_is_younger_stays(world: Store) -> None:
    assert not selected(world, before=NOW - 101 * DAY).matched
    half = world.artifacts(name="half")[0]
    half.custom_properties["seen"] = 1
    world.put(artifacts=[half])
    planned = selected(world, before=NOW - DAY, states=("FAILED",))
    assert not planned.number
    assert [(each.node.name, each.by.name if each.by else "") for each in planned.stays] == [("failed", "half")]


@pytest.mark.parametrize(
    "keep", ["name = 'half'", "Model:half", "Run:first", "last_known_state = FAILED", "experiment", "execution/2"]
)
def test_kept(world: Store, keep: str) -> None:
    assert not selected(world, states=("FAILED",), keep=(keep,)).number


def test_a_keep_that_keeps_nothing_is_said(world: Store) -> None:
    planned = selected(world, states=("FAILED",), keep=("name = 'hlaf'",))
    assert planned.number == 3
    assert "keeps nothing" in planned.notes[0]
    with pytest.raises(InvalidArgumentError, match=r"names no node, and is no query either"):
        selected(world, states=("FAILED",), keep=("hlaf",))


def test_wrong_selections(world: Store) -> None:
    with pytest.raises(InvalidArgumentError, match="Nothing says what may go"):
        selected(world, keep=("raw",))
    with pytest.raises(InvalidArgumentError, match="'BROKEN' is no state"):
        selected(world, states=("broken",))
    with pytest.raises(NotFoundError, match="no type Modle"):
        selected(world, types=("Modle",))


def test_what_runs_stays(world: Store) -> None:
    running = Execution(type="Train", name="running", state="RUNNING")
    world.put(executions=[running])
    planned = selected(world, types=("Train",))
    assert "running" not in names(world, planned)
    assert "seems to be running" in planned.notes[0]
    world.backend.clock = lambda: NOW + 2 * DAY
    assert "running" in names(world, selected(world, types=("Train",)))


def test_a_missing_artifact_holds_nothing_but_what_was_made_of_it_does(world: Store) -> None:
    failed, again = world.executions(name="failed")[0], world.executions(name="again")[0]
    lost = PutOptions(allow_missing_artifacts=True)
    world.put(events=[Event(7_000, failed, "OUTPUT")], options=lost)
    assert names(world, selected(world, states=("FAILED",))) == {"failed", "half", "first"}
    world.put(events=[Event(7_000, again, "INPUT")], options=lost)
    planned = selected(world, states=("FAILED",))
    assert [(each.node.name, each.by.name if each.by else "") for each in planned.stays] == [("failed", "again")]
    assert names(world, planned) == {"half"}


@pytest.mark.parametrize(
    ("nodes", "downstream", "goes"),
    [
        (("Train:failed",), False, {"failed", "half", "first"}),
        (("Run:second",), False, {"again", "churn@1", "second"}),
        (("Experiment:experiment",), False, {"failed", "half", "again", "churn@1", "first", "second", "experiment"}),
        (("Dataset:raw",), False, set()),
        (("Model:churn",), False, {"churn@1"}),
        (("Clean:clean",), True, {
            "clean", "data", "failed", "half", "again", "churn@1", "first", "second", "experiment",
        }),
    ],
)  # fmt: skip
def test_delete(world: Store, nodes: tuple[str, ...], downstream: bool, goes: set[str]) -> None:
    planned = plan(world, named(world, [resolve(world, node) for node in nodes], downstream=downstream))
    assert names(world, planned) == goes
    assert planned.matched


def test_a_named_context_goes_although_artifacts_stay_in_it(world: Store, tmp_path: Path) -> None:
    collection = Context(type="Run", name="collection")
    world.put(contexts=[collection], attributions=[Attribution(world.artifacts(name="raw")[0], collection)])
    before = digest(world)
    planned = plan(world, named(world, [collection]))
    assert names(world, planned) == {"collection"}
    assert planned.notes == ["1 artifact that stays was listed in what goes, and will not be any longer."]
    dumped = dump(world, planned, tmp_path / "d.jsonl", "a test")
    assert remove(world, planned, dumped).numbers == {"context": 1, "artifact": 0, "execution": 0}
    assert not restore(world, tmp_path / "d.jsonl").trouble
    assert digest(world) == before


def test_an_annotation_goes_with_its_node(world: Store, tmp_path: Path) -> None:
    world.put_type(context_type("Annotation", {"key": "STRING"}))
    said, of_run = (Context(type="Annotation", name=name, properties={"key": "k"}) for name in ("said", "of run"))
    half, first = world.artifacts(name="half")[0], world.contexts(name="first")[0]
    world.put(contexts=[said, of_run], attributions=[Attribution(half, said)], parents=[ParentContext(first, of_run)])
    planned = selected(world, states=("FAILED",))
    assert names(world, planned) == {"failed", "half", "first", "said", "of run"}
    done = remove(world, planned, dump(world, planned, tmp_path / "d.jsonl", "a test"))
    assert done.numbers == {"artifact": 1, "execution": 1, "context": 3}


def test_what_came_meanwhile_is_left_with_all_that_it_came_from(world: Store, tmp_path: Path) -> None:
    check_what_comes_meanwhile(world, tmp_path)


@pytest.mark.slow
def test_what_came_meanwhile_on_neo4j(neo4j_store: Store, tmp_path: Path) -> None:
    check_what_comes_meanwhile(filled(neo4j_store), tmp_path)


def check_what_comes_meanwhile(store: Store, tmp_path: Path) -> None:
    """It is left with all that it came from."""
    planned = selected(store, before=NOW)
    dumped = dump(store, planned, tmp_path / "d.jsonl", "a test")
    churn = store.artifacts(name="churn@1")[0]
    deploy = Execution(type="Train", name="deploy")
    store.put(executions=[deploy], events=[Event(churn, deploy, "INPUT")])
    done = remove(store, planned, dumped, portion=1)
    assert {store.node(*key).name for key in done.left} == {
        "churn@1", "again", "data", "clean", "raw", "second", "experiment",
    }  # fmt: skip
    assert {node.name for node in [*store.artifacts(), *store.executions()]} == {
        "churn@1", "again", "data", "clean", "raw", "deploy",
    }  # fmt: skip
    assert [each.name for each in store.contexts()] == ["second", "experiment"]
    assert not restore(store, tmp_path / "d.jsonl").trouble


def test_what_came_between_plan_and_dump_is_left(world: Store, tmp_path: Path) -> None:
    planned = selected(world, states=("FAILED",))
    first, half = world.contexts(name="first")[0], world.artifacts(name="half")[0]
    use = Execution(type="Train", name="use")
    world.put(executions=[use], events=[Event(half, use, "INPUT")], associations=[Association(use, first)])
    before = digest(world)
    done = remove(world, planned, dump(world, planned, tmp_path / "d.jsonl", "a test"))
    assert not any(done.numbers.values())
    assert digest(world) == before


def test_what_was_changed_since_the_dump_is_left(world: Store, tmp_path: Path) -> None:
    planned = selected(world, states=("FAILED",))
    dumped = dump(world, planned, tmp_path / "d.jsonl", "a test")
    half = world.artifacts(name="half")[0]
    half.custom_properties["note"] = "precious"
    world.put(artifacts=[half])
    before = digest(world)
    done = remove(world, planned, dumped)
    assert {world.node(*key).name for key in done.left} == {"half", "failed", "first"}
    assert digest(world) == before


def test_ids_do_not_come_again(world: Store, tmp_path: Path) -> None:
    last = world.executions()[-1].id or 0
    planned = selected(world, before=NOW)
    remove(world, planned, dump(world, planned, tmp_path / "d.jsonl", "a test"))
    new = Execution(type="Train", name="new")
    world.put(executions=[new])
    assert (new.id or 0) > last
    assert not restore(world, tmp_path / "d.jsonl").trouble


def test_tombstones(each_world: Store, tmp_path: Path) -> None:
    raw = each_world.artifacts(name="raw")[0]
    raw.custom_properties = {
        "license": "nc",
        "digest": "sha256:1",
        "schema": "x" * (BULK + 1),
        "split_names": "x" * 500,
    }
    each_world.backend.clock = lambda: NOW - 99 * DAY
    each_world.put(artifacts=[raw])
    each_world.backend.clock = lambda: NOW
    before = digest(each_world)
    planned = selected(each_world, types=("Dataset", "Clean"))
    found = burial(each_world, planned.held)
    assert dict(found.lost) == {("artifact", "Dataset", "schema"): 1, ("execution", "Clean", "bulk"): 1}
    dumped = dump(each_world, planned, tmp_path / "d.jsonl", "a test", buried=found.ids)
    assert bury(each_world, found.ids, dumped) == 3
    assert bury(each_world, found.ids, dumped) == 0, "what was changed since is left"
    assert burial(each_world, planned.held).number == 0, "tombstones have nothing to lose"
    raw, clean = each_world.artifacts(name="raw")[0], each_world.executions(name="clean")[0]
    assert (raw.state, raw.custom_properties) == (
        "DELETED",
        {"license": "nc", "digest": "sha256:1", "split_names": "x" * 500},
    )
    assert (clean.state, clean.custom_properties) == ("COMPLETE", {})
    assert raw.updated == NOW
    told = restore(each_world, tmp_path / "d.jsonl")
    assert told.trouble == 3
    assert "is a tombstone here" in told.troubles[0]
    assert "--overwrite" in next(iter(told.ways_out))
    assert restore(each_world, tmp_path / "d.jsonl", overwrite=True).overwritten == 3
    assert digest(each_world) == before
    assert {"display_name", "version", "digest", "size", "split_names"} <= kept_keys()


def test_many_nodes_are_planned_as_few_are(world: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    """With many nodes the whole store is read, with few what is around them."""
    few = [selected(world, states=("FAILED",)), selected(world, before=NOW), selected(world, types=("Train",))]
    assert _FEW > 100
    monkeypatch.setattr("graphmeta.keeping.memberships._FEW", 0)
    monkeypatch.setattr("graphmeta.keeping.arrows._FEW", 0)
    many = [selected(world, states=("FAILED",)), selected(world, before=NOW), selected(world, types=("Train",))]
    assert [each.to_json() for each in many] == [each.to_json() for each in few]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("90d", NOW - 90 * DAY),
        ("12h", NOW - DAY // 2),
        ("2w", NOW - 14 * DAY),
        ("2026-08-01", milliseconds("2026-08-01T00:00") - 1),
        ("2026-08-01T12:30:00+00:00", 1_785_587_400_000),
    ],
)
def test_ages(text: str, expected: int) -> None:
    assert moment_before(text, NOW) == expected


@pytest.mark.parametrize("text", ["", "90", "d", "-3d", "soon", "2026-13-01", "99999999999d"])
def test_no_ages(text: str) -> None:
    with pytest.raises(InvalidArgumentError, match="is no age and no time"):
        moment_before(text, NOW)


def test_the_dump_lies_beside_the_store_and_never_over_another(sqlite_store: Store) -> None:
    first = default_path(sqlite_store, 1_800_000_000)
    assert first.parent == Path(sqlite_store.url.removeprefix("sqlite:///")).parent
    assert first.name.startswith("graphmeta-removed-20")
    first.touch()
    assert default_path(sqlite_store, 1_800_000_000).name.endswith("-2.jsonl.gz")
