"""Every recipe of docs/cypher.md, on a real server, against answers written by hand."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest

from graphmeta import (
    Artifact,
    Association,
    Attribution,
    Context,
    Event,
    Execution,
    ParentContext,
    Store,
    artifact_type,
    context_type,
    execution_type,
    lineage,
)
from graphmeta.errors import InvalidArgumentError

pytestmark = pytest.mark.neo4j

PAGE = Path(__file__).resolve().parents[2] / "docs" / "cypher.md"
TEXT = PAGE.read_text(encoding="utf-8")
RECIPES = dict(re.findall(r"^### (.+?)\n(?:.*?\n)??```cypher\n(.*?)```", TEXT, re.M | re.S))
# What needs the plugin Graph Data Science, which our servers do not have, is marked on the page.
WITH_GDS = re.findall(r"^```cypher gds\n(.*?)```", TEXT, re.M | re.S)

# raw@1 -clean-> clean@1 -train-> churn@1 -evaluate-> scores of churn@1
#                        -train-> churn@2 (from churn@1 as well) -evaluate-> scores of churn@2
# other@1 -train-> spam@1;  raw@1 -broken training-> nothing
ANSWERS: dict[str, tuple[dict[str, Any], list[dict[str, Any]]]] = {
    "Which models used this dataset?": (
        {"dataset": "raw"},
        [{"model": "churn@1", "uri": "file:///churn1"}, {"model": "churn@2", "uri": "file:///churn2"}],
    ),
    "Which datasets did this model's training read?": ({"model": "churn@2"}, [{"dataset": "clean@1"}]),
    "Everything that a model came of": (
        {"model": "churn@1"},
        [
            {"kind": "Artifact", "type": "Dataset", "name": "clean"},
            {"kind": "Artifact", "type": "Dataset", "name": "raw"},
            {"kind": "Execution", "type": "Clean", "name": "clean"},
            {"kind": "Execution", "type": "Train", "name": "train"},
        ],
    ),
    "The hyperparameters of a model": (
        {"model": "churn@1"},
        [{"parameter": "lr", "value": 0.1}, {"parameter": "rounds", "value": 10}],
    ),
    "The metrics of a model": ({"model": "churn@2"}, [{"metric": "auc", "value": 0.93}]),
    "Which run made it, and in which experiment?": (
        {"model": "churn@1"},
        [{"step": "train", "run": "nightly@1", "experiment": "autumn"}],
    ),
    "Which version of which package made it?": (
        {"model": "churn@1"},
        [{"python": "3.11.7", "packages": '{"scikit-learn":"1.5.2"}'}],
    ),
    "Models that share a dataset with this one": ({"model": "churn@1"}, [{"model": "churn@2", "shared": 2}]),
    "What must be redone if this data was wrong?": (
        {"dataset": "clean@1"},
        [
            {"step": 2, "name": "train", "state": "COMPLETE"},
            {"step": 3, "name": "train", "state": "COMPLETE"},
            {"step": 4, "name": "evaluate", "state": "COMPLETE"},
            {"step": 5, "name": "evaluate", "state": "COMPLETE"},
        ],
    ),
    "Steps that failed, and what they had read": (
        {},
        [{"step": "broken", "error": "ValueError: no rows", "inputs": ["raw@1"]}],
    ),
    "How did this data reach that model?": (
        {"dataset": "raw@1", "model": "churn@1"},
        [{"steps": ["raw", "clean", "clean", "train", "churn"]}],
    ),
    "The newest version of each model": (
        {},
        [{"name": "churn", "newest": "churn@2"}, {"name": "spam", "newest": "spam@1"}],
    ),
    "Artifacts that nobody used": ({}, [{"artifact": "scores@1"}, {"artifact": "scores@2"}, {"artifact": "spam@1"}]),
    "What a model came of, as far as it was recorded by a given time": (
        {"model": "churn@1", "at": 1_000},
        [{"dataset": "clean@1"}],
    ),
}


def artifact(type: str, name: str, version: int, **custom: float) -> Artifact:
    return Artifact(
        type=type,
        name=f"{name}@{version}",
        uri=f"file:///{name}{version}",
        properties={"display_name": name, "version": version},
        custom_properties=dict(custom),
    )


def step(type: str, name: str, state: str = "COMPLETE", **custom: float) -> Execution:
    return Execution(type=type, state=state, properties={"display_name": name}, custom_properties=dict(custom))


@pytest.fixture
def recipes_store(neo4j_store: Store) -> Store:
    store = neo4j_store
    named = {"display_name": "STRING", "version": "INT"}
    store.put_types(
        [artifact_type(each, named) for each in ("Dataset", "Model", "Metrics")]  # type: ignore[arg-type]
        + [
            execution_type(each, {"display_name": "STRING", "error": "STRING"})
            for each in ("Clean", "Train", "Evaluate")
        ]
        + [context_type("Run"), context_type("Experiment")]
        + [context_type("Environment", {"python": "STRING", "packages": "STRUCT"})]
    )
    raw, clean, other = artifact("Dataset", "raw", 1), artifact("Dataset", "clean", 1), artifact("Dataset", "other", 1)
    churn1, churn2, spam = artifact("Model", "churn", 1), artifact("Model", "churn", 2), artifact("Model", "spam", 1)
    scores1, scores2 = artifact("Metrics", "scores", 1, auc=0.91), artifact("Metrics", "scores", 2, auc=0.93)
    cleaning, train1, train2 = step("Clean", "clean"), step("Train", "train", lr=0.1, rounds=10), step("Train", "train")
    evaluate1, evaluate2 = step("Evaluate", "evaluate"), step("Evaluate", "evaluate")
    broken, train_spam = step("Train", "broken", "FAILED"), step("Train", "train spam")
    broken.properties["error"] = "ValueError: no rows"
    run, experiment = Context(type="Run", name="nightly@1"), Context(type="Experiment", name="autumn")
    environment = Context(
        type="Environment", name="sha256:1", properties={"python": "3.11.7", "packages": {"scikit-learn": "1.5.2"}}
    )
    flow = [
        (raw, cleaning, clean, 2_000),
        (clean, train1, churn1, 1_000),
        (clean, train2, churn2, 1_000),
        (churn1, evaluate1, scores1, 1_000),
        (churn2, evaluate2, scores2, 1_000),
        (other, train_spam, spam, 1_000),
    ]
    events = [Event(raw, broken, "INPUT"), Event(churn1, train2, "INPUT")]
    for source, through, target, time in flow:
        events += [Event(source, through, "INPUT", time=time), Event(target, through, "OUTPUT", time=time)]
    store.put(
        artifacts=[raw, clean, other, churn1, churn2, spam, scores1, scores2],
        executions=[cleaning, train1, train2, evaluate1, evaluate2, broken, train_spam],
        contexts=[run, experiment, environment],
        events=events,
        attributions=[Attribution(churn1, run)],
        associations=[Association(train1, run), Association(train1, environment)],
        parents=[ParentContext(run, experiment)],
    )
    return store


def test_every_recipe_has_an_answer() -> None:
    assert set(RECIPES) == set(ANSWERS)
    assert len(RECIPES) >= 12


@pytest.mark.parametrize("title", RECIPES)
def test_a_recipe_answers(recipes_store: Store, title: str) -> None:
    parameters, expected = ANSWERS[title]
    assert recipes_store.cypher_with(RECIPES[title], parameters) == expected


# ---------------------------------------------------------------- recipes that need Graph Data Science


@pytest.mark.parametrize("recipe", WITH_GDS)
def test_only_gds_is_missing_for_a_recipe_with_gds(recipes_store: Store, recipe: str) -> None:
    try:
        recipes_store.cypher(f"EXPLAIN {recipe}")
    except InvalidArgumentError as problem:
        missing = r"Unknown function 'gds\.|There is no procedure with the name `gds\."
        assert re.search(missing, str(problem)), problem
        pytest.skip(f"not run, for the server has no Graph Data Science: {' '.join(recipe.split())[:60]} …")


def test_the_projection_for_gds_holds_the_lineage(recipes_store: Store) -> None:
    projection = next(recipe for recipe in WITH_GDS if "gds.graph.project" in recipe)
    start, _, _ = projection.replace(
        "gds.graph.project('lineage', source, target, {", "collect([source, target, {"
    ).partition("}) AS lineage")
    (found,) = recipes_store.cypher(
        start
        + """}]) AS lineage
        RETURN [row IN lineage | [row[0].name, row[1].display_name, row[2].sourceNodeLabels, row[2].targetNodeLabels,
          row[2].relationshipType]] AS rows"""
    )
    rows = [
        (source, target, set(ones), others and set(others), type)
        for source, target, ones, others, type in found["rows"]
    ]
    assert len(rows) == 14 + 4  # the events, and what no data left
    assert ("raw@1", "clean", {"Artifact", "Dataset"}, {"Execution", "Process"}, "EVENT") in rows
    assert ("scores@1", None, {"Artifact", "Metrics"}, None, None) in rows


@pytest.mark.parametrize(
    ("algorithm", "rows", "expected"),
    [
        (
            "gds.betweenness",
            [{"nodeId": 1, "score": 2.0}, {"nodeId": 4, "score": 5.0}],
            [{"type": "Model", "name": "churn", "score": 5.0}, {"type": "Dataset", "name": "raw", "score": 2.0}],
        ),
        (
            "gds.wcc",
            [{"nodeId": 3, "componentId": 9}] + [{"nodeId": id, "componentId": 0} for id in (1, 4, 5)],
            [{"component": 0, "size": 3, "models": ["churn@1", "churn@2"]}, {"component": 9, "size": 1, "models": []}],
        ),
    ],
)
def test_what_is_made_of_the_answers_of_gds(
    recipes_store: Store, algorithm: str, rows: list[dict[str, Any]], expected: list[dict[str, Any]]
) -> None:
    recipe = next(each for each in WITH_GDS if algorithm in each)
    # In place of the call some rows, and in place of GDS's numbers of nodes the ids of artifacts.
    columns = ", ".join(f"row.{name} AS {name}" for name in rows[0])
    given = re.sub(r"CALL gds\S+\nYIELD .*\n", f"UNWIND $rows AS row WITH {columns}\n", recipe)
    given = given.replace("gds.util.asNode(nodeId)", "COLLECT { MATCH (it:Artifact {id: nodeId}) RETURN it }[0]")
    assert "gds" not in given
    assert recipes_store.cypher(given, rows=rows) == expected


# ---------------------------------------------------------------- a picture in a notebook


def test_the_statement_for_neo4j_viz_brings_the_events_of_the_ancestry(recipes_store: Store) -> None:
    code = re.search(r'statement = """\n(.*?)"""', TEXT, re.S)
    assert code is not None
    statement = code[1].replace("RETURN node, event, source", "RETURN event.id AS id")
    found = recipes_store.cypher(statement, model="churn@1")
    (churn,) = recipes_store.artifacts(name="churn@1", type="Model")
    expected = lineage(recipes_store, churn, up="all").events
    assert len(expected) == 4
    assert sorted(row["id"] for row in found) == sorted(event.id for event in expected)
