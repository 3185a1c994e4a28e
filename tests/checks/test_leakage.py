"""Was a model evaluated on data that it saw?"""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any

import networkx
import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from graphmeta import words
from graphmeta.checks.finding import Check, Finding, Report, Verdict
from graphmeta.checks.leakage import leakage
from graphmeta.checks.parting import Spot, parting
from graphmeta.demo.story import run_demo
from graphmeta.digest import digest_of_bytes
from graphmeta.model import Artifact, Event, Execution
from graphmeta.query.nodes import display, label
from graphmeta.render.sarif import to_sarif
from graphmeta.render.text.checks import way as way_text
from graphmeta.store import Store
from tests.checks.drawing import draw, run_raw
from tests.query import worlds

SPLIT = "raw > split > rows:train test:test"
TRAINED = "rows > train > model"
EVALUATED = "model test > evaluate > metrics"
HOLDS, BROKEN, UNCLEAR = Verdict.HOLDS, Verdict.BROKEN, Verdict.UNCLEAR
ON_TRAINING, NO_SPLIT, SAME = "evaluated-on-training-data", "no-split-between", "same-content"


@dataclass(frozen=True)
class Case:
    """A drawing, and what is said of its model.

    Attributes:
        ways: for each finding its rule and its two ways, as names.
        says: what a doubt or a note holds.
    """

    lines: tuple[str, ...]
    verdict: Verdict
    ways: tuple[tuple[str, str, str], ...] = ()
    says: str = ""
    given: dict[str, Any] = field(default_factory=dict)


def parts(*names: str) -> dict[str, str]:
    return {"split_names": "[" + ", ".join(f'"{name}"' for name in names) + "]"}


TFX_TRAINER = "tfx.components.trainer.component.Trainer"
TFX_EVALUATOR = "tfx.components.evaluator.component.Evaluator"
EMPTY = {"digest": digest_of_bytes(b"").text}
EXAMPLES = parts("train", "eval")

