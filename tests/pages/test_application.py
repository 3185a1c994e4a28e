"""Every page: it stands, its twins say the same, and its links lead somewhere."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route
from starlette.testclient import TestClient

from graphmeta.errors import (
    AmbiguousNameError,
    GraphmetaError,
    InvalidArgumentError,
    NotFoundError,
    StoreUnavailableError,
)
from graphmeta.pages.answering import endpoint
from graphmeta.pages.headers import HEADERS
from graphmeta.pages.links import twin
from graphmeta.pages.view import Page, View
from graphmeta.pages.views import VIEWS
from graphmeta.store import Store
from tests.pages.conftest import Browse
from tests.pages.kit import Html, view_of, walked

STORES = ["demo_store", "hostile_store"]


@pytest.fixture(params=STORES)
def told(request: pytest.FixtureRequest) -> Store:
    """Each of the stores that hold something."""
    return request.getfixturevalue(request.param)  # type: ignore[no-any-return]


def test_every_page_that_a_link_leads_to_is_there_and_well_formed(told: Store, browse: Browse) -> None:
    faults = []
    for address, _, answer in walked(browse(told)):
        found = [f"status {answer.status_code}"] if answer.status_code != 200 else []
        faults += [f"{address[:100]}: {fault}" for fault in found + Html(answer.text).faults]
    assert faults == []


def test_links_lead_to_every_view(demo_store: Store, browse: Browse) -> None:
    reached = {view.name for _, view, _ in walked(browse(demo_store))}
    assert reached == {view.name for view in VIEWS}


def test_every_link_is_to_something(demo_store: Store, browse: Browse) -> None:
    browser = browse(demo_store)
    links = {link.partition("#")[0] for _, _, answer in walked(browser, each=2) for link in Html(answer.text).links}
    lost = [link for link in sorted(links) if view_of(link) is None and browser.get(link).status_code != 200]
    assert lost == []


def test_twins_have_the_status_of_their_page(told: Store, browse: Browse) -> None:
    browser = browse(told)
    for address, view, answer in walked(browser, each=3):
        for form in ("json", "csv") if view.csv else ("json",):
            other = browser.get(twin(address, form))
            assert other.status_code == answer.status_code, address
            assert other.headers["content-type"].startswith({"json": "application/json", "csv": "text/csv"}[form])


@pytest.mark.parametrize("address", ["/nowhere", "/nowhere.json", "/artifact/1x", "/types/", "/static/none.js"])
def test_what_is_not_there_is_404_and_says_so(store: Store, browse: Browse, address: str) -> None:
    answer = browse(store).get(address)
    assert answer.status_code == 404
    if address.endswith(".json"):
        assert answer.json()["error"]["code"] == "NOT_FOUND"
    else:
        assert "There is no page" in Html(answer.text).text


def test_every_page_of_an_empty_store_stands(store: Store, browse: Browse) -> None:
    browser = browse(store)
    for view in VIEWS:
        if "{" in view.path:
            continue
        answer = browser.get(view.path)
        assert answer.status_code in (200, 400), view.path
        assert Html(answer.text).faults == [], view.path
        assert browser.get(twin(view.path)).status_code == answer.status_code


def test_head_has_the_headers_of_get_and_no_body(demo_store: Store, browse: Browse) -> None:
    browser = browse(demo_store)
    for address in ("/types", "/types.json", "/nowhere", "/static/style.css"):
        head, get = browser.head(address), browser.get(address)
        assert head.status_code == get.status_code
        assert {name: head.headers[name] for name in HEADERS} == {name: get.headers[name] for name in HEADERS}


def test_static_files_are_sent_once(demo_store: Store, browse: Browse) -> None:
    browser = browse(demo_store)
    first = browser.get("/static/style.css")
    assert first.headers["content-type"] == "text/css; charset=utf-8"
    assert "script-src 'self'" in first.headers["content-security-policy"]
    again = browser.get("/static/style.css", headers={"If-None-Match": first.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")
    assert browser.get("/static/style.css", headers={"If-None-Match": '"another"'}).content == first.content


def failing(error: Exception) -> TestClient:
    """A page that fails so."""

    def answer(store: Store, asked: Mapping[str, Any]) -> Page:
        raise error

    async def run(question: Callable[[Any], Response], request: Request) -> Response:
        return question(None)

    view = View("types", "/fails", "It fails.", answer, dict)
    forms = {"/fails": "html", "/fails.json": "json"}
    return TestClient(Starlette(routes=[Route(path, endpoint(view, run, form)) for path, form in forms.items()]))


@pytest.mark.parametrize(
    ("error", "status"),
    [
        (NotFoundError("There is no artifact 7."), 404),
        (InvalidArgumentError("It cannot be <b>."), 400),
        (AmbiguousNameError("Two are called so.", ["Model:a", "Model:b"]), 400),
        (StoreUnavailableError("Nobody answers."), 503),
    ],
    ids=lambda value: type(value).__name__ if isinstance(value, Exception) else "",
)
def test_an_error_is_a_page_that_says_it_and_a_twin(error: GraphmetaError, status: int) -> None:
    browser = failing(error)
    page, document = browser.get("/fails"), browser.get("/fails.json")
    assert (page.status_code, document.status_code) == (status, status)
    assert str(error) in Html(page.text).text
    assert Html(page.text).faults == []
    candidates = list(getattr(error, "candidates", ()))
    assert document.json()["error"] == {"code": error.code, "message": str(error), "candidates": candidates}
    assert all(candidate in page.text for candidate in candidates)


def test_an_unexpected_error_is_logged_and_tells_strangers_nothing(caplog: pytest.LogCaptureFixture) -> None:
    browser = failing(ZeroDivisionError("/home/ada/secret.db"))
    page, document = browser.get("/fails"), browser.get("/fails.json")
    assert (page.status_code, document.status_code) == (500, 500)
    assert "secret" not in page.text + document.text
    assert Html(page.text).faults == []
    assert "did not expect" in document.json()["error"]["message"]
    assert [str(record.exc_info[1]) for record in caplog.records if record.exc_info] == ["/home/ada/secret.db"] * 2
