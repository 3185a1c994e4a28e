"""The picture that one can move about in, search and ask: on its page, and in a file that stands alone."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from graphmeta import query
from graphmeta.render.html import to_html
from graphmeta.store import connect
from graphmeta.testing import hostile
from graphmeta.testing.browser import barriers, watched
from tests.browser.conftest import Open
from tests.render.test_html import repeated

LOOKS = [("light", 1400, 900), ("dark", 390, 844)]


@pytest.fixture
def file(tmp_path: Path, browser: Browser) -> Iterator[Page]:
    """A file with a dataset that a dozen equal steps read, open; any request of it is a fault."""
    with connect(tmp_path / "runs.db") as store:
        text = to_html(query.lineage(store, repeated(store, 12)))
    with watched(browser, "http://nowhere.invalid") as (page, _):
        page.set_content(text)
        yield page


def node(page: Page, key: str) -> Locator:
    """A node of the picture by `artifact/1`."""
    return page.locator(f".gm-view .gm-node[data-key='{key}']")


def width(page: Page) -> float:
    """How large the picture is drawn."""
    return float(page.locator(".gm-view svg").get_attribute("width") or 0)


def scrolled(page: Page) -> list[float]:
    """Where one looks."""
    found: list[float] = page.locator(".gm-view").evaluate("view => [view.scrollLeft, view.scrollTop]")
    return found


# ---------------------------------------------------------------- on a page


def test_a_click_shows_details_and_leads_on(page: Page) -> None:
    page.goto("/lineage/artifact/1?down=all")
    node(page, "artifact/2").click()
    details = page.get_by_role("region", name="Details")
    expect(details.get_by_role("heading", level=2)).to_have_text("tumours@1")
    expect(details).to_contain_text("tumours-raw.csv")
    details.get_by_role("link", name="ingest").click()
    expect(details.get_by_role("heading", level=2)).to_contain_text("ingest")
    expect(node(page, "execution/1")).to_be_focused()
    page.keyboard.press("Escape")
    expect(details).to_be_hidden()
    node(page, "artifact/4").click()
    details.get_by_role("link", name="Path to here").click()
    expect(page).to_have_url(re.compile("down=all.*to=artifact/4"))
    expect(page.locator(".gm-node.gm-marked")).to_have_count(7)
    node(page, "artifact/4").click()
    details.get_by_role("link", name="Centre here").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Lineage of tumours-train@1")
    node(page, "artifact/4").click()
    details.get_by_role("link", name="Open").click()
    expect(page).to_have_url(re.compile("/artifact/4$"))


def test_without_a_script_a_node_is_a_link(open_page: Open) -> None:
    page = open_page(java_script_enabled=False)
    page.goto("/lineage/artifact/1")
    expect(page.get_by_label("Find in the picture")).to_be_hidden()
    node(page, "artifact/2").click()
    expect(page).to_have_url(re.compile("/artifact/2$"))
    page.go_back()
    page.get_by_role("link", name="One more").last.click()
    expect(page.locator(".steps").last).to_contain_text("4 steps")


def test_properties_are_found(page: Page) -> None:
    page.goto("/lineage/artifact/1?down=all")
    field = page.get_by_label("Find in the picture")
    field.fill("tumours-raw.csv")
    found = page.locator(".gm-found")
    expect(found).to_have_text("1 of 30")
    expect(page.locator(".gm-hit")).to_have_attribute("data-key", "artifact/2")
    field.fill("train step")
    expect(found).not_to_have_text("1 of 30")
    field.press("Enter")
    expect(page.locator(".gm-here")).to_have_count(1)
    first = page.locator(".gm-here").get_attribute("data-key")
    field.press("Enter")
    expect(page.locator(".gm-here")).not_to_have_attribute("data-key", first or "")
    field.press("Escape")
    expect(page.locator(".gm-hit")).to_have_count(0)


@pytest.mark.parametrize(("scheme", "wide", "high"), LOOKS)
def test_nobody_is_kept_from_it(open_page: Open, scheme: str, wide: int, high: int) -> None:
    page = open_page(color_scheme=scheme, viewport={"width": wide, "height": high})
    for address in ("/lineage/artifact/1?down=all&to=artifact/4", "/path?from=1&to=Model:tumour-classifier@4"):
        page.goto(address)
        node(page, "artifact/2").click()
        expect(page.get_by_role("region", name="Details")).to_contain_text("tumours@1")
        assert barriers(page) == []
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


# ---------------------------------------------------------------- in a file


def test_keys_lead_along_the_edges(file: Page) -> None:
    file.locator(".gm-view").focus()
    file.keyboard.press("Tab")
    expect(node(file, "artifact/1")).to_be_focused()
    file.keyboard.press("ArrowRight")
    expect(node(file, "execution/1")).to_be_focused()
    file.keyboard.press("ArrowRight")
    expect(node(file, "artifact/2")).to_be_focused()
    file.keyboard.press("ArrowLeft")
    expect(node(file, "execution/1")).to_be_focused()
    file.keyboard.press("Enter")
    expect(file.get_by_role("region", name="Details")).to_contain_text("12 executions")
    file.keyboard.press("Escape")
    expect(file.get_by_role("region", name="Details")).to_be_hidden()
    file.get_by_role("button", name="Show every node").click()
    node(file, "execution/5").focus()
    file.keyboard.press("ArrowDown")
    lower = file.evaluate("document.activeElement.dataset.key")
    assert lower not in ("execution/5", None)
    file.keyboard.press("ArrowUp")
    expect(node(file, "execution/5")).to_be_focused()


def test_it_is_zoomed_and_moved(file: Page) -> None:
    file.get_by_role("button", name="Show every node").click()
    view = file.locator(".gm-view")
    whole = width(file)
    view.focus()
    file.keyboard.press("+")
    assert width(file) == pytest.approx(whole * 1.25)
    file.get_by_role("button", name="Zoom out").click()
    assert width(file) == pytest.approx(whole)
    file.get_by_role("button", name="Fit", exact=True).click()
    fitted = width(file)
    view.hover(position={"x": 10, "y": 10})
    file.keyboard.down("Control")
    file.mouse.wheel(0, -600)
    file.keyboard.up("Control")
    file.wait_for_function(
        "before => document.querySelector('.gm-view svg').getAttribute('width') > before * 2", arg=fitted
    )
    box = view.bounding_box()
    assert box is not None
    before = scrolled(file)
    file.mouse.move(box["x"] + 300, box["y"] + 200)
    file.mouse.down()
    file.mouse.move(box["x"] + 280, box["y"] + 170, steps=4)
    file.mouse.up()
    after = scrolled(file)
    assert (after[0] - before[0], after[1] - before[1]) == pytest.approx((20, 30), abs=1)
    expect(file.get_by_role("region", name="Details")).to_be_hidden()  # it was no click


def test_the_way_to_a_node_is_lit(file: Page) -> None:
    file.get_by_role("button", name="Show every node").click()
    node(file, "artifact/7").hover()
    lit = file.locator(".gm-lit .gm-node.gm-on")
    expect(lit).to_have_count(3)
    expect(file.locator(".gm-lit .gm-edge.gm-on")).to_have_count(2)
    node(file, "artifact/9").focus()
    expect(lit).to_have_count(3)
    expect(node(file, "artifact/9")).to_have_class("gm-node gm-on")
    file.get_by_label("Find in the picture").focus()
    file.get_by_label("Find in the picture").hover()
    expect(file.locator(".gm-lit")).to_have_count(0)


def test_a_fold_opens_in_place_and_closes(file: Page) -> None:
    nodes = file.locator(".gm-view .gm-node")
    expect(nodes).to_have_count(3)
    file.get_by_role("button", name="Show every node").click()
    expect(nodes).to_have_count(25)
    node(file, "execution/5").click()
    details = file.get_by_role("region", name="Details")
    expect(details).to_contain_text("run@4")
    details.get_by_role("link", name="churn@4").click()
    expect(details.get_by_role("heading", level=3)).to_contain_text("churn@4")
    file.get_by_role("button", name="Fold what is alike").click()
    expect(nodes).to_have_count(3)
    file.get_by_label("Find in the picture").fill("run@7")
    expect(file.locator(".gm-hit")).to_have_attribute("data-key", "execution/1")  # which stands for it


def test_nobody_is_kept_from_the_file(file: Page) -> None:
    assert barriers(file) == []
    file.emulate_media(media="print")
    expect(file.get_by_label("Find in the picture")).to_be_hidden()


def test_nothing_of_a_hostile_store_runs_in_a_file(browser: Browser, tmp_path: Path) -> None:
    with connect(tmp_path / "hostile.db") as store:
        hostile.fill(store)
        texts = [to_html(query.lineage(store, step)) for step in store.executions()[::3]]
    with watched(browser, "http://nowhere.invalid") as (page, _):
        for text in texts:
            page.goto("about:blank")
            page.set_content(text)
            page.locator(".gm-node").first.click()
            page.get_by_label("Find in the picture").fill("hacked")
            expect(page.get_by_role("region", name="Details")).to_be_visible()
            assert page.evaluate("window.hacked") is None
