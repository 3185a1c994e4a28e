"""Why do two models differ: by example, each kind of change alone, and on random graphs."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from graphmeta.model import Artifact, Context, Event, Execution
from graphmeta.query import why
from graphmeta.query.answers.changes import Change
from graphmeta.store import PutOptions, Store
from tests.query import worlds
from tests.query.random_graphs import graphs, several_graphs_in_one_store, stored


class Line:
    """A small pipeline, laid twice: raw -clean-> table -train-> model; what differs is told by the test."""

    def __init__(self, store: Store) -> None:
        self.store = store
        worlds.add_types(store, "artifact", "Dataset", "Model", "Metrics")
        worlds.add_types(store, "execution", "clean", "scale", "train", "evaluate", "tune")
        worlds.add_types(store, "context", "Environment", properties={"packages": "STRUCT", "python": "STRING"})
        self.raw = worlds.artifact(store, "Dataset", "raw")
        self.numbers = iter(range(1, 1000))

    def thing(self, type: str, name: str, **custom: Any) -> Artifact:
        return worlds.artifact(
            self.store, type, f"{name}@{next(self.numbers)}", custom_properties={"display_name": name, **custom}
        )

    def step(self, type: str, ins: Any, outs: Any, packages: dict[str, str] | None = None, **params: Any) -> Execution:
        contexts = []
        if packages is not None:
            name = f"sha256:{next(self.numbers)}"
            contexts.append(Context(type="Environment", name=name, properties={"packages": packages}))
            self.store.put(contexts=contexts)
        return worlds.step(self.store, type, ins, outs, contexts, custom_properties=params)

    def lay(
        self,
        *,
        clean: dict[str, Any] | None = None,
        train: dict[str, Any] | None = None,
        raw: Artifact | None = None,
        between: str | None = None,
        extra: Artifact | None = None,
        auc: float = 0.5,
        trainer: str = "train",
        digest: str | None = None,
    ) -> Artifact:
        table = self.thing("Dataset", "table", **({"digest": digest} if digest else {}))
        self.step("clean", {("raw",): raw or self.raw}, {("table",): table}, **(clean or {}))
        if between:
            scaled = self.thing("Dataset", "scaled")
            self.step(between, {("table",): table}, {("scaled",): scaled})
            table = scaled
        inputs = {("table",): table, **({("extra",): extra} if extra else {})}
        model = self.thing("Model", "model")
        self.step(trainer, inputs, {("model",): model}, **(train or {}))
        self.step("evaluate", {("model",): model}, {("scores",): self.thing("Metrics", "scores", auc=auc)})
        return model


def told(changes: list[Change]) -> list[tuple[Any, ...]]:
    return [(each.kind, each.where, each.key, each.before, each.after, each.distance) for each in changes]


def test_what_is_the_same_stays_out_of_the_way(store: Store) -> None:
    line = Line(store)
    one, other = line.lay(digest="sha256:1"), line.lay(digest="sha256:1")
    found = why(store, one, other)
    assert (told(found.changes), found.metrics) == ([], [])
    assert found.same and "Nothing that the store knows differs" in found.notes[0]


ALONE: list[tuple[str, Callable[[Line], tuple[Artifact, Artifact]], list[tuple[Any, ...]]]] = [
    (
        "a parameter of the step",
        lambda line: (
            line.lay(train={"lr": 0.1, "seed": 1}, digest="d"),
            line.lay(train={"lr": 0.3, "seed": 1}, digest="d"),
        ),
        [("parameter", "train", "lr", 0.1, 0.3, 1)],
    ),
    (
        "a part of a struct",
        lambda line: (
            line.lay(train={"net": {"depth": 2, "width": 8}}, digest="d"),
            line.lay(train={"net": {"depth": 3, "width": 8}}, digest="d"),
        ),
        [("parameter", "train", "net.depth", 2.0, 3.0, 1)],
    ),
    (
        "the code's commit",
        lambda line: (
            line.lay(train={"git_commit": "a1"}, digest="d"),
            line.lay(train={"git_commit": "b2"}, digest="d"),
        ),
        [("code", "train", "git_commit", "a1", "b2", 1)],
    ),
    (
        "a package's version",
        lambda line: (
            line.lay(train={"packages": {"numpy": "1.0", "scipy": "1"}}, digest="d"),
            line.lay(train={"packages": {"numpy": "2.0", "scipy": "1"}}, digest="d"),
        ),
        [("package", "train", "numpy", "1.0", "2.0", 1)],
    ),
    (
        "a dataset's content, and the step further up that made it other",
        lambda line: (line.lay(clean={"drop": 1}), line.lay(clean={"drop": 2})),
        [("data", "train", "table", "Dataset:table@1", "Dataset:table@4", 2), ("parameter", "clean", "drop", 1, 2, 3)],
    ),
    (
        "an input that only one of them read",
        lambda line: (line.lay(digest="d"), line.lay(extra=line.raw, digest="d")),
        [("input", "train", "extra", None, "Dataset:raw", 2)],
    ),
]


@pytest.mark.parametrize(("lay", "expected"), [case[1:] for case in ALONE], ids=[case[0] for case in ALONE])
def test_each_kind_of_change_alone(store: Store, lay: Any, expected: list[tuple[Any, ...]]) -> None:
    one, other = lay(Line(store))
    assert told(why(store, one, other).changes) == expected
    mirrored = [(*each[:3], each[4], each[3], each[5]) for each in expected]
    assert told(why(store, other, one).changes) == mirrored


def test_a_step_that_was_put_in(store: Store) -> None:
    line = Line(store)
    one, other = line.lay(clean={"drop": 1}), line.lay(between="scale", clean={"drop": 2})
    changes = why(store, one, other).changes
    steps = [(each.where, each.before is None, each.after is None) for each in changes if each.kind == "step"]
    assert steps == [("scale", True, False)]
    # And the alignment goes on behind it: the step that both have is compared with itself.
    assert [each.key for each in changes if each.kind == "parameter"] == ["drop"]
    back = [(each.before is None, each.after is None) for each in why(store, other, one).changes if each.kind == "step"]
    assert back == [(False, True)]


def test_a_step_that_was_replaced(store: Store) -> None:
    line = Line(store)
    one, other = line.lay(digest="d"), line.lay(trainer="tune", digest="d")
    (change,) = why(store, one, other).changes
    assert (change.kind, change.key) == ("step", "train / tune")


def test_raw_data_where_the_other_side_cleaned_it(store: Store) -> None:
    line = Line(store)
    cleaned = line.lay()
    direct = line.thing("Model", "model")
    line.step("train", {("table",): line.raw}, {("model",): direct})
    changes = why(store, cleaned, direct).changes
    assert ("step", "clean") in [(each.kind, each.where) for each in changes if each.after is None]


def test_metrics_stand_beside(store: Store) -> None:
    line = Line(store)
    one, other = line.lay(auc=0.5, digest="d"), line.lay(auc=0.75, digest="d", train={"lr": 1})
    found = why(store, one, other)
    assert [(row.key, list(row.values)) for row in found.metrics] == [("auc", [0.5, 0.75])]
    text = str(found)
    assert "+0.25" in text and "parameter lr" in text and "unset" in text


def read_missing(line: Line, *inputs: int | Artifact) -> Artifact:
    """A model of a step that read these; an id is one of an artifact that is not in the store."""
    model = line.thing("Model", "model")
    step = line.step("train", (), {("model",): model})
    events = [Event(each, step, "INPUT", ("data",)) for each in inputs]
    line.store.put(events=events, options=PutOptions(allow_missing_artifacts=True))
    return model


def test_an_artifact_that_is_not_in_the_store(store: Store) -> None:
    line = Line(store)
    table = line.thing("Dataset", "table", digest="d")
    known, missing, other = (read_missing(line, each) for each in (table, 77_777, 77_778))
    assert told(why(store, missing, known).changes) == [
        ("data", "train", "data", "artifact/77777", f"Dataset:{table.name}", 2)
    ]
    assert told(why(store, missing, other).changes) == [
        ("data", "train", "data", "artifact/77777", "artifact/77778", 2)
    ]
    again = why(store, missing, read_missing(line, 77_777))
    assert (again.changes, again.same) == ([], 2)


def test_what_made_an_artifact_that_is_not_in_the_store_is_compared(store: Store) -> None:
    line = Line(store)
    models = []
    for id, drop in ((77_777, 1), (77_778, 2)):
        models.append(read_missing(line, id))
        clean = line.step("clean", {("raw",): line.raw}, (), drop=drop)
        store.put(events=[Event(id, clean, "OUTPUT")], options=PutOptions(allow_missing_artifacts=True))
    changes = why(store, *models).changes
    assert [(each.kind, each.key, each.distance) for each in changes] == [("data", "data", 2), ("parameter", "drop", 3)]


def test_a_step_that_is_not_in_the_store(sqlite_store: Store, tmp_path: Path) -> None:
    """No writer leaves an event without its execution, and MLMD deletes nothing: somebody's SQL did."""
    line = Line(sqlite_store)
    table = line.thing("Dataset", "table")
    models = [line.thing("Model", "model") for _ in range(3)]
    steps = [line.step("train", {("table",): table}, {("model",): model}) for model in models]
    with closing(sqlite3.connect(tmp_path / "graphmeta.db")) as database, database:
        database.executemany("DELETE FROM Execution WHERE id = ?", [(step.id,) for step in steps[:2]])
    gone, other, known = models
    one, two = (f"execution/{step.id}" for step in steps[:2])
    stays = f"execution/{steps[2].id}"
    assert told(why(sqlite_store, gone, known).changes) == [("step", f"{one} / train", f"{one} / train", one, stays, 1)]
    assert told(why(sqlite_store, gone, other).changes) == [("step", f"{one} / {two}", f"{one} / {two}", one, two, 1)]


