"""Addresses: they keep the past, leave defaults out, and are read strictly."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Mapping, Sequence
from html.parser import HTMLParser
from typing import Any
from urllib.parse import parse_qs, urlsplit
from xml.etree import ElementTree

import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route
from starlette.testclient import TestClient

from graphmeta import Artifact, Store
from graphmeta.errors import InvalidArgumentError
from graphmeta.model import artifact_type
from graphmeta.pages import links
from graphmeta.pages.answering import endpoint
from graphmeta.pages.parameters import AT, Parameter, count, flag, names, read_all, steps, text
from graphmeta.pages.view import Page, View
from graphmeta.pages.views import VIEWS
from graphmeta.testing.pages import browsing
from tests.pages.conftest import Browse
from tests.pages.kit import Html, view_of, walked

THEN = "2200-01-01"


class Main(HTMLParser):
    """The links of a page's content, with what they say, and the forms without a field that keeps the moment."""

    def __init__(self, source: str) -> None:
        super().__init__()
        self.links: list[tuple[str, str]] = []
        self.forms: list[tuple[str, set[str]]] = []
        self._inside = False
        self._link: str | None = None
        self.feed(source)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        held = dict(attrs)
        self._inside |= tag == "main"
        if not self._inside:
            return
        if tag == "a":
            self._link = held.get("href") or ""
            self.links.append((self._link, ""))
        if tag == "form":
            self.forms.append((held.get("action") or "", set()))
        if tag in ("input", "select") and self.forms:
            self.forms[-1][1].add(held.get("name") or "")

    def handle_endtag(self, tag: str) -> None:
        self._inside &= tag != "main"
        if tag == "a":
            self._link = None

    def handle_data(self, data: str) -> None:
        if self._link is not None:
            self.links[-1] = (self._link, self.links[-1][1] + data)


def takes_a_moment(address: str) -> bool:
    """Whether a page can be asked as of a moment: the search cannot."""
    found = view_of(address)
    assert found is not None or urlsplit(address).path.endswith((".svg", ".html")), address
    return found is None or AT in found[0].parameters


def test_every_link_of_a_page_about_the_past_stays_there(demo_store: Store, browse: Browse) -> None:
    browser = browse(demo_store)
    lost, met = [], set()
    for address, view, _ in [*walked(browser, each=4)]:
        if AT not in view.parameters:
            continue
        asked = f"{address}{'&' if '?' in address else '?'}at={THEN}"
        answer = browser.get(asked)
        assert answer.status_code == 200, asked
        found = Main(answer.text)
        met.add(view.name)
        for link, said in found.links:
            if not link.startswith("/") or said == "As it is now" or not takes_a_moment(link):
                continue
            if parse_qs(urlsplit(link).query).get("at") != [THEN]:
                lost.append((asked, said, link))
        lost += [(asked, "form", form) for form, fields in found.forms if takes_a_moment(form) and "at" not in fields]
        assert any(said == "As it is now" and "at=" not in link for link, said in found.links), asked
    assert lost == []
    assert met == {view.name for view in VIEWS if AT in view.parameters}


def test_the_moment_is_one_pages(demo_store: Store, browse: Browse) -> None:
    browser = browse(demo_store)
    assert f"at={THEN}" in browser.get(f"/types?at={THEN}").text
    assert f"at={THEN}" not in browser.get("/types").text
    with links.leading_from([AT], THEN):
        assert links.node_link("artifact", 3, up="all") == f"/artifact/3?up=all&at={THEN}"
        assert links.link("/path", at=None) == "/path"
    assert links.link("/types") == "/types"


