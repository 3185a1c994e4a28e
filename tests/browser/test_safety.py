"""Nothing of a hostile store runs on any page, and nobody is kept from using one."""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Iterator, Sequence
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, Page

from graphmeta.pages.views import VIEWS
from graphmeta.testing import hostile
from graphmeta.testing.browser import barriers, watched
from graphmeta.testing.serving import Served
from tests.pages.kit import view_of

START = ["/", "/types", "/models", "/datasets", "/runs", "/artifacts", "/executions", "/contexts"]
LOOKS = [("light", 1400, 900), ("dark", 1400, 900), ("light", 390, 844), ("dark", 390, 844)]


def walk(page: Page, each: int, first: Sequence[str] = ()) -> Iterator[str]:
    """Go to the pages of `first`, and then to those to which links lead, so many of each view, in the browser itself;
    yields their addresses."""
    waiting = deque([*first, *START])
    seen, counts = set(waiting), Counter[str]()
    while waiting:
        address = waiting.popleft()
        view = view_of(address)
        if address not in first and (view is None or view[1] != "html" or counts[view[0].name] >= each):
            continue
        assert view is not None
        counts[view[0].name] += 1
        response = page.goto(address)
        assert response is not None
        assert response.status == 200, address
        links = page.eval_on_selector_all("a[href]", "links => links.map(link => link.getAttribute('href'))")
        yield address
        for link in links:
            link = link.partition("#")[0]
            if link.startswith("/") and link not in seen:
                seen.add(link)
                waiting.append(link)


def of_each_text(page: Page) -> list[str]:
    """A model, its lineage, a step and a run of each text of the hostile store."""
    found: dict[str, list[str]] = {}
    for kind in ("artifact", "execution", "context"):
        for row in page.request.get(f"/{kind}s.json?limit=200").json()["rows"]:
            if row["type"].startswith(("Model ", "train ", "Run ")):
                lineage = [f"/lineage/artifact/{row['id']}"] if kind == "artifact" else []
                found[row["type"]] = [f"/{kind}/{row['id']}", *lineage]
    assert len(found) == 3 * len(hostile.TEXTS)
    return [address for addresses in found.values() for address in addresses]


def test_nothing_of_a_hostile_store_runs(browser: Browser, attacked: Served) -> None:
    names = set()
    with watched(browser, attacked.web_url) as (page, _):
        page.add_init_script(
            "addEventListener('securitypolicyviolation', event => console.error('refused', event.violatedDirective))"
        )
        for address in walk(page, 3, of_each_text(page)):
            names.add(page.get_by_role("main").get_attribute("class"))
            assert page.evaluate("typeof window.hacked") == "undefined", address
            assert urlsplit(page.url).path == urlsplit(address).path
            assert page.get_by_role("heading", level=1).count() == 1, address
    assert attacked.stderr == ""
    assert names == {view.name for view in VIEWS}


@pytest.mark.parametrize(("scheme", "width", "height"), LOOKS, ids=lambda value: str(value))
def test_axe_finds_no_barrier(browser: Browser, demo: Served, scheme: str, width: int, height: int) -> None:
    faults, names = [], set()
    options = {"color_scheme": scheme, "viewport": {"width": width, "height": height}}
    with watched(browser, demo.web_url, **options) as (page, _):
        for address in walk(page, 1):
            names.add(page.get_by_role("main").get_attribute("class"))
            faults += [f"{address}: {barrier}" for barrier in barriers(page)]
            wide = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
            if wide > 0:
                faults.append(f"{address}: it is {wide} pixels wider than the window")
    assert faults == []
    assert names == {view.name for view in VIEWS}
