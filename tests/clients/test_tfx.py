"""A real TFX pipeline on graphmeta: run afresh, from the cache, with a step that fails, and with a resolver.

Once with ml-metadata as the client of `graphmeta serve`, and once without ml-metadata, through
`graphmeta.mlmd.install()`. Each time the store must hold what ml-metadata's own holds after the same runs.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

import graphmeta
from graphmeta import Store, query
from graphmeta.testing.serving import Served
from tests.clients.programs import reached, run_program

pytestmark = pytest.mark.slow
RUNS = ["fresh", "cached", "failed", "resolved"]


def run_pipelines(python: Path, store: dict[str, Any], root: Path, *, install: bool = False) -> dict[str, Any]:
    request = {"store": store, "install": install, "root": str(root), "runs": RUNS}
    told: dict[str, Any] = run_program(python, "tfx_pipeline.py", request)
    return told


@pytest.fixture(scope="module")
def original(tfx_python: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """What the runs leave with ml-metadata itself."""
    folder = tmp_path_factory.mktemp("tfx")
    return run_pipelines(tfx_python, {"file": str(folder / "mlmd.db")}, folder / "root")


def states(told: dict[str, Any]) -> list[str]:
    """Step and state of each execution, as they were made."""
    return [
        f"{each['type'].rpartition('.')[2]} {each['last_known_state']}"
        for each in sorted(told["holds"]["executions"], key=lambda each: int(each["id"]))
    ]


def test_the_runs_are_what_they_should_be(original: dict[str, Any]) -> None:
    """Fresh, cached, failed, resolved: else the comparison would say little."""
    assert original["raised"] == {"fresh": "", "cached": "", "failed": "the step was told to fail", "resolved": ""}
    assert states(original) == [
        *("Generate COMPLETE", "Importer COMPLETE", "Train COMPLETE", "Evaluate COMPLETE"),
        *("Generate CACHED", "Importer CACHED", "Train CACHED", "Evaluate CACHED"),
        *("Generate CACHED", "Importer CACHED", "Train FAILED"),
        *("Resolver COMPLETE", "Deploy COMPLETE"),
    ]
    assert all(original["resolved"].values())


def test_with_ml_metadata_as_the_client(
    original: dict[str, Any], tfx_python: Path, served: Served, store_url: str, tmp_path: Path
) -> None:
    told = run_pipelines(tfx_python, reached(served), tmp_path / "root")
    assert_same(told, original)
    with graphmeta.connect(store_url) as store:
        assert_questions_answer(store)


def test_without_ml_metadata(original: dict[str, Any], tfx_on_graphmeta_python: Path, tmp_path: Path) -> None:
    path = tmp_path / "lineage.db"
    told = run_pipelines(tfx_on_graphmeta_python, {"file": str(path)}, tmp_path / "root", install=True)
    assert "graphmeta" in Path(told["ml_metadata"]).parts
    assert_same(told, original)
    with graphmeta.connect(path) as store:
        assert_questions_answer(store)


def assert_same(told: dict[str, Any], original: dict[str, Any]) -> None:
    assert told["raised"] == original["raised"]
    assert states(told) == states(original)
    # One after the other: the first that differs says most.
    for what, held in original["holds"].items():
        assert told["holds"][what] == held, what
    assert told["resolved"] == original["resolved"]


def assert_questions_answer(store: Store) -> None:
    """graphmeta's own questions, on what TFX wrote."""
    (model,) = store.artifacts(type="Model")
    origin = query.origin(store, model)
    assert origin.execution is not None and origin.execution.type == "__main__.Train"
    assert origin.run is not None and origin.run.type == "pipeline_run"
    assert origin.experiment is not None and origin.experiment.name == "training"
    assert query.params(store, model).params["rate"] == 0.5
    (used,) = query.datasets(store, model).uses
    assert used.dataset.type == "Examples"
    assert [use.model.id for use in query.models(store, used.dataset).uses] == [model.id]
