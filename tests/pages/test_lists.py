"""The lists of artifacts, executions and contexts: what the pages make of them; tests/query has the questions."""

from __future__ import annotations

import csv
import io
from typing import Any

import pytest
from starlette.testclient import TestClient

from graphmeta import (
    Artifact,
    Attribution,
    Context,
    artifact_type,
    context_type,
)
from graphmeta.pages import rows
from graphmeta.query import listing
from graphmeta.store import Store
from graphmeta.testing.pages import browsing
from tests.pages.kit import Html
from tests.query.many import DAY, fill_with_many, sorted_ids


@pytest.fixture
def many(store: Store) -> Store:
    """45 artifacts of three types, stored at nine moments, some named, some in a run."""
    return fill_with_many(store)


def listed(browser: TestClient, address: str) -> dict[str, Any]:
    """A page of a list as JSON."""
    path, mark, asked = address.partition("?")
    answer = browser.get(f"{path}.json{mark}{asked}")
    assert answer.status_code == 200, answer.text
    data: dict[str, Any] = answer.json()
    return data


def ids(data: dict[str, Any]) -> list[int]:
    return [row["id"] for row in data["rows"]]


def paged(browser: TestClient, asked: str, way: str = "after", start: str = "") -> list[list[int]]:
    """The ids of all pages that follow one another."""
    pages: list[list[int]] = []
    place = start
    while True:
        data = listed(browser, f"/artifacts?limit=10&{asked}{place}")
        pages.append(ids(data))
        if data[way] is None:
            return pages
        place = f"&{way}={data[way]}"


@pytest.mark.parametrize("order", ["up", "down"])
@pytest.mark.parametrize("sort", listing.SORTS)
def test_every_order_there_and_back_page_by_page(many: Store, sort: str, order: str) -> None:
    expected = sorted_ids(many, sort, order == "down")
    browser = browsing(many)
    pages = paged(browser, f"sort={sort}&order={order}")
    assert [id for page in pages for id in page] == expected
    assert [len(page) for page in pages] == [10] * (len(expected) // 10) + [len(expected) % 10] * (
        len(expected) % 10 > 0
    )
    last = listed(browser, f"/artifacts?limit=10&sort={sort}&order={order}")
    for _ in pages[1:]:
        last = listed(browser, f"/artifacts?limit=10&sort={sort}&order={order}&after={last['after']}")
    assert last["after"] is None
    back = paged(browser, f"sort={sort}&order={order}", "before", f"&before={last['before']}")
    assert back == pages[-2::-1]


def test_what_is_stored_meanwhile_moves_no_page(many: Store) -> None:
    browser = browsing(many)
    first = listed(browser, "/artifacts?limit=10")
    many.put(artifacts=[Artifact(type="Data") for _ in range(5)])
    assert ids(listed(browser, f"/artifacts?limit=10&after={first['after']}")) == list(range(35, 25, -1))
    assert ids(listed(browser, f"/artifacts?limit=10&before={first['after']}")) == list(range(46, 36, -1))
    newer = listed(browser, "/artifacts?limit=10&before=45")
    assert (ids(newer), newer["before"]) == ([50, 49, 48, 47, 46], None)


@pytest.mark.parametrize(
    ("asked", "expected"),
    [
        ("type=Data", [id for id in range(45, 0, -1) if id % 5 in (1, 2)]),
        ("type=Model&sort=id", [id for id in range(45, 0, -1) if id % 5 in (3, 4, 0)]),
        ("type=Model&name=Model-3&match=begins", [18]),
        ("type=nothing", []),
        ("state=LIVE&order=up", list(range(3, 46, 5))),
        ("state=PENDING", []),
        ("name=MODEL-1", [9, 8]),
        ("name=data+4&match=begins&sort=name", [26, 21, 16, 11, 6, 1]),
        ("uri=s3://", list(range(41, 0, -5))),
        ("name=s3://b/7", [36]),
        ("context=1&order=up&type=Data", list(range(1, 46, 5))),
        ("context=nightly/1&uri=s3://b/4", [21]),
        ("filter=properties.rate.double_value+%3E+0.65", [43, 38]),
        ("filter=uri+LIKE+'file%25'&order=up&sort=created", list(range(5, 46, 5))),
        ("filter=type+%3D+'Model'&sort=type&name=model-8", [43, 44]),
        ("since=2023-11-14T22:13:28Z&type=Data", [42, 41]),
        ("until=2023-11-14T22:13:20Z&order=up", [1, 2, 3, 4, 5]),
        ("since=2030-01-01", []),
        ("since=2023-11-14&until=2023-11-15&state=LIVE&limit=10&order=up&sort=updated", list(range(3, 46, 5))),
    ],
)
def test_filters(many: Store, asked: str, expected: list[int]) -> None:
    data = listed(browsing(many), f"/artifacts?{asked}")
    assert ids(data) == expected
    assert data["filtered"]


def test_a_list_shows_what_people_look_for(many: Store) -> None:
    browser = browsing(many)
    row = listed(browser, "/artifacts?order=up")["rows"][0]
    assert (row["id"], row["type"], row["title"], row["uri"], row["state"]) == (1, "Data", "data 45", "s3://b/0", None)
    # The run first, then what else it belongs to; the environment is none of these.
    assert [(each["title"], each["type"]) for each in row["within"]] == [("nightly/1", "Run"), ("churn", "Experiment")]
    assert (row["created"], row["updated"]) == (DAY, DAY)
    step = listed(browser, "/executions?state=FAILED")["rows"][0]
    assert (step["title"], step["within"][0]["title"]) == ("t3", "nightly/1")
    run = listed(browser, "/contexts?type=Run")["rows"][0]
    assert [each["title"] for each in run["within"]] == ["churn"]
    page = Html(browser.get("/artifacts?order=up").text)
    assert page.faults == []
    for text in ("data 45", "s3://b/0", "nightly/1", "live", "2023-11-14"):
        assert text in page.text
    assert "/artifact/1" in page.links
    assert "/context/1" in page.links


