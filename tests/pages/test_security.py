"""Who is answered, with which headers, and that no question and no text of a store breaks a page."""

from __future__ import annotations

import asyncio
import socket
import threading
from collections.abc import Iterator
from typing import Any
from urllib.parse import quote, urlencode

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from starlette.requests import Request
from starlette.responses import Response
from starlette.testclient import TestClient

from graphmeta.mlmd.service import SERVICE, Service
from graphmeta.pages.headers import HEADERS
from graphmeta.pages.links import twin
from graphmeta.pages.view import View
from graphmeta.pages.views import VIEWS
from graphmeta.server.calls import Calls
from graphmeta.server.pages_side import running
from graphmeta.server.settings import Settings
from graphmeta.store import Store
from graphmeta.testing import hostile
from tests.pages.conftest import served
from tests.pages.kit import Html

CALL = f"/{SERVICE}/GetContexts"
GRPC_WEB = {"content-type": "application/grpc-web+proto"}
OWN = ["localhost", "localhost:8081", "LOCALHOST:1", "127.0.0.1", "127.0.0.1:65000", "127.1.2.3", "[::1]", "[::1]:8081"]
STRANGE = [
    *[
        "evil.example",
        "evil.example:8081",
        "localhost.evil.example",
        "127.0.0.1.evil.example",
        "evil.example@localhost",
    ],
    *["localhost@evil.example", "192.168.0.7", "0.0.0.0", "[::]", "[fe80::1]", "[::ffff:1.2.3.4]", "", ":8081", "["],
    *[
        "localhost:80:80",
        "localhost/x",
        "127.0.0.1?",
        "2130706433",
        "0x7f.1",
        "localhost x",
        "[localhost]",
        "é.example",
    ],
]


@pytest.fixture(scope="module")
def browser(hostile_store: Store) -> Iterator[TestClient]:
    """The pages of the hostile store as `graphmeta up` answers them; they raise nothing, as a server would not."""
    with served(hostile_store) as client:
        yield client


def asked_as(client: TestClient, host: str) -> set[int]:
    """The status of a page, of a twin, of a file, and of a call over grpc-web, under a name."""
    named = {"host": host.encode("utf-8")}
    found = {client.get(path, headers=named).status_code for path in ("/types", "/types.json", "/static/style.css")}
    return found | {client.post(CALL, content=bytes(5), headers={**named, **GRPC_WEB}).status_code}


# ---------------------------------------------------------------- who is answered


@pytest.mark.parametrize("host", OWN)
def test_this_machines_names_are_answered(browser: TestClient, host: str) -> None:
    assert asked_as(browser, host) == {200}


@pytest.mark.parametrize("host", STRANGE, ids=ascii)
def test_another_name_is_refused_with_a_sentence(browser: TestClient, host: str) -> None:
    assert asked_as(browser, host) == {421}
    answer = browser.get("/types", headers={"host": host.encode("utf-8")})
    assert "--allow-host" in answer.text
    assert answer.headers["content-type"].startswith("text/plain")
    assert answer.headers["content-security-policy"] == HEADERS["Content-Security-Policy"]


def test_a_name_that_is_allowed(hostile_store: Store) -> None:
    with served(hostile_store, Settings(pages=True, hosts=["Lineage.example", "fe80::1"])) as client:
        for host in ("lineage.example", "LINEAGE.example:443", "[fe80::1]:8081", "localhost"):
            assert asked_as(client, host) == {200}
        assert asked_as(client, "evil.example") == {421}
    with served(hostile_store, Settings(pages=True, hosts=["*"])) as client:
        assert asked_as(client, "evil.example") == {200}


