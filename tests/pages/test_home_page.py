"""The search and the overview."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

import pytest
from starlette.testclient import TestClient

from graphmeta import Artifact, Association, Context, Execution, artifact_type, context_type, execution_type
from graphmeta.query import overview
from graphmeta.store import Store
from graphmeta.testing.pages import browsing
from tests.pages.kit import Html
from tests.query import worlds


@pytest.fixture
def shop(store: Store) -> Store:
    """A little of everything."""
    store.put_types([artifact_type("Model", {"accuracy": "DOUBLE"}), execution_type("train"), context_type("Run")])
    run = Context(type="Run", name="nightly")
    steps = [Execution(type="train", name=f"train-{n}", state="FAILED" if n % 2 else "COMPLETE") for n in range(30)]
    store.put(
        artifacts=[
            Artifact(type="Model", name=f"churn@{n}", uri=f"s3://b/{n}", state="LIVE", properties={"accuracy": n / 100})
            for n in range(1, 31)
        ],
        executions=steps,
        contexts=[run],
        associations=[Association(step, run) for step in steps],
    )
    return store


def asked(browser: TestClient, query: str, status: int = 200) -> dict[str, Any]:
    """The JSON of a search."""
    answer = browser.get(f"/index.json?{query}")
    assert answer.status_code == status, answer.text
    data: dict[str, Any] = answer.json()
    return data


def test_without_a_question_it_shows_what_is_new_and_what_failed(shop: Store) -> None:
    browser = browsing(shop)
    data = asked(browser, "")
    assert [(each["kind"], each["nodes"]) for each in data["overview"]["kinds"]] == [
        ("artifact", 30),
        ("execution", 30),
        ("context", 1),
    ]
    assert [row["id"] for row in data["overview"]["kinds"][0]["newest"]] == list(range(30, 22, -1))
    assert [row["id"] for row in data["overview"]["failed"]] == list(range(30, 14, -2))
    assert [each["title"] for each in data["overview"]["failed"][0]["within"]] == ["nightly"]
    page = Html(browser.get("/").text)
    assert page.faults == []
    for address in (
        "/models",
        "/datasets",
        "/types",
        "/artifacts",
        "/executions?state=FAILED",
        "/execution/30",
        "/context/1",
    ):
        assert address in page.links
    assert "train-29" in page.text


def test_where_nothing_failed_it_says_so(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    store.put_type(execution_type("train"))
    store.put(executions=[Execution(type="train", state="FAILED"), *[Execution(type="train") for _ in range(5)]])
    monkeypatch.setattr(overview, "LOOKED_THROUGH", 3)
    browser = browsing(store)
    assert asked(browser, "")["overview"]["failed"] == []
    assert "No step has the state FAILED among the newest 3." in Html(browser.get("/").text).text
    monkeypatch.undo()
    assert [row["id"] for row in asked(browser, "")["overview"]["failed"]] == [1]


def test_an_empty_store_says_what_to_do_next(store: Store) -> None:
    page = Html(browsing(store).get("/").text)
    assert page.faults == []
    for text in ("This store is empty", "graphmeta demo", "graphmeta serve", "gm.run"):
        assert text in page.text


def test_results_are_grouped_by_kind_and_lead_on(shop: Store) -> None:
    browser = browsing(shop)
    data = asked(browser, "q=churn")
    assert [(group["kind"], len(group["hits"]), group["more"]) for group in data["groups"]] == [("artifact", 20, True)]
    first = data["groups"][0]["hits"][0]
    assert (first["node"]["title"], first["where"], first["match"]) == ("churn@30", "name", "begins")
    page = Html(browser.get("/?q=churn").text)
    assert page.faults == []
    assert "/artifacts?name=churn" in page.links
    # What the link leads to has what was left out here.
    assert len(browser.get("/artifacts.json?name=churn").json()["rows"]) == 30


def test_one_exact_hit_is_still_a_page_of_results(shop: Store) -> None:
    browser = browsing(shop)
    answer = browser.get("/?q=artifact/7", follow_redirects=False)
    assert answer.status_code == 200
    assert "/artifact/7" in Html(answer.text).links
    data = asked(browser, "q=churn%407")
    assert [(hit["node"]["id"], hit["match"]) for hit in data["groups"][0]["hits"]] == [(7, "exact")]


def test_a_property_and_more_of_them(shop: Store) -> None:
    browser = browsing(shop)
    data = asked(browser, "q=accuracy%3E0.05")
    assert (len(data["groups"][0]["hits"]), data["groups"][0]["more"], data["comparison"]) == (20, True, True)
    assert data["groups"][0]["hits"][0]["where"] == "accuracy"
    page = Html(browser.get("/?q=accuracy%3E0.05").text)
    (more,) = [link for link in page.links if "limit=100" in link]
    assert len(browser.get(more.replace("/?", "/index.json?")).json()["groups"][0]["hits"]) == 25


def test_a_filter(shop: Store) -> None:
    browser = browsing(shop)
    filter = "name = 'nightly' OR name = 'churn@3'"
    data = asked(browser, f"how=filter&q={quote(filter)}")
    assert [(group["kind"], [hit["node"]["id"] for hit in group["hits"]]) for group in data["groups"]] == [
        ("artifact", [3]),
        ("context", [1]),
    ]
    assert [group["kind"] for group in asked(browser, f"how=filter&kind=context&q={quote(filter)}")["groups"]] == [
        "context"
    ]
    page = Html(browser.get("/?how=filter&q=" + quote("uri LIKE '%'")).text)
    assert "/artifacts?filter=uri+LIKE+%27%25%27" in page.links
    assert "cannot be asked of executions" in page.text


def test_a_wrong_filter_is_said_above_the_form_that_asked_it(shop: Store) -> None:
    browser = browsing(shop)
    answer = browser.get("/?how=filter&q=churn+(")
    assert answer.status_code == 400
    page = Html(answer.text)
    assert page.faults == []
    assert "filter_query" in page.text
    assert 'value="churn ("' in answer.text
    data = asked(browser, "how=filter&q=churn+(", 400)
    assert data["error"]["code"] == "INVALID_ARGUMENT"
    assert asked(browser, "q=" + "a" * 1_001, 400)["error"]["message"]
    assert browser.get("/?how=magic&q=a").status_code == 400


def test_nothing_found_says_where_to_look(shop: Store) -> None:
    browser = browsing(shop)
    page = Html(browser.get("/?q=%3Cscript%3Ealert(1)%3C/script%3E").text)
    assert page.faults == []
    assert "Nothing is called <script>alert(1)</script>" in page.text
    assert {"/artifacts", "/executions", "/contexts"} <= set(page.links)
    assert asked(browser, "q=nobody&kind=context")["groups"] == []


def test_types_by_name(shop: Store) -> None:
    data = asked(browsing(shop), "q=mode")
    assert data["types"] == [{"kind": "artifact", "name": "Model"}]
    assert "/artifacts?type=Model" in Html(browsing(shop).get("/?q=mode").text).links


def test_models_are_found_by_what_was_measured_of_them(store: Store) -> None:
    nodes = worlds.kfp(store)
    hits = asked(browsing(store), "q=accuracy%3E0.9")["groups"][0]["hits"]
    assert [hit["node"]["role"] for hit in hits] == ["Model", "Metrics"]
    assert (hits[0]["node"]["id"], hits[0]["value"], hits[0]["where"]) == (nodes["model"].id, 0.97, "accuracy")
    assert (hits[0]["on"]["id"], hits[1]["on"], hits[1]["value"]) == (hits[1]["node"]["id"], None, 0.97)
    page = Html(browsing(store).get("/?q=accuracy%3E0.9").text)
    assert page.faults == []
    assert "accuracy 0.97 on" in page.text


def test_questions_can_be_asked_from_here(shop: Store) -> None:
    page = browsing(shop).get("/").text
    for name, fields in (("/path", ("from", "to")), ("/why", ("a", "b"))):
        form = page.partition(f'action="{name}"')[2].partition("</form>")[0]
        assert all(f'name="{field}"' in form for field in fields)