CASES = {
    "split": Case((SPLIT, TRAINED, EVALUATED), HOLDS, says="counted as a split"),
    "the data trained on": Case(
        (SPLIT, TRAINED, "model rows > evaluate > metrics"),
        BROKEN,
        ((ON_TRAINING, "rows train model", "rows evaluate"),),
    ),
    "what the training data came of": Case(
        (SPLIT, TRAINED, "model raw > evaluate > metrics"),
        BROKEN,
        ((ON_TRAINING, "raw split rows train model", "raw evaluate"),),
    ),
    "split off what was trained on": Case(
        ("raw > split > half test", "raw > train > model", EVALUATED),
        BROKEN,
        ((NO_SPLIT, "raw train model", "raw split test evaluate"),),
    ),
    "one parent and no split": Case(
        ("raw > clean > rows", "raw > clean > test", TRAINED, EVALUATED),
        BROKEN,
        ((NO_SPLIT, "raw clean rows train model", "raw clean-2 test evaluate"),),
    ),
    "two outputs of a step that does not split": Case(
        ("raw > clean > rows test", TRAINED, EVALUATED),
        BROKEN,
        ((NO_SPLIT, "raw clean rows train model", "raw clean test evaluate"),),
    ),
    "two outputs of a step that read nothing": Case((" > clean > rows test", TRAINED, EVALUATED), HOLDS),
    "two samples": Case(
        ("raw > sample > rows", "raw > sample > test", TRAINED, EVALUATED),
        UNCLEAR,
        says="Nothing says that what sample (execution/1) and sample (execution/2) gave does not overlap",
    ),
    "a split that also gives the whole": Case(
        ("raw > split > rows test all-rows", TRAINED, "model all-rows > evaluate > metrics"),
        UNCLEAR,
        says="does not overlap",
    ),
    "one place and no digest": Case(
        (TRAINED, EVALUATED),
        UNCLEAR,
        says="Dataset:rows and Dataset:test lie at the same place, and no digests say whether",
        given={"rows": {"uri": "s3://data/all.csv"}, "test": {"uri": "s3://data/all.csv"}},
    ),
    "one place and a digest of one": Case(
        ("rows#1 > train > model", EVALUATED),
        UNCLEAR,
        says="lie at the same place",
        given={"rows": {"uri": "s3://data/all.csv"}, "test": {"uri": "s3://data/all.csv"}},
    ),
    "one place and two digests": Case(
        ("rows#1 > train > model", "model test#2 > evaluate > metrics"),
        HOLDS,
        given={"rows": {"uri": "s3://data/all.csv"}, "test": {"uri": "s3://data/all.csv"}},
    ),
    "the same MD5": Case(
        (TRAINED, EVALUATED),
        BROKEN,
        ((SAME, "test rows train model", "test evaluate"),),
        given={"rows": {"checksum_md5": "aa"}, "test": {"checksum_md5": "aa"}},
    ),
    "a thing trained on, and evaluated on beside data": Case(
        ("thing > train > model", "model thing test > evaluate > metrics"),
        BROKEN,
        ((ON_TRAINING, "thing train model", "thing evaluate"),),
        says="counted as data, for no type says what it is",
    ),
    "a sample and the rest": Case(
        ("raw > clean > rows", "raw > sample > test", TRAINED, EVALUATED),
        BROKEN,
        ((NO_SPLIT, "raw clean rows train model", "raw sample test evaluate"),),
    ),
    "split, then joined": Case(
        (
            SPLIT,
            "test > clean > tidy",
            "rows test > join > all",
            "all > train > model",
            "model tidy > evaluate > metrics",
        ),
        BROKEN,
        ((NO_SPLIT, "test join all train model", "test clean tidy evaluate"),),
    ),
    "a leak above a split": Case(
        ("raw > split > a b", "a b > join > c", "c > split > rows test", TRAINED, EVALUATED), HOLDS
    ),
    "through a schema": Case(
        ("raw > Step > schema", "rows schema > train > model", "test schema model > evaluate > metrics"), HOLDS
    ),
    "through statistics": Case(
        ("raw > Step > statistics", "statistics > clean > rows", "statistics > clean > test", TRAINED, EVALUATED), HOLDS
    ),
    "a base model": Case(
        ("test > train > model-base", "model-base rows > train > model", EVALUATED),
        BROKEN,
        ((ON_TRAINING, "test train model-base train-2 model", "test evaluate"),),
    ),
    "the same bytes": Case(
        ("rows#1 > train > model", "model test#1 > evaluate > metrics"),
        BROKEN,
        ((SAME, "test rows train model", "test evaluate"),),
    ),
    "the same bytes further up": Case(
        ("raw#1 > clean > rows", "again#1 > clean > test", TRAINED, EVALUATED),
        BROKEN,
        ((SAME, "raw clean rows train model", "again clean-2 test evaluate"),),
    ),
    "a copy in between": Case(
        ("raw#1 > Step > copy#1", "copy#1 > clean > rows", TRAINED, "model raw > evaluate > metrics"),
        BROKEN,
        ((ON_TRAINING, "raw Step copy clean rows train model", "raw evaluate"),),
    ),
    "two empty files": Case(
        (TRAINED, EVALUATED),
        HOLDS,
        given={"rows": EMPTY, "test": EMPTY},
    ),
    "no evaluation": Case((SPLIT, TRAINED), UNCLEAR, says="No evaluation of Model:model is recorded"),
    "an evaluation of nothing": Case((TRAINED, "model > evaluate > metrics"), UNCLEAR, says="read no data that is rec"),
    "a training on nothing": Case((" > train > model", EVALUATED), UNCLEAR, says="read no data that is recorded"),
    "nobody made it": Case((EVALUATED,), UNCLEAR, says="no step in this store made it"),
    "measured by a step of any name": Case(
        (SPLIT, TRAINED, "model rows > Step > metrics"), BROKEN, ((ON_TRAINING, "rows train model", "rows Step"),)
    ),
    "predicted, then scored": Case(
        (SPLIT, TRAINED, "model rows > Step > guesses", "guesses > Step > metrics"),
        BROKEN,
        ((NO_SPLIT, "rows train model", "rows Step guesses Step-2"),),
    ),
    "metrics beside the model": Case((SPLIT, "rows > train > model metrics"), UNCLEAR, says="No evaluation"),
    "a training step that also tests": Case(
        (SPLIT, "rows:x_train test:x_test > train > model metrics"),
        HOLDS,
        says="data to evaluate on, for so says the key",
    ),
    "a training step that tests on its own data": Case(
        ("raw > clean > rows test", "rows:x_train test:x_test > train > model metrics"),
        BROKEN,
        ((NO_SPLIT, "raw clean rows train model", "raw clean test train"),),
    ),
    "a step of any name that trains on what is called test": Case(
        ("test:test > train > model", EVALUATED), BROKEN, ((ON_TRAINING, "test train model", "test evaluate"),)
    ),
    "an evaluation that measures the training data, too": Case(
        (SPLIT, TRAINED, "model rows:train test:test > evaluate > metrics"), HOLDS, says="counted as data to train on"
    ),
    "trained and tested data in one step": Case(
        (SPLIT, "rows:train test:test > clean > r:train t:test", "r > train > model", "model t > evaluate > metrics"),
        UNCLEAR,
        says="nothing says whether it kept them apart",
    ),
    "trained and tested data in one step without keys": Case(
        (SPLIT, "rows test > clean > r t", "r > train > model", "model t > evaluate > metrics"),
        UNCLEAR,
        says="beside what a step had split",
    ),
    "a table joined to both parts": Case(
        (SPLIT, "rows ref > clean > r", "test ref > clean > t", "r > train > model", "model t > evaluate > metrics"),
        UNCLEAR,
        says="beside what a step had split",
    ),
    "a deployed model": Case(
        (TRAINED, "model rows > evaluate > metrics", "model > deploy > pushed"),
        BROKEN,
        ((ON_TRAINING, "rows train model deploy pushed", "rows evaluate"),),
    ),
    "a step that rewrites": Case(("raw > Step > raw", SPLIT, TRAINED, EVALUATED), HOLDS),
    "things of no type": Case(
        ("thing > train > model", "model thing > evaluate > metrics"),
        BROKEN,
        ((ON_TRAINING, "thing train model", "thing evaluate"),),
        says="counted as data, for no type says what it is",
    ),
    "a thing beside data": Case(("thing rows > train > model", "model thing test > evaluate > metrics"), HOLDS),
    "parts, and nothing says which": Case(
        (" > Step > data", "data > Trainer > model", "model data > Evaluator > metrics"),
        UNCLEAR,
        says="Dataset:data holds train and eval, and nothing says which of them Trainer",
        given={"data": EXAMPLES},
    ),
    "parts by key": Case(
        (" > Step > data", "data:train_data > train > model", "model data:eval > evaluate > metrics"),
        HOLDS,
        given={"data": EXAMPLES},
    ),
    "the same part by key": Case(
        (" > Step > data", "data:train > train > model", "model data:train > evaluate > metrics"),
        BROKEN,
        ((ON_TRAINING, "data train model", "data evaluate"),),
        given={"data": EXAMPLES},
    ),
    "parts by properties": Case(
        ("raw > Step > data", "data > train > model", "model data > evaluate > metrics"),
        HOLDS,
        given={
            "data": EXAMPLES,
            "train": {"train_args": '{"num_steps": 5, "splits": ["train"]}'},
            "evaluate": {"example_splits": '["eval"]'},
        },
    ),
    "the same part by properties": Case(
        ("raw > Step > data", "data > train > model", "model data > evaluate > metrics"),
        BROKEN,
        ((ON_TRAINING, "data train model", "data evaluate"),),
        given={
            "data": EXAMPLES,
            "train": {"train_args": '{"splits": ["train", "eval"]}'},
            "evaluate": {"eval_splits": "eval"},
        },
    ),
    "parts that TFX reads": Case(
        (
            " > Step > data",
            "data > Transform > more",
            f"more > {TFX_TRAINER} > model",
            f"model data > {TFX_EVALUATOR} > metrics",
        ),
        HOLDS,
        says="as TFX does where nothing says which",
        given={"data": EXAMPLES, "more": EXAMPLES},
    ),
    "a part that TFX would not read": Case(
        (" > Step > data", f"data > {TFX_TRAINER} > model", f"model data > {TFX_EVALUATOR} > metrics"),
        BROKEN,
        ((ON_TRAINING, f"data {TFX_TRAINER} model", f"data {TFX_EVALUATOR}"),),
        given={"data": EXAMPLES, TFX_EVALUATOR: {"example_splits": '["train"]'}},
    ),
    "all on one, and one of them known": Case(
        ("data > clean > rows", TRAINED, "model data:eval > evaluate > metrics"),
        UNCLEAR,
        says="nothing says which of them clean",
        given={"data": EXAMPLES},
    ),
}