def test_addresses_do_without_defaults(demo_store: Store, browse: Browse) -> None:
    given = [count("limit", "", 20, most=100), steps("up", "", 3), flag("all", ""), names("ids", "")]
    asked = read_all(given, [("ids", "1,2"), ("limit", "20")])
    with links.leading_from(given, None):
        assert links.changed("/x", asked) == "/x?ids=artifact%2F1&ids=artifact%2F2"
        assert links.changed("/x", asked, limit=50, up="3", ids=()) == "/x?limit=50"
        assert links.changed("/x", asked, up=0, all=True, ids=()) == "/x?up=0&all=1"
    browser = browse(demo_store)
    for address, view, answer in walked(browser, each=3):
        defaults = {each.name: str(each.default) for each in view.parameters if isinstance(each.default, (int, str))}
        for link, _ in Main(answer.text).links:
            found = view_of(link)
            if found is None or found[0] is not view or link == address:
                continue
            told = {name: values[-1] for name, values in parse_qs(urlsplit(link).query).items()}
            # A page's own address, asked otherwise; other pages' links say what they mean.
            if urlsplit(link).path == urlsplit(address).path:
                assert not [name for name, value in told.items() if defaults.get(name) == value], (address, link)


# ---------------------------------------------------------------- reading


@pytest.mark.parametrize("given", ["1_0", "１０", "٣", "1.0", "0x1", "1e3", "9" * 20, "9" * 4_000, "--1", "", "+"])
@pytest.mark.parametrize("made", [count("n", "", 5, most=2**63 - 1), steps("n", "", 5)])
def test_numbers_are_read_strictly(made: Parameter, given: str) -> None:
    if not given:
        assert read_all([made], [("n", given)]) == {"n": 5}
        return
    with pytest.raises(InvalidArgumentError, match="n "):
        read_all([made], [("n", given)])


@pytest.mark.parametrize(("given", "number"), [("0", 0), ("007", 7), (" 12 ", 12)])
def test_numbers_are_read(given: str, number: int) -> None:
    assert read_all([count("n", "", 5, most=99)], [("n", given)]) == {"n": number}


@pytest.mark.parametrize("made", [names("n", ""), text("n", "", many=True)])
def test_what_is_given_again_and_again_is_bounded_in_all(made: Parameter) -> None:
    assert len(read_all([made], [("n", str(each)) for each in range(50)])["n"]) == 50
    with pytest.raises(InvalidArgumentError, match="n takes 50 at most, and these are 51"):
        read_all([made], [("n", str(each)) for each in range(51)])
    with pytest.raises(InvalidArgumentError, match="n takes 4000 characters in all, and these are 6000"):
        read_all([made], [("n", "x" * 3_000)] * 2)


def test_names_are_bounded_after_they_are_joined() -> None:
    with pytest.raises(InvalidArgumentError, match="takes 50 at most, and these are 60"):
        read_all([names("n", "")], [("n", ",".join(map(str, range(30))))] * 2)


def test_a_question_of_a_great_many_names_has_a_short_answer(demo_store: Store, browse: Browse) -> None:
    browser = browse(demo_store)
    for name in ("open", "type", "until"):
        answer = browser.get("/lineage/artifact/1?" + "&".join(f"{name}=artifact/{n}" for n in range(3_000)))
        assert answer.status_code == 400
        assert len(answer.content) < 10_000


# ---------------------------------------------------------------- tables


def table(rows: Sequence[Sequence[Any]]) -> list[list[str]]:
    """Rows as a CSV twin holds them."""

    def answer(store: Store, asked: Mapping[str, Any]) -> Page:
        return Page("Table", {"rows": rows})

    async def run(question: Callable[[Any], Response], request: Request) -> Response:
        return question(None)

    view = View("types", "/table", "A table.", answer, dict, csv=lambda data: data["rows"])
    found = TestClient(Starlette(routes=[Route("/table.csv", endpoint(view, run, "csv"))])).get("/table.csv")
    return list(csv.reader(io.StringIO(found.content.decode(), newline="")))