def tuned(line: Line, *rates: float, state: str = "COMPLETE") -> Artifact:
    """A model that one step made and others went on training, in place."""
    model = line.thing("Model", "model")
    line.step("train", {("table",): line.raw}, {("model",): model}, lr=0.1)
    for rate in rates:
        worlds.step(
            line.store, "tune", {("base",): model}, {("model",): model}, state=state, custom_properties={"lr": rate}
        )
    return model


def test_what_several_steps_made_in_place(store: Store) -> None:
    line = Line(store)
    one, other, more = tuned(line, 0.1, 0.2), tuned(line, 0.1, 0.5), tuned(line, 0.1, 0.2, 0.3)
    assert told(why(store, one, other).changes) == [("parameter", "tune", "lr", 0.2, 0.5, 1)]
    (change,) = why(store, one, more).changes
    assert (change.kind, change.key, change.before, change.distance) == ("step", "tune", None, 0)
    # What failed, or was cached, made nothing.
    for state in ("FAILED", "CACHED"):
        assert not why(store, tuned(line), tuned(line, 0.9, state=state)).changes


def test_an_empty_digest_says_nothing_of_the_content(store: Store) -> None:
    line = Line(store)
    models = []
    for drop in (1, 2):
        table, model = line.thing("Dataset", "table", digest=""), line.thing("Model", "model")
        line.step("clean", {("raw",): line.raw}, {("table",): table}, drop=drop)
        line.step("train", {("table",): table}, {("model",): model})
        models.append(model)
    assert [(each.kind, each.key) for each in why(store, *models).changes] == [("data", "table"), ("parameter", "drop")]


def test_a_node_and_itself(store: Store) -> None:
    model = Line(store).lay()
    assert "are the same node" in why(store, model, model).notes[0]


@given(graph=graphs, ends=st.tuples(st.integers(0, 7), st.integers(0, 7)))
@several_graphs_in_one_store
def test_laws(store: Store, graph: Any, ends: tuple[int, int]) -> None:
    """Any two artifacts of any graph, circles too, have an answer; the two directions of the question mirror
    each other in what they compare; nothing is told twice."""
    artifacts, _ = stored(store, graph)
    one, other = (artifacts[end % len(artifacts)] for end in ends)
    found = why(store, one, other)
    facts = told(found.changes)
    assert len(set(facts)) == len(facts)
    assert [each.distance for each in found.changes] == sorted(each.distance for each in found.changes)
    assert all(each.before != each.after for each in found.changes)
    assert bool(found.changes) or found.notes