def told(nodes: dict[str, Any], check: Check) -> tuple[tuple[str, str, str], ...]:
    names = {(node.kind, node.id): name.replace(" ", "-") for name, node in nodes.items()}

    def way(finding: Finding, number: int) -> str:
        found = (finding.proof, finding.other_proof)[number]
        assert found is not None
        assert len(found.edges) == len(found.nodes) - 1
        return " ".join(names[node.kind, node.id] for node in found.nodes if node is not None)

    return tuple((each.rule.removeprefix("leakage/"), way(each, 0), way(each, 1)) for each in check.findings)


def hold_against(case: Case, nodes: dict[str, Any], check: Check) -> None:
    assert told(nodes, check) == case.ways
    assert check.verdict == case.verdict
    assert case.says in " ".join([*check.doubts, *check.notes])
    assert all(finding.help and finding.message.endswith(".") for finding in check.findings)
    assert check.to_json()["verdict"] == case.verdict.name.lower()


@pytest.mark.parametrize("name", CASES)
def test_a_drawing(sqlite_store: Store, name: str) -> None:
    case = CASES[name]
    nodes = draw(sqlite_store, "\n".join(case.lines), case.given)
    hold_against(case, nodes, leakage(sqlite_store, nodes["pushed" if "pushed" in nodes else "model"]))


