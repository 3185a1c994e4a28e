"""Stores that TFX, Kubeflow Pipelines and Kale filled, on all pages: names, states and types as people know them."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from starlette.testclient import TestClient

import graphmeta
from graphmeta import Store
from graphmeta.testing import tfx
from graphmeta.testing.environments import skip_or_fail
from graphmeta.testing.pages import browsing
from tests.clients.programs import run_program
from tests.pages.kit import Html, walked
from tests.query import worlds

ROOT = Path(__file__).resolve().parents[2]


def said(browser: TestClient, address: str) -> str:
    """What a page says, without the marks of layout."""
    answer = browser.get(address)
    assert answer.status_code == 200, answer.text
    return Html(answer.text).text


@pytest.mark.parametrize("fill", [worlds.recorded, worlds.tfx, worlds.kfp, worlds.kale])
def test_every_page_that_links_lead_to_is_there(store: Store, fill: Callable[[Store], worlds.Nodes]) -> None:
    fill(store)
    look_at_all(store, each=4)


@pytest.mark.slow
@pytest.mark.neo4j
def test_neo4j_answers_every_page(neo4j_store: Store) -> None:
    worlds.recorded(neo4j_store)
    look_at_all(neo4j_store, each=1)


def look_at_all(store: Store, each: int) -> None:
    """Follow links from the first page, to so many pages of each view."""
    met = set()
    for address, view, answer in walked(browsing(store), "/", each=each):
        assert answer.status_code == 200, (address, answer.text)
        assert Html(answer.text).faults == [], address
        met.add(view.name)
    assert {"home", "models", "datasets", "types", "artifact", "execution", "context", "lineage", "runs"} <= met


def test_tfx(either_store: Store) -> None:
    nodes = worlds.tfx(either_store)
    browser = browsing(either_store)
    steps = said(browser, "/executions")
    for name in ("Pusher", "Evaluator", "Trainer", "Transform", "CsvExampleGen"):
        assert f"{name} {nodes['gen' if name == 'CsvExampleGen' else name.lower()].id}" in steps
    assert "cached" in steps
    model = said(browser, f"/artifact/{nodes['model'].id}")
    assert "model" in model
    assert f"Trainer {nodes['trainer'].id}" in model
    assert "Model" in model
    assert "transformed_examples" in said(browser, "/datasets")
    assert "PushedModel" in said(browser, "/types")
    assert f"Trainer {nodes['trainer'].id}" in said(browser, f"/context/{nodes['run1'].id}")
    assert "transformed_examples" in said(browser, f"/lineage/artifact/{nodes['model'].id}")


def test_kubeflow_pipelines(store: Store) -> None:
    nodes = worlds.kfp(store)
    browser = browsing(store)
    steps = said(browser, "/executions")
    assert f"train {nodes['again'].id} system.ContainerExecution" in steps  # by its task_name
    assert "cached" in said(browser, f"/execution/{nodes['again'].id}")
    assert "iris_model" in said(browser, "/models")
    assert "accuracy 0.97" in said(browser, "/models")
    assert "system.Model" in said(browser, f"/artifact/{nodes['model'].id}")
    assert "6c1e" in said(browser, f"/execution/{nodes['train'].id}")
    lineage = said(browser, f"/lineage/artifact/{nodes['model'].id}")
    for name in ("iris_data", "train", "iris_model", "scores"):
        assert name in lineage


def test_kale_steps_have_the_states_that_properties_say(store: Store) -> None:
    nodes = worlds.kale(store)
    browser = browsing(store)
    fit = nodes["fit"].id
    for address in ("/", "/executions", f"/execution/{fit}", f"/context/{nodes['run'].id}", "/types"):
        answer = re.sub("<option.*?</option>", "", browser.get(address).text)
        assert "fit-model" in answer, address
        # MLMD's own state is RUNNING for ever.
        assert '"badge running"' not in answer, address
        assert ">running<" not in answer, address
    assert f"fit-model {fit} fit-model titanic-1 complete" in said(browser, "/executions")
    state = {
        each: browser.get(f"/execution/{nodes[each].id}.json").json()["node"]["state"] for each in ("fit", "cached")
    }
    assert state == {"fit": "COMPLETE", "cached": "CACHED"}
    assert "data-dir (an input: its type does not say dataset)" in said(browser, "/models")


def test_a_step_is_named_by_what_names_it(store: Store) -> None:
    """As Kubeflow's page had it: display_name, task_name, name, component_id, task_id, kfp_pod_name."""
    keys = ["display_name", "task_name", "name", "component_id", "task_id", "kfp_pod_name"]
    worlds.add_types(store, "execution", "a.Step")
    made_up = "05d221d5-fcc2-4cbd-8d21-820eef7a9419"
    for first in range(len(keys) + 1):
        worlds.step(
            store, "a.Step", custom_properties={key: f"by {key}" for key in keys[first:]}, name=f"{made_up[:-1]}{first}"
        )
    rows = browsing(store).get("/executions.json?order=up").json()
    titles = [each["title"] for each in next(value for value in rows.values() if isinstance(value, list) and value)]
    assert titles == [*(f"by {key}" for key in keys), "Step 7"]


@pytest.fixture(scope="module")
def tfx_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A store as TFX itself wrote it: four runs of a pipeline."""
    python, problem = tfx.with_ml_metadata(ROOT / ".cache")
    skip_or_fail(problem and f"NO TFX TO TEST WITH: {problem}", pytest.skip, pytest.fail)
    assert python is not None
    folder = tmp_path_factory.mktemp("tfx")
    file = folder / "mlmd.db"
    runs = ["fresh", "cached", "failed", "resolved"]
    request = {"store": {"file": str(file)}, "install": False, "root": str(folder / "root"), "runs": runs}
    run_program(python, "tfx_pipeline.py", request)
    return file


@pytest.mark.slow
def test_a_store_of_tfx_itself(tfx_file: Path) -> None:
    with graphmeta.connect(tfx_file) as store:
        browser = browsing(store)
        for address, _, answer in walked(browser, "/", each=5):
            assert answer.status_code == 200, (address, answer.text)
            assert Html(answer.text).faults == [], address
        models = said(browser, "/models")
        assert "Train/model Model · 1 version · latest model/3" in models
        assert "loss 0.25 from examples/1 made by Train 3 in " in models
        steps = said(browser, "/executions")
        for name in ("Deploy 13", "Resolver 12", "Train 11", "Importer 10", "Train 3"):
            assert name in steps
        assert "Train 11" in said(browser, "/")  # what failed
        (model,) = store.artifacts(type="Model")
        page = said(browser, f"/artifact/{model.id}")
        assert page.count("model/3") >= 2
        # TFX names executions by UUIDs: no page greets with one.
        for address in ("/", "/executions", "/types", f"/lineage/artifact/{model.id}", "/context/2", "/models"):
            text = browser.get(address).text
            assert not [each.name for each in store.executions() if each.name and each.name in text], address
