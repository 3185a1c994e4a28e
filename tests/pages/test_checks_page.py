"""/checks: the report of checks as a page and as its JSON twin."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, NoReturn

import pytest
from starlette.testclient import TestClient

import graphmeta.checks.leakage
from graphmeta.checks.finding import Check, Finding, Place
from graphmeta.pages.views import checks
from graphmeta.server.settings import Settings
from graphmeta.store import Store
from tests.checks.kit import report_of
from tests.pages.conftest import Browse, served
from tests.pages.kit import Html


def told(client: TestClient, asked: str = "") -> dict[str, Any]:
    """The JSON twin."""
    answer = client.get(f"/checks.json{asked}")
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


def test_the_leak_of_the_demo_is_shown_with_its_way(demo_store: Store, browse: Browse) -> None:
    browser = browse(demo_store)
    found = told(browser, "?check=leakage")
    assert found["verdict"] == "broken"
    leak, held = found["checks"]
    assert (leak["verdict"], held["verdict"]) == ("broken", "holds")
    (finding,) = leak["findings"]
    assert [step["node"]["title"] for step in finding["proofs"][0]["steps"]] == ["tumours@2", "train", "triage@1"]
    page = Html(browser.get("/checks?check=leakage").text)
    assert page.faults == []
    for step in finding["proofs"][0]["steps"]:
        assert f"/{step['node']['kind']}/{step['node']['id']}" in page.links
    assert "✗ broken" in page.text
    assert "✓ holds" in page.text
    assert finding["message"] in page.text


def test_all_checks_are_made_unless_some_are_chosen(demo_store: Store, browse: Browse) -> None:
    browser = browse(demo_store)
    found = told(browser)
    assert {each["check"] for each in found["checks"]} == {"leakage", "stale", "integrity", "repro"}
    assert found["choices"] == ["leakage", "stale", "integrity", "repro"]
    assert {each["check"] for each in told(browser, "?check=stale&check=repro")["checks"]} == {"stale", "repro"}


def test_the_broken_ones_come_first(demo_store: Store, browse: Browse) -> None:
    order = [each["verdict"] for each in told(browse(demo_store))["checks"]]
    assert order == sorted(order, key=["broken", "unclear", "holds"].index)


def test_only_so_many_models_are_looked_at_and_that_is_said(demo_store: Store, browse: Browse) -> None:
    found = told(browse(demo_store), "?check=leakage&models=1")
    assert any("Only 1 model was looked at" in doubt for each in found["checks"] for doubt in each["doubts"])


@pytest.mark.parametrize("asked", ["?check=leak", "?check=leakage&check=../x", "?models=0", "?models=101", "?models=x"])
def test_what_cannot_be_asked(demo_store: Store, browse: Browse, asked: str) -> None:
    assert browse(demo_store).get(f"/checks{asked}").status_code == 400


def test_of_a_large_store_what_takes_long_is_made_when_it_is_asked_for(
    demo_store: Store, browse: Browse, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(checks, "_LARGE", 10)
    browser = browse(demo_store)
    found = told(browser)
    assert {each["check"] for each in found["checks"]} == {"leakage", "repro"}
    assert found["left_out"] == ["stale", "integrity"]
    page = browser.get("/checks").text
    assert "This store is large" in Html(page).text
    assert "/checks?check=stale&check=integrity" in Html(page).links
    assert {each["check"] for each in told(browser, "?check=stale")["checks"]} == {"stale"}


# ---------------------------------------------------------------- rules


def test_rules_are_those_that_the_server_was_told_of_and_no_others(
    demo_store: Store, browse: Browse, tmp_path: Path
) -> None:
    rules, other = tmp_path / "rules.yaml", tmp_path / "other.yaml"
    rules.write_text("no rules at all")
    other.write_text("secret: of this machine")
    without = browse(demo_store)
    assert told(without, "?check=policy")["checks"] == []
    with served(demo_store, Settings(pages=True, policies=[rules])) as browser:
        found = told(browser, f"?check=policy&policy={other}&policies={other}&file={other}")
        (policy,) = found["checks"]
        assert found["policies"] == [str(rules)]
        assert str(rules) in policy["about"]
        assert policy["verdict"] == "unclear"
        assert "secret" not in json.dumps(found)
        assert "policy" in told(browser)["choices"]
    assert "--policy" in without.get("/checks").text


def test_rules_that_hold_and_one_that_does_not(
    demo_store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (model,) = demo_store.artifacts(ids=[6])
    found = Finding("policy/fair", "The rule fair does not hold.", [model], place=Place("rules.yaml", 12))
    monkeypatch.setattr("graphmeta.checks.policy.policy", lambda store, path: Check("policy", f"Of {path}.", [found]))
    with served(demo_store, Settings(pages=True, policies=[tmp_path / "rules.yaml"])) as browser:
        (policy,) = told(browser, "?check=policy")["checks"]
        assert policy["findings"][0]["place"] == {"file": "rules.yaml", "line": 12}
        page = Html(browser.get("/checks?check=policy").text)
    assert "rules.yaml, line 12" in page.text
    assert "/artifact/6" in page.links


# ---------------------------------------------------------------- what goes wrong, and what is large


def test_an_unexpected_error_is_for_the_log_alone(
    demo_store: Store, browse: Browse, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def failing(store: Store, model: object, **more: object) -> NoReturn:
        raise ZeroDivisionError("the secret path /srv/secret")

    monkeypatch.setattr(graphmeta.checks.leakage, "leakage", failing)
    browser = browse(demo_store)
    for address in ("/checks", "/checks.json"):
        answer = browser.get(f"{address}?check=leakage")
        assert answer.status_code == 200
        assert "secret" not in answer.text
        assert "log says more" in answer.text
    assert "the secret path" in caplog.text


def test_a_page_stays_of_bounded_size(sqlite_store: Store, browse: Browse, monkeypatch: pytest.MonkeyPatch) -> None:
    leak = report_of(sqlite_store).checks[0].findings[0]
    many = Check(
        "leakage",
        "About " + "x" * 100_000,
        [Finding(leak.rule, f"{number} " + "y" * 100_000, [*leak.nodes] * 100, leak.proof) for number in range(2000)],
        ["z" * 100_000] * 500,
    )
    monkeypatch.setattr(graphmeta.checks.leakage, "leakage", lambda store, model, **more: many)
    browser = browse(sqlite_store)
    (check,) = told(browser, "?check=leakage")["checks"]
    assert (len(check["findings"]), check["more_findings"], check["more_doubts"]) == (50, 1950, 480)
    page = browser.get("/checks?check=leakage").text
    assert len(page) < 1_000_000
    assert "And 1,950 more" in Html(page).text


def test_a_store_without_models(store: Store, browse: Browse) -> None:
    browser = browse(store)
    found = told(browser, "?check=leakage")
    assert (found["verdict"], found["checks"][0]["notes"]) == ("holds", ["There is no model in this store."])
    assert Html(browser.get("/checks?check=leakage").text).faults == []


def test_as_of_a_time_before_everything(demo_store: Store, browse: Browse) -> None:
    found = told(browse(demo_store), "?check=leakage&at=2001-01-01")
    assert found["checks"][0]["notes"] == ["There is no model in this store."]