# A few, for a server takes its time; what differs between the stores ends below the checks.
IN_NEO4J = (
    "split",
    "one parent and no split",
    "the same bytes further up",
    "a training step that also tests",
    "trained and tested data in one step",
    "a deployed model",
    "parts that TFX reads",
)


@pytest.mark.slow
def test_drawings_in_neo4j(neo4j_store: Store) -> None:
    for number, case in enumerate(CASES[name] for name in IN_NEO4J):
        nodes = draw(neo4j_store, "\n".join(case.lines), case.given, prefix=f"{number} ")
        said = Case(case.lines, case.verdict, case.ways, case.says.replace(":", f":{number} "), case.given)
        hold_against(said, nodes, leakage(neo4j_store, nodes["pushed" if "pushed" in nodes else "model"]))


def test_the_sentences(sqlite_store: Store) -> None:
    draw(sqlite_store, "raw > clean > rows\nraw > clean > test\n" + TRAINED + "\n" + EVALUATED)
    (finding,) = leakage(sqlite_store, "Model:model").findings
    assert finding.message == (
        "evaluate (execution/4) evaluated Model:model on Dataset:test and it was trained on Dataset:rows: both came of "
        "Dataset:raw, and no step split them."
    )
    assert [display(node) for node in finding.nodes] == ["model", "test", "rows", "raw"]