def test_the_run_that_made_it_and_the_last_one_are_named_and_the_others_counted(store: Store) -> None:
    store.put_types([artifact_type("Data"), context_type("Run"), context_type("Experiment")])
    data = Artifact(type="Data", name="table")
    runs = [Context(type="Run", name=f"run {number}") for number in range(12)]
    churn = Context(type="Experiment", name="churn")
    members = [Attribution(data, each) for each in (runs[0], churn, *runs[1:])]
    store.put(artifacts=[data], contexts=[*runs, churn], attributions=members)
    row = listed(browsing(store), "/artifacts")["rows"][0]
    assert [each["title"] for each in row["within"]] == ["run 0", "run 11"]
    assert row["within_more"] == 11
    assert "and 11 more" in Html(browsing(store).get("/artifacts").text).text


def test_totals_where_they_cost_nothing(many: Store) -> None:
    browser = browsing(many)
    data = listed(browser, "/artifacts")
    assert data["total"] == 45
    assert data["types"] == [{"name": "Data", "nodes": 18}, {"name": "Model", "nodes": 27}]
    assert listed(browser, "/artifacts?type=Model")["total"] == 27
    assert listed(browser, "/artifacts?type=Model&state=LIVE")["total"] is None
    assert listed(browser, "/contexts")["states"] == []


def test_as_it_was(many: Store) -> None:
    browser = browsing(many)
    data = listed(browser, "/artifacts?at=2023-11-14T22:13:21Z&limit=10")
    assert (ids(data), data["total"], data["as_of"]) == (list(range(10, 0, -1)), None, DAY + 1_000)
    assert data["updated_since"] == ["artifact/2"]
    assert ids(listed(browser, "/artifacts?at=2023-11-14T22:13:20Z&sort=type&type=Model")) == [3, 5, 4]
    page = browser.get("/artifacts?at=2023-11-14T22:13:21Z").text
    assert "As of" in page
    assert 'href="/artifact/10?at=2023-11-14T22%3A13%3A21Z"' in page


def test_few_of_many_are_found_behind_those_that_were_tried(many: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(listing, "_TRIED", 5)
    browser = browsing(many)
    assert ids(listed(browser, "/artifacts?uri=s3://")) == list(range(41, 0, -5))
    assert ids(listed(browser, "/artifacts?uri=s3://&order=up&after=6")) == list(range(11, 46, 5))
    assert paged(browser, "filter=id+>+0") == [list(range(top, max(top - 10, 0), -1)) for top in (45, 35, 25, 15, 5)]


def test_csv_is_what_the_page_shows(many: Store) -> None:
    answer = browsing(many).get("/artifacts.csv?limit=10&order=up&type=Data")
    assert answer.headers["content-type"].startswith("text/csv")
    held = list(csv.DictReader(io.StringIO(answer.text)))
    assert [row["id"] for row in held] == ["1", "2", "6", "7", "11", "12", "16", "17", "21", "22"]
    assert (held[0]["name"], held[0]["within"], held[0]["created"]) == ("data 45", "context/1 context/2", str(DAY))


@pytest.mark.parametrize(
    "asked",
    [
        "after=x",
        "after=1.2",
        "after=-1",
        "after=99999999999999999999",
        "after=1%20OR%201=1",
        "sort=created&after=1",
        "sort=created&after=1.99999999999999999999",
        "sort=type&after=1.999",
        "sort=name&after=2",
        "sort=name&after=77",
        "after=1&before=2",
        "sort=uri",
        "order=sideways",
        "state=FAILED",
        "limit=9",
        "limit=201",
        "filter=nonsense",
        "since=yesterday",
        "match=like",
    ],
)
def test_what_cannot_be_asked(many: Store, asked: str) -> None:
    browser = browsing(many)
    answer = browser.get(f"/artifacts?{asked}")
    assert answer.status_code == 400
    assert Html(answer.text).faults == []
    assert browser.get(f"/artifacts.json?{asked}").json()["error"]["message"]


def test_a_context_that_is_not_there(many: Store) -> None:
    assert browsing(many).get("/artifacts?context=99").status_code == 404
    assert browsing(many).get("/artifacts?context=nobody").status_code == 404


@pytest.mark.parametrize("path", ["/artifacts", "/executions", "/contexts"])
def test_empty_lists_say_what_to_do(store: Store, path: str) -> None:
    browser = browsing(store)
    for asked in ("", "?type=Nothing", "?after=5", "?sort=name", "?sort=type", "?at=2020-01-01"):
        answer = browser.get(path + asked)
        assert answer.status_code == 200
        page = Html(answer.text)
        assert page.faults == []
        assert f"There are no {path[1:]}" in page.text or "No " in page.text or "nothing further" in page.text


def test_a_page_stays_small_whatever_names_hold(sqlite_store: Store) -> None:
    sqlite_store.put_type(artifact_type("Data"))
    sqlite_store.put(
        artifacts=[Artifact(type="Data", name=f"{n}{'x' * 50_000}", uri="s3://" + "y" * 50_000) for n in range(60)]
    )
    browser = browsing(sqlite_store)
    assert len(browser.get("/artifacts?limit=200").content) < 300_000
    data = listed(browser, "/artifacts?limit=200")
    assert {len(row["name"]) for row in data["rows"]} == {rows.LONGEST}
