"""Why do two models differ: by example, each kind of change alone, and on random graphs."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from graphmeta.model import Artifact, Context, Execution
from graphmeta.query import why
from graphmeta.query.answers.changes import Change
from graphmeta.store import Store
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