def test_two_names_of_the_same_bytes_are_said_as_such(sqlite_store: Store) -> None:
    draw(sqlite_store, "rows#1 > train > model\nmodel test#1 > evaluate > metrics")
    check = leakage(sqlite_store, "Model:model")
    proof = check.findings[0].proof
    assert proof is not None
    assert way_text(proof) == "Dataset:test, the same bytes as Dataset:rows → train (execution/1) → Model:model"
    assert [event["type"] for event in proof.to_json()["events"]] == ["SAME_BYTES", "INPUT", "OUTPUT"]
    assert "the same bytes as Dataset:rows" in to_sarif(Report(sqlite_store.url, 0, (check,)))


def test_a_failed_evaluation_measured_nothing(sqlite_store: Store) -> None:
    nodes = draw(sqlite_store, f"{TRAINED}\nmodel rows > evaluate > ")
    nodes["evaluate"].state = "FAILED"
    sqlite_store.put(executions=[nodes["evaluate"]])
    assert leakage(sqlite_store, "Model:model").doubts == ["No evaluation of Model:model is recorded."]


def test_cross_validation(sqlite_store: Store) -> None:
    folds = [f"fold{number}" for number in range(30)]
    lines = [f"raw > split > {' '.join(folds)}"]
    for number, fold in enumerate(folds):
        lines.append(f"{' '.join(each for each in folds if each != fold)} > train > model{number}")
        lines.append(f"model{number} {fold} > evaluate > metrics{number}")
    lines.append(f"{' '.join(folds)} > train > model-of-all")
    lines += [f"model-of-all {fold} > evaluate > metrics-of-{fold}" for fold in folds]
    draw(sqlite_store, "\n".join(lines))
    assert {leakage(sqlite_store, f"Model:model{number}").verdict for number in range(30)} == {HOLDS}
    every = leakage(sqlite_store, "Model:model-of-all")
    assert [each.rule for each in every.findings] == ["leakage/evaluated-on-training-data"] * 30
    assert every.looked_at == 30


def test_data_that_is_not_in_the_store_any_longer_is_a_doubt(sqlite_store: Store) -> None:
    nodes = draw(sqlite_store, f"{SPLIT}\nrows more > train > model\n{EVALUATED}")
    assert leakage(sqlite_store, "Model:model").verdict == HOLDS
    number = nodes["more"].id
    run_raw(sqlite_store, f"DELETE FROM Artifact WHERE id = {number}")
    assert leakage(sqlite_store, "Model:model").doubts == [
        f"train (execution/2) read artifact/{number}, which is not in this store: what that was is not known."
    ]


def test_many_ways_are_not_enumerated(sqlite_store: Store) -> None:
    lines = ["a0 > split > left-a0 right-b0"]
    for side in ("left-a", "right-b"):
        for number in range(60):
            lines += [f"{side}{number} > Step > {side}{number}x", f"{side}{number} > Step > {side}{number}y"]
            lines += [f"{side}{number}x {side}{number}y > Step > {side}{number + 1}"]
    draw(sqlite_store, "\n".join([*lines, "left-a60 > train > model", "model right-b60 > evaluate > metrics"]))
    assert leakage(sqlite_store, "Model:model").verdict == HOLDS


def test_a_walk_that_stops_says_so(sqlite_store: Store) -> None:
    draw(sqlite_store, f"a > clean > b\nb > clean > raw\n{SPLIT}\n{TRAINED}\n{EVALUATED}")
    check = leakage(sqlite_store, "Model:model", most=4)
    assert check.verdict == UNCLEAR
    assert "There are more." in check.doubts[0]


