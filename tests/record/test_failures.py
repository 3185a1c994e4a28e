"""Recording does not break the work: whatever is wrong with the store, or with what is recorded."""

from __future__ import annotations

import logging
import subprocess
import sys
import threading
import time
import warnings
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from graphmeta import record as gm
from graphmeta.backends.base import Backend
from graphmeta.backends.batch import Written
from graphmeta.errors import GraphmetaError, InvalidArgumentError, StoreUnavailableError
from graphmeta.model import Artifact
from graphmeta.record import outbox
from graphmeta.store import Store, connect


@pytest.fixture(autouse=True)
def in_a_folder_of_its_own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


@pytest.fixture
def without_pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    """A store that is away is tried again by every operation."""
    monkeypatch.setattr(outbox, "PAUSE", 0.0)
    monkeypatch.setattr(outbox, "TRIES_SHARE", 0.0)


def a_whole_run(
    store: Store | str | Path, in_the_middle: Callable[[], object] = lambda: None, **options: Any
) -> gm.Run:
    """A run with everything in it; something happens in its middle."""
    with gm.run("churn", store=store, experiment="tuning", **options) as run:
        with run.step("train", params={"lr": 0.1}) as step:
            step.use(b"rows", name="rows")
            in_the_middle()
            step.params(epochs=3)
            model = step.produce(b"model", type="Model", name="churn", metrics={"auc": 0.9})
        with run.step("evaluate") as step:
            step.log({"auc": 0.8}, of=model)
            step.produce("s3://bucket/report", type="Report")
    return run


def check_whole_run(store: Store) -> None:
    """Everything of `a_whole_run` is in the store, once."""
    assert [(context.name, context.properties["state"]) for context in store.contexts(type="Run")] == [
        ("churn@1", "COMPLETE")
    ]
    assert [context.name for context in store.contexts(type="Experiment")] == ["tuning"]
    assert len(store.parents(store.contexts(type="Run")[0])) == 1
    assert [(each.type, each.state, each.custom_properties) for each in store.executions()] == [
        ("train", "COMPLETE", {"lr": 0.1, "epochs": 3}),
        ("evaluate", "COMPLETE", {}),
    ]
    assert [(each.type, each.name, each.custom_properties) for each in store.artifacts()] == [
        ("Dataset", "rows@1", {}),
        ("Model", "churn@1", {"auc": 0.9}),
        ("Metrics", "churn-evaluate@1", {"auc": 0.8, "model": "churn@1"}),
        ("Report", "report@1", {}),
    ]
    names = {each.id: each.name for each in store.artifacts()}
    events = store.events(executions=store.executions())
    assert [(names[event.artifact_id], event.type) for event in events] == [
        ("rows@1", "INPUT"),
        ("churn@1", "OUTPUT"),
        ("churn@1", "INPUT"),
        ("churn-evaluate@1", "OUTPUT"),
        ("report@1", "OUTPUT"),
    ]
    run = store.contexts(type="Run")[0]
    assert len(store.artifacts_in(run)) == 4
    assert len(store.executions_in(run)) == 2


def test_the_check_itself(store: Store) -> None:
    a_whole_run(store, strict=True)
    check_whole_run(store)