FORMULAS = [
    *["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "\n=cmd()", " =HYPERLINK(1)", "\u3000=1", "\u00a0+1"],
    *["\uff1d1+1", "\uff0b1", "\uff0d1", "\uff20SUM(A1)", "\ufe661", "\u200b=1", "\ufeff=1", "\x00=1", "\n", "\ttext"],
]


@pytest.mark.parametrize("held", FORMULAS, ids=ascii)
def test_a_cell_is_no_formula(held: str) -> None:
    # (A NUL is shown as it is elsewhere: no CSV has one.)
    assert table([["a", held]]) == [["a", f"'{held}".replace("\0", "\\x00")]]


@pytest.mark.parametrize("held", ["a=1", "s3://b/=", "", " ", "é", "1-2", "'=1", "ж", "a\n=b"], ids=ascii)
def test_other_cells_stay_as_they_are(held: str) -> None:
    assert table([["a", held]]) == [["a", held]]


def test_numbers_and_structs_are_cells() -> None:
    assert table([[-1, 0.5, None, {"a": [1]}, ["="]]]) == [["-1", "0.5", "", '{"a": [1]}', '["="]']]


def test_the_csv_of_a_list_holds_no_formula(store: Store) -> None:
    store.put_type(artifact_type("Thing"))
    store.put(artifacts=[Artifact(type="Thing", name="\uff1dcmd()", uri="\n=1")])
    rows = list(csv.reader(io.StringIO(browsing(store).get("/artifacts.csv").text, newline="")))
    assert rows[1][2:4] == ["'\uff1dcmd()", "'\n=1"]


@pytest.mark.parametrize(
    ("address", "name"),
    [
        ("/lineage/artifact/1.csv?up=1", "graphmeta-lineage-artifact-1.csv"),
        ("/impact/artifact/1.csv", "graphmeta-impact-artifact-1.csv"),
        ("/lineage/artifact/1.svg", "graphmeta-lineage-artifact-1.svg"),
        ("/impact/artifact/1.svg", "graphmeta-impact-artifact-1.svg"),
        ("/context/{run}.svg", "graphmeta-context-{run}.svg"),
        ("/path.svg?from=artifact/1&to=tumour-classifier@4", "graphmeta-path.svg"),
        ("/artifacts.csv", "graphmeta-artifacts.csv"),
    ],
)
def test_files_are_called_by_what_they_hold(demo_store: Store, browse: Browse, address: str, name: str) -> None:
    run = next(each.id for each in demo_store.contexts() if each.type == "Run" and each.name == "train@2")
    answer = browse(demo_store).get(address.format(run=run))
    assert answer.status_code == 200, answer.text
    assert answer.headers["content-disposition"] == f'attachment; filename="{name.format(run=run)}"'
    if name.endswith(".svg"):
        root = ElementTree.fromstring(answer.text)
        drawn = [each.get("data-key") for each in root.iter("{http://www.w3.org/2000/svg}a")]
        assert len(drawn) > 2
        assert root.find("{http://www.w3.org/2000/svg}style") is not None


@pytest.mark.parametrize(
    ("address", "status"),
    [
        ("/impact/artifact/{last}.svg", 404),
        ("/context/{empty}.svg", 404),
        ("/context/99999.svg", 404),
        ("/path.svg?from=artifact/1", 400),
        ("/path.svg?from=artifact/{last}&to=artifact/1", 404),
    ],
)
def test_where_there_is_nothing_to_draw_it_says_so(
    demo_store: Store, browse: Browse, address: str, status: int
) -> None:
    last = max(each.id or 0 for each in demo_store.artifacts())
    empty = next(each.id for each in demo_store.contexts() if not demo_store.executions_in(each))
    answer = browse(demo_store).get(address.format(last=last, empty=empty))
    assert answer.status_code == status, answer.text
    assert Html(answer.text).faults == []


@pytest.mark.parametrize("address", ["/lineage/artifact/99999", "/artifact/99999", "/why?a=nobody&b=nobody"])
def test_what_is_not_there_leads_to_what_is(demo_store: Store, browse: Browse, address: str) -> None:
    answer = browse(demo_store).get(address)
    assert answer.status_code == 404
    page = Html(answer.text)
    assert {"/artifacts", "/executions", "/contexts", "/runs", "/models"} <= set(page.links)
    if "lineage" in address:
        assert "graphmeta ls" not in page.text
        assert "There is no artifact 99999" in page.text
