"""The demo's hurried model has one fault for each check, and what was made with care has none of them."""

from __future__ import annotations

from pathlib import Path

import pytest

from graphmeta.checks.finding import Check, Verdict
from graphmeta.checks.integrity import integrity
from graphmeta.checks.leakage import leakage
from graphmeta.checks.policy import policy
from graphmeta.checks.stale import stale
from graphmeta.demo import Demo, run_demo
from graphmeta.query.nodes import label
from graphmeta.store import Store

POLICY = Path(__file__).resolve().parents[2] / "examples" / "policy.yaml"


@pytest.fixture
def demo(store: Store, tmp_path: Path) -> Demo:
    return run_demo(store, folder=tmp_path / "demo", echo=lambda line: None)


def named(check: Check) -> list[list[str]]:
    """What each finding that is an error is about."""
    return [[label(node) for node in each.nodes] for each in check.findings if each.level == "error"]


def test_the_leak(store: Store, demo: Demo) -> None:
    found = leakage(store, "Model:triage")
    assert found.verdict is Verdict.BROKEN
    (about,) = named(found)
    assert about[0] == "Model:triage@1"
    assert {"Dataset:tumours-test@1", "Dataset:tumours@2"} <= set(about)


def test_no_leak_where_the_rows_were_split(store: Store, demo: Demo) -> None:
    for model in demo.models:
        found = leakage(store, str(model))
        assert (found.verdict, found.findings, found.doubts) == (Verdict.HOLDS, [], []), model
        assert found.looked_at == 1


def test_what_is_stale(store: Store, demo: Demo) -> None:
    found = stale(store)
    assert found.verdict is Verdict.BROKEN
    (about,) = named(found)
    assert about[0] == "Model:triage@1"
    assert set(about[1:]) == {"Dataset:patient-survey@1", "Dataset:patient-survey@2"}
    assert found.plan is not None
    (again, *_) = found.plan.steps
    assert [label(made) for made in again.makes] == ["Model:triage@1"]
    for model in demo.models:
        assert stale(store, str(model)).verdict is Verdict.HOLDS


def test_what_is_against_the_policy(store: Store, demo: Demo) -> None:
    found = policy(store, POLICY)
    assert found.verdict is Verdict.BROKEN
    assert {about[0] for about in named(found)} == {"Model:triage@1"}
    (licensed,) = [each for each in found.findings if each.level == "error"]
    assert "patient-survey@1" in licensed.message
    assert licensed.proof is not None
    assert [label(node) for node in licensed.proof.nodes][::2] == ["Dataset:patient-survey@1", "Model:triage@1"]
    assert licensed.place is not None
    rule = POLICY.read_text(encoding="utf-8").splitlines()[licensed.place.line - 1]
    assert "non-commercial" in rule


def test_the_store_itself_is_sound(store: Store, demo: Demo) -> None:
    found = integrity(store, files=True)
    assert (found.verdict, named(found), found.doubts) == (Verdict.HOLDS, [], [])
