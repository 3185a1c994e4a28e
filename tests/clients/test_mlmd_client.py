"""ml_metadata 1.17.1's own MetadataStore, over gRPC to `graphmeta serve`: all its methods.

The same calls are put to ml-metadata itself, in its own process on its own file, and the answers are compared.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from graphmeta.testing.serving import Served
from tests.clients.programs import reached, run_program

pytestmark = pytest.mark.slow
PROGRAM = "mlmd_client.py"


@pytest.fixture(scope="module")
def original(oracle_python: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """What ml-metadata itself answers."""
    file = tmp_path_factory.mktemp("ml-metadata") / "mlmd.db"
    told: dict[str, Any] = run_program(oracle_python, PROGRAM, {"file": str(file)})
    return told


def test_the_program_calls_every_method(original: dict[str, Any]) -> None:
    assert len(original["methods"]) == 49
    assert set(original["methods"]) <= {each["method"] for each in original["answers"]}


def test_every_method_succeeds_somewhere(original: dict[str, Any]) -> None:
    """Else it would be compared only in how it fails."""
    succeeds = {each["method"] for each in original["answers"] if each.get("answer") not in (None, [])}
    silent = {"put_events", "put_attributions_and_associations", "put_parent_contexts"}
    silent_ones = {each["method"] for each in original["answers"] if each["method"] in silent and "answer" in each}
    assert set(original["methods"]) == (succeeds | silent_ones) & set(original["methods"])


def test_each_answer_is_that_of_ml_metadata(original: dict[str, Any], oracle_python: Path, served: Served) -> None:
    told = run_program(oracle_python, PROGRAM, reached(served))
    differing = [
        f"call {number}\n  ml-metadata {json.dumps(expected)}\n  graphmeta   {json.dumps(found)}"
        for number, (expected, found) in enumerate(zip(original["answers"], told["answers"], strict=True))
        if expected != found
    ]
    assert not differing, "\n".join(differing)