@pytest.mark.parametrize(("host", "address"), [("0.0.0.0", "0.0.0.0"), ("::", "::"), ("mybox", "192.168.0.7")])
def test_beyond_this_machine_its_names_and_every_address_are_answered(
    hostile_store: Store, host: str, address: str
) -> None:
    own = [*OWN, socket.gethostname().upper(), f"{socket.getfqdn()}:8081", "192.168.0.7:8081", "[fe80::1]", host]
    with served(hostile_store, Settings(host=host, pages=True), address) as client:
        for name in own:
            assert asked_as(client, f"[{name}]" if name == "::" else name) == {200}, name
        for name in ("lab.example", "evil.example:8081", "192.168.0.7.evil.example", "2130706433", ""):
            assert asked_as(client, name) == {421}, name
    with served(hostile_store, Settings(host=host, pages=True, hosts=["lab.example"]), address) as client:
        for name in ("lab.example", "192.168.0.7", "localhost"):
            assert asked_as(client, name) == {200}, name
        assert asked_as(client, "evil.example") == {421}
    with served(hostile_store, Settings(host=host, pages=True, hosts=["*"]), address) as client:
        assert asked_as(client, "evil.example") == {200}


def test_the_host_that_is_listened_on_is_a_name_of_it(hostile_store: Store) -> None:
    with served(hostile_store, Settings(host="mybox", pages=True), "127.0.1.1") as client:
        assert asked_as(client, "mybox:8081") == {200}


def test_without_pages_calls_are_guarded_too(hostile_store: Store) -> None:
    with served(hostile_store, Settings()) as client:
        assert client.post(CALL, content=bytes(5), headers={**GRPC_WEB, "host": "evil.example"}).status_code == 421
        assert client.post(CALL, content=bytes(5), headers=GRPC_WEB).status_code == 200
        assert client.get("/types").status_code == 404


# ---------------------------------------------------------------- for whom it is loaded

LINKED = {"sec-fetch-site": "cross-site", "sec-fetch-mode": "navigate", "sec-fetch-dest": "document"}
LOADED = [
    {"sec-fetch-site": "cross-site"},
    {**LINKED, "sec-fetch-mode": "no-cors", "sec-fetch-dest": "image"},
    {**LINKED, "sec-fetch-mode": "cors", "sec-fetch-dest": "empty"},
    {**LINKED, "sec-fetch-dest": "iframe"},
    {**LINKED, "sec-fetch-dest": "object"},
    {**LINKED, "sec-fetch-mode": "no-cors"},
]


@pytest.mark.parametrize("headers", LOADED, ids=lambda headers: " ".join(headers.values()))
@pytest.mark.parametrize("hosts", [(), ("*",)])
def test_another_site_cannot_load_pages(hostile_store: Store, headers: dict[str, str], hosts: tuple[str, ...]) -> None:
    with served(hostile_store, Settings(pages=True, hosts=hosts)) as client:
        for path in ("/types", "/types.json", "/lineage/artifact/2.svg", "/openapi.json", "/static/style.css", "/none"):
            for method in ("GET", "HEAD"):
                answer = client.request(method, path, headers=headers)
                assert answer.status_code == 403
                assert answer.headers["content-security-policy"] == HEADERS["Content-Security-Policy"]
        # Whether it may call is CORS's to say.
        origin = {"origin": "http://localhost:3000"}
        assert client.post(CALL, content=bytes(5), headers={**GRPC_WEB, **origin, **headers}).status_code == 200


@pytest.mark.parametrize("site", ["cross-site", "same-site", "same-origin", "none"])
def test_a_link_of_another_site_leads_here(browser: TestClient, site: str) -> None:
    assert browser.get("/types", headers={**LINKED, "sec-fetch-site": site}).status_code == 200


def test_a_page_loads_what_belongs_to_it(browser: TestClient) -> None:
    own = {"sec-fetch-site": "same-origin", "sec-fetch-mode": "no-cors", "sec-fetch-dest": "style"}
    assert browser.get("/static/style.css", headers=own).status_code == 200


# ---------------------------------------------------------------- what every answer says