def test_a_word_of_ones_own(sqlite_store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    draw(sqlite_store, f"raw > divide > rows test\n{TRAINED}\n{EVALUATED}")
    assert leakage(sqlite_store, "Model:model").verdict == BROKEN
    monkeypatch.setattr(words, "SPLITS", {*words.SPLITS, "divide"})
    assert leakage(sqlite_store, "Model:model").verdict == HOLDS


def test_what_tfx_wrote(sqlite_store: Store) -> None:
    nodes = worlds.tfx(sqlite_store)
    check = leakage(sqlite_store, nodes["model"])
    assert check.verdict == BROKEN  # nothing says that these examples hold parts
    assert check.findings[0].rule == "leakage/evaluated-on-training-data"


def test_what_the_recorder_wrote(sqlite_store: Store) -> None:
    worlds.recorded(sqlite_store)
    assert leakage(sqlite_store, "Model:churn@3").verdict == HOLDS
    assert leakage(sqlite_store, "Model:big").doubts == ["No evaluation of Model:big@1 is recorded."]


def test_the_demo(sqlite_store: Store, tmp_path: Any) -> None:
    run_demo(sqlite_store, folder=tmp_path, echo=lambda line: None)
    assert {leakage(sqlite_store, f"Model:tumour-classifier@{number}").verdict for number in (1, 2, 3, 4)} == {HOLDS}
    (planted,) = leakage(sqlite_store, "Model:triage").findings
    assert planted.rule == "leakage/no-split-between"
    assert [label(node) for node in planted.nodes] == ["Model:triage@1", "Dataset:tumours-test@1", "Dataset:tumours@2"]


# ---------------------------------------------------------------- against the definition, read once more

LAYERS = 4
WIDTH = 3

# For each step: a type, and inputs and outputs as places in a layer and the next.
steps = st.lists(
    st.tuples(
        st.sampled_from(["split", "clean"]),
        st.integers(0, LAYERS - 2),
        st.sets(st.integers(0, WIDTH - 1), min_size=1, max_size=2),
        st.sets(st.integers(0, WIDTH - 1), min_size=1, max_size=2),
    ),
    max_size=9,
)
places = st.sets(st.tuples(st.integers(0, LAYERS - 1), st.integers(0, WIDTH - 1)), min_size=1, max_size=3)


def leaks_by_definition(
    edges: list[tuple[str, str]], trained: set[str], evaluated: set[str], splits: set[str], *, strict: bool
) -> dict[str, str]:
    """Which data leaks and how, by looking at every two ways from every node."""
    graph = networkx.DiGraph(edges)
    graph.add_nodes_from([*trained, *evaluated])

    def ways(start: str, ends: set[str]) -> list[list[str]]:
        found = [[start]] if start in ends else []
        return found + [way for end in ends - {start} for way in networkx.all_simple_paths(graph, start, end)]

    found: dict[str, str] = {}
    for data in evaluated:
        if ways(data, trained):
            found[data] = ON_TRAINING
            continue
        for parent in graph:
            if parent.startswith("step"):
                continue
            for one in ways(parent, trained):
                for other in ways(parent, {data}):
                    if not rightly_parted(one, other, splits, strict):
                        found[data] = NO_SPLIT
    return found


def rightly_parted(to_training: list[str], to_evaluation: list[str], splits: set[str], strict: bool) -> bool:
    place = 0
    while to_training[place] == to_evaluation[place]:
        place += 1
        if place == len(to_training):
            return False  # the data came of what was trained on
    last = to_training[place - 1]
    if last.startswith("step"):
        return last in splits
    # Of two splits of one thing nobody knows whether what they gave overlaps.
    return not strict and {to_training[place], to_evaluation[place]} <= splits


@settings(max_examples=250, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps, places, places)
# Two splits of one thing may overlap, and beside what they gave one step took what it trained and evaluated on.
@example(
    [("split", 0, {0}, {0}), ("split", 0, {0}, {0}), ("split", 1, {0}, {2}), ("clean", 2, {0, 2}, {0, 1})],
    {(3, 0)},
    {(3, 1)},
)
def test_random_graphs_against_the_definition(
    sqlite_store: Store, drawn: list[Any], trained: set[tuple[int, int]], evaluated: set[tuple[int, int]]
) -> None:
    worlds.plain(sqlite_store)
    worlds.add_types(sqlite_store, "execution", "split", "clean", "train", "evaluate")
    artifacts = {(layer, place): Artifact(type="Dataset") for layer in range(LAYERS) for place in range(WIDTH)}
    model, scores = Artifact(type="Model"), Artifact(type="Metrics")
    events, edges, executions, splits = [], [], [], set()

    def called(place: tuple[int, int]) -> str:
        return f"data {place}"

    for number, (type, layer, took, gave) in enumerate(drawn):
        step = Execution(type=type, state="COMPLETE")
        executions.append(step)
        splits |= {f"step {number}"} if type == "split" else set()
        events += [Event(artifacts[layer, each], step, "INPUT") for each in took]
        events += [Event(artifacts[layer + 1, each], step, "OUTPUT") for each in gave]
        edges += [(called((layer, each)), f"step {number}") for each in took]
        edges += [(f"step {number}", called((layer + 1, each))) for each in gave]
    training, measuring = Execution(type="train"), Execution(type="evaluate")
    events += [Event(artifacts[each], training, "INPUT") for each in trained]
    events += [Event(artifacts[each], measuring, "INPUT") for each in evaluated]
    events += [Event(model, training, "OUTPUT"), Event(model, measuring, "INPUT"), Event(scores, measuring, "OUTPUT")]
    sqlite_store.put(
        artifacts=[*artifacts.values(), model, scores], executions=[*executions, training, measuring], events=events
    )
    check = leakage(sqlite_store, model)
    names = {artifact.id: called(place) for place, artifact in artifacts.items()}
    found = {names[finding.nodes[1].id]: finding.rule.removeprefix("leakage/") for finding in check.findings}
    ends = set(map(called, trained)), set(map(called, evaluated))
    defined = leaks_by_definition(edges, *ends, splits, strict=False)
    assert found.items() <= defined.items()
    # What was joined to both parts of what a step had split, or went through one step with both, is a doubt.
    beside = [doubt for doubt in check.doubts if "beside what a step had split" in doubt]
    demoted = defined.keys() - found.keys()
    assert len(beside) == len(demoted) and all(defined[each] == NO_SPLIT for each in demoted)
    assert not demoted or splits
    perhaps = leaks_by_definition(edges, *ends, splits, strict=True)
    assert check.verdict == (BROKEN if found else UNCLEAR if perhaps else HOLDS)
    assert len(check.doubts) == len(perhaps.keys() - found.keys())


def circle_edges(spots: dict[str, Spot], text: str) -> tuple[dict[Spot, dict[Spot, int]], dict[Spot, dict[Spot, int]]]:
    before: dict[Spot, dict[Spot, int]] = {}
    after: dict[Spot, dict[Spot, int]] = {}
    for way in text.split(","):
        names = way.split()
        for one, other in pairwise(names):
            for each in (one, other):
                spots.setdefault(each, Spot("execution" if each[0] == "s" else "artifact", len(spots)))
            after.setdefault(spots[one], {})[spots[other]] = 0
            before.setdefault(spots[other], {})[spots[one]] = 0
    return before, after


@pytest.mark.parametrize(
    ("text", "splits", "leaks"),
    [
        # a and b were made of one another: whatever leaves the two came of both.
        ("a s1 b s2 a, b s3 t, a s4 e", "", True),
        ("a s1 b s2 a, b s3 t, a s4 e", "s3", True),
        ("a s1 b s2 a, b s3 t, a s4 e", "s3 s4", False),
        ("a s1 b s2 a, a s3 t, s3 e", "s3", False),
        ("a s1 b s2 a, a s3 t, s3 e", "", True),
    ],
)
def test_what_lies_on_a_circle_is_one_place(text: str, splits: str, leaks: bool) -> None:
    spots: dict[str, Spot] = {}
    before, after = circle_edges(spots, text)
    found = parting(before, after, {spots["t"]}, {spots["e"]}, {spots[each] for each in splits.split()})
    assert [leak.evaluated for leak in found.leaks] == ([spots["e"]] if leaks else [])
    for leak in found.leaks:
        for way in (leak.to_training, leak.to_evaluation):
            assert all(other in after[one] for one, other in pairwise(way))