def test_a_store_that_is_never_there(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    with pytest.warns(gm.RecordingWarning) as said:
        run = a_whole_run(str(tmp_path / "nowhere" / "graphmeta.db"))
    assert len(said) == 1
    assert "run churn cannot be recorded in" in str(said[0].message)
    assert "There is no folder" in str(said[0].message)
    assert said[0].filename == __file__  # it points at the user's code
    assert (run.state, run.id, run.version) == ("COMPLETE", None, None)
    assert caplog.record_tuples[-1][:2] == ("graphmeta.record", logging.WARNING)
    assert caplog.record_tuples[-1][2].startswith("12 of the operations of run churn could not be recorded in")


@pytest.mark.parametrize("url", ["redis://somewhere", "neo4j://127.0.0.1:1"])
def test_a_store_that_cannot_be_opened(url: str) -> None:
    with pytest.warns(gm.RecordingWarning) as said:
        a_whole_run(url)
    assert len(said) == 1


def test_nothing_is_said_where_nothing_is_wrong(store: Store, caplog: pytest.LogCaptureFixture) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        a_whole_run(store)
    assert [record for record in caplog.records if record.name.startswith("graphmeta")] == []


def test_a_store_that_comes_while_the_work_goes_on(tmp_path: Path, without_pauses: None) -> None:
    place = tmp_path / "later" / "graphmeta.db"
    with pytest.warns(gm.RecordingWarning) as said:
        run = a_whole_run(str(place), place.parent.mkdir)
    assert (len(said), run.version) == (1, 1)
    with connect(place) as store:
        check_whole_run(store)


def test_a_store_that_comes_for_the_end(tmp_path: Path) -> None:
    """It is not tried at every operation; the end of the run tries once more."""
    place = tmp_path / "later" / "graphmeta.db"
    with pytest.warns(gm.RecordingWarning):
        run = a_whole_run(str(place), place.parent.mkdir)
    assert run.version == 1
    with connect(place) as store:
        check_whole_run(store)


def test_a_store_that_goes_and_comes_back(tmp_path: Path) -> None:
    place, away = tmp_path / "disk", tmp_path / "unplugged"
    place.mkdir()
    store = connect(place / "graphmeta.db")
    with pytest.warns(gm.RecordingWarning) as said, gm.run("churn", store=store, experiment="tuning") as run:
        step = run.start_step("train", params={"lr": 0.1})
        step.use(b"rows", name="rows")
        place.rename(away)
        step.params(epochs=3)
        model = step.produce(b"model", type="Model", name="churn", metrics={"auc": 0.9})
        step.finish()
        assert model.version is None
        with run.step("evaluate") as step:
            step.log({"auc": 0.8}, of=model)
            step.produce("s3://bucket/report", type="Report")
        away.rename(place)
    assert len(said) == 1
    assert model.version == 1
    check_whole_run(store)
    store.close()


def test_times_are_those_of_the_work(tmp_path: Path) -> None:
    """What is written late carries the time at which it happened."""
    place = tmp_path / "later"
    with pytest.warns(gm.RecordingWarning), gm.run("churn", store=str(place / "graphmeta.db")) as run:
        with run.step("train") as step:
            step.use(b"rows", name="rows")
        place.mkdir()
    with connect(place / "graphmeta.db") as store:
        (execution,) = store.executions()
        (event,) = store.events(executions=[execution])
        started, ended = execution.properties["started"], execution.properties["ended"]
        assert isinstance(started, int) and isinstance(ended, int) and isinstance(event.time, int)
        assert started <= event.time <= ended <= (execution.created or 0)


class LosesAnswers(Store):
    """A store behind a line that breaks the first time that something is committed, before the answer has come."""

    def __init__(self, backend: Backend) -> None:
        super().__init__(backend)
        self.seen: set[str] = set()

    def put(self, **given: Any) -> Written:
        written = super().put(**given)
        key = given.get("key") or "the experiment"
        if key not in self.seen:
            self.seen.add(key)
            raise StoreUnavailableError("The line broke.")
        return written


@pytest.mark.usefixtures("without_pauses")
def test_lost_answers_double_nothing(store: Store) -> None:
    losing = LosesAnswers(store.backend)
    with pytest.warns(gm.RecordingWarning) as said:
        run = a_whole_run(losing)
    assert len(said) == 1
    assert len(losing.seen) == 13
    assert run.version == 1
    check_whole_run(store)
    again = LosesAnswers(store.backend)
    with pytest.warns(gm.RecordingWarning):
        assert a_whole_run(again).version == 2
    assert [each.name for each in store.artifacts()] == [
        "rows@1",
        "churn@1",
        "churn-evaluate@1",
        "report@1",
        "churn-evaluate@2",
        "report@2",
    ]


def test_strict_raises(tmp_path: Path) -> None:
    place = str(tmp_path / "nowhere" / "graphmeta.db")
    reached = []
    with pytest.raises(GraphmetaError, match="There is no folder"), gm.run("churn", store=place, strict=True):
        reached.append("the block")
    assert reached == []


def test_strict_does_not_hide_the_error_of_the_work(tmp_path: Path) -> None:
    place = tmp_path / "disk"
    place.mkdir()
    store = connect(place / "graphmeta.db")
    with pytest.raises(ZeroDivisionError), gm.run("churn", store=store, strict=True) as run, run.step("train"):
        place.rename(tmp_path / "unplugged")
        1 / 0  # noqa: B018
    (tmp_path / "unplugged").rename(place)
    assert [each.state for each in store.executions()] == ["RUNNING"]  # nothing better is known
    store.close()


def test_a_warning_that_is_an_error_loses_nothing(tmp_path: Path) -> None:
    place = tmp_path / "later" / "graphmeta.db"
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        run = gm.run("churn", store=str(place))
        with pytest.raises(gm.RecordingWarning):
            run.__enter__()
        place.parent.mkdir()
        run.finish()
    with connect(place) as store:
        assert [context.properties["state"] for context in store.contexts(type="Run")] == ["COMPLETE"]


def test_a_read_only_store(open_sqlite: Callable[..., Store]) -> None:
    open_sqlite().initialise()
    store = open_sqlite(read_only=True)
    with pytest.warns(gm.RecordingWarning, match="reading only") as said:
        a_whole_run(store)
    assert len(said) == 1
    assert store.executions() == []


def test_a_file_that_is_no_store(tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_text("dear diary " * 100)
    with pytest.warns(gm.RecordingWarning) as said:
        a_whole_run(str(tmp_path / "notes.txt"))
    assert len(said) == 1
    assert (tmp_path / "notes.txt").read_text() == "dear diary " * 100


FULL_DISK = """
import resource, sys, warnings
from graphmeta import record as gm
run = gm.start("churn", store=sys.argv[1])
step = run.start_step("train")
limits = resource.getrlimit(resource.RLIMIT_FSIZE)
resource.setrlimit(resource.RLIMIT_FSIZE, (1, limits[1]))  # no file grows beyond a byte
with warnings.catch_warnings(record=True) as said:
    warnings.simplefilter("always")
    step.produce(b"m" * 10, type="Model", name="churn", properties={"long": "x" * 100_000})
    step.finish()
resource.setrlimit(resource.RLIMIT_FSIZE, limits)
run.finish()
print(len(said), said[0].category.__name__, said[0].message)
"""


def test_a_full_disk(tmp_path: Path) -> None:
    pytest.importorskip("resource")
    place = tmp_path / "graphmeta.db"
    command = [sys.executable, "-W", "error", "-c", FULL_DISK, str(place)]
    ended = subprocess.run(command, capture_output=True, text=True, check=False)
    assert (ended.returncode, ended.stderr) == (0, "")
    assert ended.stdout.startswith("1 RecordingWarning run churn cannot be recorded in")
    with connect(place) as store:
        assert [(each.name, len(str(each.custom_properties["long"]))) for each in store.artifacts()] == [
            ("churn@1", 100_000)
        ]
        assert [each.state for each in store.executions()] == ["COMPLETE"]


class Refuses(Store):
    """A store that takes no artifacts of one type, as one does whose rules ours do not know."""

    def put(self, **given: Any) -> Written:
        if any(artifact.type == "Model" for artifact in given.get("artifacts", ())):
            raise InvalidArgumentError("No models here.")
        return super().put(**given)


def test_one_thing_that_is_refused(sqlite_store: Store, caplog: pytest.LogCaptureFixture) -> None:
    """The rest is recorded, and what was refused is counted."""
    with pytest.warns(gm.RecordingWarning, match="Model churn of run churn could not be recorded") as said:
        a_whole_run(Refuses(sqlite_store.backend))
    assert len(said) == 1
    assert caplog.record_tuples[-1][2].startswith("2 of the operations of run churn could not be recorded")
    assert [each.name for each in sqlite_store.artifacts()] == ["rows@1", "churn-evaluate@1", "report@1"]
    assert [each.state for each in sqlite_store.executions()] == ["COMPLETE", "COMPLETE"]


def test_one_thing_of_a_type_that_the_store_lacks(sqlite_store: Store, caplog: pytest.LogCaptureFixture) -> None:
    """An artifact read from another store does not keep back what comes after it."""
    stranger = Artifact(type="Elsewhere", id=5, name="rows@1")
    run = gm.start("churn", store=sqlite_store)
    step = run.start_step("train")
    with pytest.warns(gm.RecordingWarning, match="There is no artifact type 'Elsewhere'") as said:
        step.use(stranger)
        step.produce(b"model", type="Model", name="churn")
    run.finish()
    assert len(said) == 1
    assert "when the store is back" not in str(said[0].message)
    assert caplog.record_tuples[-1][2].startswith("1 of the operations")
    assert [each.name for each in sqlite_store.artifacts()] == ["churn@1"]
    assert [each.state for each in sqlite_store.executions()] == ["COMPLETE"]


def test_a_store_that_is_away_is_tried_by_one_thread_only() -> None:
    """Those that waited for the try do not try again, one after the other."""
    tries: list[int] = []
    tried, go_on = threading.Event(), threading.Event()

    def open_ledger() -> Any:
        tries.append(threading.get_ident())
        tried.set()
        go_on.wait(60)
        raise StoreUnavailableError("It is away.")

    away = outbox.Outbox("run churn", open_ledger, "the store")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        threads = [threading.Thread(target=away.submit, args=("x", lambda ledger: None)) for _ in range(5)]
        threads[0].start()
        assert tried.wait(60)
        for thread in threads[1:]:
            thread.start()
        while len(away._queue) < len(threads):
            time.sleep(0.001)
        go_on.set()
        for thread in threads:
            thread.join(60)
    assert len(tries) == 1


def test_a_store_given_as_a_path(tmp_path: Path) -> None:
    a_whole_run(tmp_path / "lineage.db", strict=True)
    with connect(tmp_path / "lineage.db") as store:
        check_whole_run(store)


# ---------------------------------------------------------------- mistakes of whoever calls


class BadPath:
    def __fspath__(self) -> str:
        raise RuntimeError("no path today")


class Contrary:
    """As an array of numpy: neither true nor false."""

    def __bool__(self) -> bool:
        raise ValueError("ambiguous")

    def __str__(self) -> str:
        return "contrary"


MISTAKES: list[tuple[object, dict[str, Any], str, str]] = [
    ("missing.csv", {}, "There is no file", "missing.csv@1"),
    (b"bytes", {}, "Bytes have no name", "Dataset@1"),
    (3, {}, "A int is not a file", "Dataset@1"),
    (None, {"name": "rows"}, "None is not a file", "rows@1"),
    ("", {}, "'' is not a file", "Dataset@1"),
    ("nul\0", {}, "is no path", "Dataset@1"),
    ("http://[bad", {}, "is no path or URI", "Dataset@1"),
    (BadPath(), {}, "A BadPath is no path or URI", "Dataset@1"),
    (b"bytes", {"name": "rows", "digest": Contrary()}, "A digest is text", "rows@1"),
]


@pytest.mark.parametrize(("source", "more", "said", "stored"), MISTAKES)
def test_a_wrong_source_is_said_and_recorded_as_far_as_it_is_known(
    sqlite_store: Store, source: Any, more: dict[str, str], said: str, stored: str
) -> None:
    with gm.run("churn", store=sqlite_store) as run, run.step("train") as step:
        with pytest.warns(gm.RecordingWarning, match=said) as warned:
            step.use(source, **more)
        assert warned[0].filename == __file__
    assert [artifact.name for artifact in sqlite_store.artifacts()] == [stored]
    assert len(sqlite_store.events(executions=[step.id or 0])) == 1


@pytest.mark.parametrize(("source", "more", "said", "stored"), MISTAKES)
def test_a_wrong_source_raises_in_a_strict_run(
    sqlite_store: Store, source: Any, more: dict[str, str], said: str, stored: str
) -> None:
    run = gm.start("churn", store=sqlite_store, strict=True)
    with pytest.raises(InvalidArgumentError, match=said):
        run.start_step("train").use(source, **more)
    assert sqlite_store.artifacts() == []


def test_a_working_directory_that_is_gone(sqlite_store: Store, tmp_path: Path, monkeypatch: Any) -> None:
    (tmp_path / "gone").mkdir()
    monkeypatch.chdir(tmp_path / "gone")
    (tmp_path / "gone").rmdir()
    step = gm.start("churn", store=sqlite_store).start_step("train")
    with pytest.warns(gm.RecordingWarning, match="is no path or URI"):
        step.use("rows.csv")
    step.finish()
    assert [each.state for each in sqlite_store.executions()] == ["COMPLETE"]


def test_names_that_are_no_text(sqlite_store: Store) -> None:
    name: Any = Contrary()
    with gm.run("churn", store=sqlite_store) as run, run.step("train", type=name) as step:
        step.use(b"rows", name=name, key=name)
        step.log({"auc": 0.9}, name=name)
    assert [each.type for each in sqlite_store.executions()] == ["contrary"]
    assert [each.name for each in sqlite_store.artifacts()] == ["contrary@1", "contrary@1"]


@pytest.mark.parametrize("measured", ["churn", 5, [None, "churn"]])
def test_what_was_measured_is_no_artifact(sqlite_store: Store, measured: Any) -> None:
    step = gm.start("churn", store=sqlite_store).start_step("evaluate")
    with pytest.warns(gm.RecordingWarning, match="What was measured is an artifact"):
        step.log({"auc": 0.9}, of=measured)
    assert [each.custom_properties for each in sqlite_store.artifacts()] == [{"auc": 0.9}]


def test_a_run_that_is_finished(sqlite_store: Store) -> None:
    run = gm.start("churn", store=sqlite_store)
    run.finish()
    with pytest.warns(gm.RecordingWarning, match="is finished"):
        run.step("train").__enter__()
    assert sqlite_store.executions() == []