@pytest.mark.parametrize(
    "path",
    ["/types", "/types.json", "/openapi.json", "/nowhere", "/static/style.css", "/static/none", CALL, "/types?at=x"],
)
@pytest.mark.parametrize("method", ["GET", "HEAD", "POST", "PUT", "DELETE", "OPTIONS", "TRACE", "X"])
def test_every_answer_has_the_headers(browser: TestClient, path: str, method: str) -> None:
    answer = browser.request(method, path)
    wanted = {**HEADERS, **({"Cache-Control": "no-cache"} if "etag" in answer.headers else {})}
    assert {name: answer.headers.get(name) for name in wanted} == wanted
    assert answer.status_code in ((200, 400, 404) if method in ("GET", "HEAD") else (400, 405, 415))
    if answer.status_code == 405:
        assert answer.headers["allow"]


def test_the_policy_lets_no_text_run() -> None:
    rules = dict(rule.strip().partition(" ")[::2] for rule in HEADERS["Content-Security-Policy"].split(";"))
    assert rules["default-src"] == "'none'"
    assert rules["script-src"] == "'self'"
    assert "unsafe" not in HEADERS["Content-Security-Policy"]
    assert rules["base-uri"] == rules["frame-ancestors"] == "'none'"


@pytest.mark.parametrize("origins", [(), ("*",), ("https://pages.example",)])
def test_other_origins_may_call_and_never_read_pages(hostile_store: Store, origins: tuple[str, ...]) -> None:
    origin = {"origin": "https://pages.example" if origins else "http://localhost:3000"}
    asking = {**origin, "access-control-request-method": "POST", "access-control-request-headers": "content-type"}
    with served(hostile_store, Settings(pages=True, origins=origins)) as client:
        call = client.post(CALL, content=bytes(5), headers={**GRPC_WEB, **origin})
        assert call.headers["access-control-allow-origin"] in ("*", origin["origin"])
        assert client.options(CALL, headers=asking).headers["access-control-allow-methods"] == "POST"
        for path in ("/types", "/types.json", "/openapi.json", "/static/style.css", "/nowhere"):
            answer = client.get(path, headers=origin)
            assert not [name for name in answer.headers if name.startswith("access-control-")], path


# ---------------------------------------------------------------- what may be asked

REFERENCES = [
    "artifact/1",
    "artifact/2",
    "execution/3",
    "context/2",
    "artifact/999999",
    "artifact/0",
    "Model:churn",
    "7",
]
ODD = [
    *["", " ", "0", "-1", "1", "2", "3.5", "1e9", "9" * 18, "9" * 25, "9" * 5000, "١٢", "NaN", "true", "all", "none"],
    *["artifact/" + "9" * 30, "artifact/-1", "execution/x", "context/", "/", "..", "../..", "%", "%00", "%zz", "\0"],
    *["2026-11-23", "9999-12-31", "0001-01-01", "2026-02-30", "1969-12-31T23:59:59+23:59", "\u202e", "a,b,c", ",,,"],
    *["name LIKE '%'", "properties.x.int_value = 1", "type = 'a' AND (", "(" * 200, "id = 9" + "9" * 40, "asc", "-id"],
    *[text[:300] for text in hostile.TEXTS],
]


def questions(view: View) -> st.SearchStrategy[list[tuple[str, str]]]:
    """Query strings of a view: its own parameters, and what nobody knows; some again and again."""
    values: dict[str, st.SearchStrategy[str]] = {}
    for each in view.parameters:
        choices = [str(choice) for choice in each.schema.get("enum", ())]
        likely = st.sampled_from(choices or REFERENCES)
        values[each.name] = likely | st.sampled_from(REFERENCES + ODD) | st.text(max_size=20)
    values["unknown"] = st.sampled_from(ODD)
    pairs = [st.tuples(st.just(name), value) for name, value in values.items()]
    return st.lists(st.one_of(pairs), max_size=6)


