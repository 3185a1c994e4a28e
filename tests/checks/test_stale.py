"""Which models were made from what has newer versions by now?"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from graphmeta.checks.finding import Check, Verdict
from graphmeta.checks.stale import stale
from graphmeta.demo.story import run_demo
from graphmeta.model import Artifact, Event, Execution
from graphmeta.query.nodes import label
from graphmeta.store import Store
from tests.checks.drawing import draw
from tests.query import worlds

HOLDS, BROKEN, UNCLEAR = Verdict.HOLDS, Verdict.BROKEN, Verdict.UNCLEAR
OLD = ("raw1 > clean > rows1", "rows1 > train > model")


def version(name: str, number: int, **more: Any) -> dict[str, Any]:
    return {"display_name": name, "version": number, **more}


VERSIONS = {
    **{f"{name}{number}": version(name, number) for name in ("raw", "rows", "extra") for number in (1, 2, 3)},
    "model": version("churn", 1),
    "model2": version("churn", 2),
    "model-base1": version("base", 1),
    "model-base2": version("base", 2),
}

# The lines of a drawing; what was taken and what is newer, for each finding; the steps to run again.
CASES: dict[str, tuple[tuple[str, ...], list[str], list[str]]] = {
    "nothing is newer": (OLD, [], []),
    "the raw data": ((*OLD, " > Step > raw2"), ["raw1 raw2"], ["clean", "train"]),
    "the newest of several": ((*OLD, " > Step > raw2", " > Step > raw3"), ["raw1 raw3"], ["clean", "train"]),
    "the raw data and what came of it": (
        (*OLD, " > Step > raw2", "raw2 > clean > rows2"),
        ["raw1 raw2"],
        ["clean", "train"],
    ),
    "only what came of it": ((*OLD, "raw1 > Step > rows2"), ["rows1 rows2"], ["train"]),
    "two causes": (
        ("raw1 > clean > rows1", "rows1 extra1 > train > model", " > Step > raw2", " > Step > extra2"),
        ["raw1 raw2", "extra1 extra2"],
        ["clean", "train"],
    ),
    "both versions went into it": (("raw1 raw2 > clean > rows1", "rows1 > train > model"), [], []),
    "the older one is not the one taken": (("raw2 > clean > rows1", "rows1 > train > model", " > Step > raw1"), [], []),
    "the base model": (
        ("rows1 > train > model-base1", "model-base1 > train > model", "extra1 > train > model-base2"),
        ["model-base1 model-base2"],
        ["train 2"],
    ),
    "versions of the model itself": (("rows1 > train > model", "model > train > model2"), [], []),
    "the next of several parts": (
        ("raw1 > split > rows1 rows2", "rows1 > train > model"),
        [],
        [],
    ),
    "made of itself": (("raw1 > Step > raw1", *OLD, " > Step > raw2"), ["raw1 raw2"], ["Step", "clean", "train"]),
    "two that were made of one another": (
        ("raw1 > Step > extra1", "extra1 > Step > raw1", *OLD, " > Step > raw2", " > Step > extra2"),
        ["raw1 raw2"],
        ["Step", "Step 2", "clean", "train"],
    ),
    "code": (
        ("code1 raw1 > train > model", " > Step > code2"),
        ["code1 code2"],
        ["train"],
    ),
    "a schema is no input that counts": (("schema1 raw1 > train > model", " > Step > schema2"), [], []),
}
VERSIONS |= {f"{name}{number}": version(name, number) for name in ("code", "schema") for number in (1, 2)}


def hold(check: Check, nodes: dict[str, Any], pairs: list[str], plan: list[str]) -> None:
    names = {(node.kind, node.id): name for name, node in nodes.items()}
    assert [" ".join(names[n.kind, n.id] for n in each.nodes[1:]) for each in check.findings] == pairs
    assert check.verdict == (BROKEN if pairs else HOLDS)
    for finding in check.findings:
        assert finding.rule == "stale/newer-input"
        assert finding.proof is not None
        assert [finding.proof.nodes[0], finding.proof.nodes[-1]] == [finding.nodes[1], finding.nodes[0]]
    planned = [] if check.plan is None else [names["execution", step.execution.id] for step in check.plan.steps]
    assert planned == plan


@pytest.mark.parametrize("name", CASES)
def test_a_drawing(sqlite_store: Store, name: str) -> None:
    lines, pairs, plan = CASES[name]
    nodes = draw(sqlite_store, "\n".join(lines), VERSIONS)
    hold(stale(sqlite_store, nodes["model"]), nodes, pairs, plan)


def test_drawings_in_neo4j(neo4j_store: Store) -> None:
    for name in ("two causes", "both versions went into it", "two that were made of one another"):
        lines, pairs, plan = CASES[name]
        given = {
            each: {**values, "display_name": f"{name} {values['display_name']}"} for each, values in VERSIONS.items()
        }
        nodes = draw(neo4j_store, "\n".join(lines), given, prefix=f"{name} ")
        hold(stale(neo4j_store, nodes["model"]), nodes, pairs, plan)


def test_the_same_bytes_are_no_news(sqlite_store: Store) -> None:
    given = {**VERSIONS, "raw1": version("raw", 1, digest="x"), "raw2": version("raw", 2, digest="x")}
    draw(sqlite_store, "\n".join([*OLD, " > Step > raw2"]), given)
    assert stale(sqlite_store).verdict == HOLDS


@pytest.mark.parametrize(("state", "verdict"), [("LIVE", BROKEN), ("DELETED", HOLDS), ("PENDING", HOLDS)])
def test_a_newer_version_has_to_be_there(sqlite_store: Store, state: str, verdict: Verdict) -> None:
    nodes = draw(sqlite_store, "\n".join([*OLD, " > Step > raw2"]), VERSIONS)
    nodes["raw2"].state = state
    sqlite_store.put(artifacts=[nodes["raw2"]])
    assert stale(sqlite_store).verdict == verdict


def stored_at(store: Store, *uris: str, **properties: Any) -> list[Artifact]:
    worlds.add_types(store, "artifact", "Dataset", "Model")
    worlds.add_types(store, "execution", "train")
    found = [Artifact(type="Dataset", uri=uri, custom_properties=dict(properties)) for uri in uris]
    model, step = Artifact(type="Model", name="m"), Execution(type="train", state="COMPLETE")
    store.put(
        artifacts=[found[0], model],
        executions=[step],
        events=[Event(found[0], step, "INPUT"), Event(model, step, "OUTPUT")],
    )
    return found


def test_the_same_place_with_another_digest(sqlite_store: Store) -> None:
    (old, new) = stored_at(sqlite_store, "s3://b/data.csv", "s3://b/data.csv", digest="1")
    elsewhere = Artifact(type="Dataset", uri="s3://other/data.csv", custom_properties={"digest": "2"})
    sqlite_store.put(artifacts=[new, elsewhere])
    assert stale(sqlite_store, "Model:m").verdict == HOLDS
    sqlite_store.put(artifacts=[Artifact(type="Dataset", uri=old.uri, custom_properties={"digest": "2"})])
    (finding,) = stale(sqlite_store, "Model:m").findings
    assert [node.id for node in finding.nodes[1:]] == [old.id, 4 + 1]


def test_where_tfx_writes_its_versions(sqlite_store: Store) -> None:
    folder = "/pipelines/taxi/Gen/examples"
    old, new = stored_at(sqlite_store, f"{folder}/1", f"{folder}/7")
    assert stale(sqlite_store, "Model:m").verdict == HOLDS
    sqlite_store.put(artifacts=[new, Artifact(type="Dataset", uri="/pipelines/taxi/Gen/statistics/9")])
    (finding,) = stale(sqlite_store, "Model:m").findings
    assert [node.id for node in finding.nodes[1:]] == [old.id, new.id]


def test_what_has_no_name_and_no_digest_is_said(sqlite_store: Store) -> None:
    stored_at(sqlite_store, "s3://b/data.csv")
    check = stale(sqlite_store, "Model:m")
    assert check.verdict == HOLDS
    assert check.notes == ["Of 1 inputs neither a name nor a digest is known, so that none is newer."]


def test_more_versions_than_fit_one_page(sqlite_store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("graphmeta.checks.versions._PAGE", 3)
    lines = ["raw1 extra1 > train > model", *(f" > Step > raw{number}" for number in range(2, 12))]
    given = {f"raw{number}": version("raw", number) for number in range(1, 12)}
    nodes = draw(sqlite_store, "\n".join([" > Step > extra2", *lines]), {**VERSIONS, **given})
    hold(stale(sqlite_store), nodes, ["raw1 raw11", "extra1 extra2"], ["train"])


def test_all_models_with_the_deployed_ones_first(sqlite_store: Store) -> None:
    lines = ["raw1 > train > model", "raw1 > train > model2", "model > deploy > pushed", " > Step > raw2"]
    nodes = draw(sqlite_store, "\n".join(lines), VERSIONS)
    check = stale(sqlite_store)
    assert [each.nodes[0].id for each in check.findings] == [nodes[name].id for name in ("model", "pushed", "model2")]
    assert "Model:model, which was deployed, was made from Dataset:raw1, stored 2" in check.findings[0].message
    assert check.plan is not None
    assert [label(step.execution) for step in check.plan.steps] == ["execution/1", "execution/2", "execution/3"]


def test_the_plan_is_only_for_the_model(sqlite_store: Store) -> None:
    nodes = draw(sqlite_store, "\n".join([*OLD, "rows1 > train > model2", " > Step > raw2"]), VERSIONS)
    hold(stale(sqlite_store, nodes["model"]), nodes, ["raw1 raw2"], ["clean", "train"])


def test_a_model_that_nobody_made(sqlite_store: Store) -> None:
    worlds.plain(sqlite_store)
    assert stale(sqlite_store).notes == ["There is no model in this store."]
    sqlite_store.put(artifacts=[Artifact(type="Model", name="found")])
    assert stale(sqlite_store, "Model:found").doubts == [
        "What Model:found was made from is not known: no step in this store made it."
    ]
    assert stale(sqlite_store).verdict == HOLDS
    assert "Model:found" in stale(sqlite_store).notes[0]


def test_a_walk_that_stops_says_so(sqlite_store: Store) -> None:
    draw(sqlite_store, "\n".join([*OLD, " > Step > raw2"]), VERSIONS)
    assert stale(sqlite_store, "Model:churn", most=3).verdict == UNCLEAR


def test_what_others_wrote(store: Store) -> None:
    worlds.tfx(store)
    assert stale(store).verdict == HOLDS


def test_the_recorder_s_world(store: Store) -> None:
    worlds.recorded(store)
    (finding,) = stale(store, "Model:churn@1").findings
    assert [label(node) for node in finding.nodes] == ["Model:churn@1", "Dataset:train.csv@1", "Dataset:train.csv@2"]
    assert stale(store, "Model:churn@3").verdict == HOLDS


def test_the_demo(sqlite_store: Store, tmp_path: Path) -> None:
    run_demo(sqlite_store, folder=tmp_path, echo=lambda line: None)
    for number in (1, 2, 3, 4):
        assert stale(sqlite_store, f"Model:tumour-classifier@{number}").verdict == HOLDS
    (planted,) = stale(sqlite_store).findings
    assert [label(node) for node in planted.nodes] == [
        "Model:triage@1",
        "Dataset:patient-survey@1",
        "Dataset:patient-survey@2",
    ]