def address(view: View, number: str, pairs: list[tuple[str, str]]) -> str:
    """The address of a view with a text in the place of every id."""
    path = "/".join(quote(number, safe="%") if part.startswith("{") else part for part in view.path.split("/"))
    return f"{path}?{urlencode(pairs, errors='replace')}"


@pytest.mark.parametrize("view", VIEWS, ids=lambda view: view.name)
@settings(max_examples=settings().max_examples // 4)
@given(data=st.data())
def test_no_question_breaks_a_page(browser: TestClient, view: View, data: st.DataObject) -> None:
    number = data.draw(
        st.sampled_from(["1", "2", "3", "5", "8", "40"])
        | st.sampled_from(["artifact/1", *(text for text in ODD if ".." not in text)])
    )
    asked = address(view, number, data.draw(questions(view)))
    page, document = browser.get(asked), browser.get(twin(asked))
    assert page.status_code < 500
    assert page.status_code == document.status_code
    assert Html(page.text).faults == []
    assert isinstance(document.json(), dict)


@pytest.mark.parametrize(
    "path",
    [
        *["/%2e%2e/%2e%2e/etc/passwd", "/static/..%2fapplication.py", "/static/%2e%2e%2ftemplates%2fbase.html"],
        *["/static/style.css%00.js", "/static/../view.py", "/static//etc/passwd", "/static/", "/static/C:%5Cx"],
        *["/artifact/1%2F..%2F2", "/artifact/%00", "/artifact/" + "9" * 5000, "/artifact/9223372036854775808", "/%ff"],
        *["//evil.example/types", "/\\evil.example", "/types%3Fat=x", "/types;a=b", "/%F0%9F%98%80", "/" + "a/" * 3000],
        *[
            "/artifact/1%0d%0aSet-Cookie:a=b",
            "/types%00",
            "/a%0Ab",
            "/%E2%80%AE",
            "/<script>hacked=1</script>.json",
        ],
    ],
    ids=lambda path: path[:30],
)
def test_odd_paths_are_not_found(browser: TestClient, path: str) -> None:
    answer = browser.get("http://127.0.0.1:8081" + path, follow_redirects=False)
    assert answer.status_code == 404
    assert "set-cookie" not in answer.headers
    assert "root:" not in answer.text
    if answer.headers["content-type"].startswith("text/html"):
        assert Html(answer.text).faults == []


@pytest.mark.parametrize("path", ["/artifact/0", "/artifact/9223372036854775807", "/execution/99999", "/context/99999"])
def test_ids_that_nobody_has_are_not_found(browser: TestClient, path: str) -> None:
    assert browser.get(path).status_code == 404
    assert browser.get(twin(path)).json()["error"]["code"] == "NOT_FOUND"


def test_a_very_long_question_is_refused(browser: TestClient) -> None:
    assert browser.get("/types", params={"at": "x" * 20_000}).status_code == 400


# ---------------------------------------------------------------- those who leave


def test_a_page_whose_reader_left_is_ended(sqlite_store: Store, caplog: pytest.LogCaptureFixture) -> None:
    asked, ended, left = threading.Event(), [], threading.Event()

    def question(store: Store) -> Response:
        asked.set()
        assert left.wait(60)
        try:
            store.artifacts()
        except Exception as error:
            ended.append(error)
            raise
        return Response("made for nobody")

    async def receive() -> dict[str, Any]:
        await asyncio.to_thread(asked.wait)
        return {"type": "http.disconnect"}

    async def scenario() -> int:
        calls = Calls(Service(sqlite_store), 1)
        answer = await running(calls.questions)(
            question, Request({"type": "http", "method": "GET", "headers": []}, receive)
        )
        left.set()
        await calls.finish()
        assert calls.close()
        return answer.status_code

    assert asyncio.run(scenario()) == 499
    assert [type(error).__name__ for error in ended] == ["ReadGivenUpError"]
    assert not caplog.records
