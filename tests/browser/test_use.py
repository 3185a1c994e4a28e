"""What people do with the pages: by role and name, with a script and without, with a mouse and without."""

from __future__ import annotations

import re
from pathlib import Path
from xml.etree import ElementTree

import pytest
from playwright.sync_api import Page, expect

from graphmeta.testing.serving import Served
from tests.browser.conftest import Open

MODEL = "tumour-classifier"
LINEAGE = re.compile(r"/lineage/artifact/\d+")


@pytest.fixture(params=[True, False], ids=["script", "no script"])
def either(request: pytest.FixtureRequest, open_page: Open) -> Page:
    """A page of the demo's store, with a script and without."""
    return open_page(java_script_enabled=request.param)


def picture(page: Page) -> set[str]:
    """The nodes that a lineage draws."""
    return set(page.locator("svg.gm-lineage .gm-node").evaluate_all("nodes => nodes.map(node => node.dataset.key)"))


def at_lineage_of_the_model(page: Page) -> None:
    page.goto("/models")
    page.get_by_role("link", name=f"Lineage of {MODEL}", exact=True).click()
    expect(page.get_by_role("heading", level=1)).to_contain_text(f"Lineage of {MODEL}@4")


# ---------------------------------------------------------------- one thing after the other


def test_search_open_and_go_back(either: Page) -> None:
    either.goto("/types")
    box = either.get_by_role("search").get_by_role("searchbox", name="Search")
    box.fill(MODEL)
    box.press("Enter")
    expect(either).to_have_url(re.compile(rf"/\?q={MODEL}"))
    found = either.get_by_role("main").get_by_role("link", name=f"{MODEL}@4", exact=True).first
    found.click()
    expect(either.get_by_role("heading", level=1)).to_contain_text(f"{MODEL}@4")
    expect(either.get_by_role("main")).to_contain_text("0.9643")  # its accuracy
    either.go_back()
    expect(found).to_be_visible()
    either.go_back()
    expect(either.get_by_role("heading", level=1, name="Types")).to_be_visible()


def test_a_search_that_finds_nothing_says_what_to_do(page: Page) -> None:
    page.goto("/?q=no+such+thing+anywhere")
    expect(page.get_by_role("main")).to_contain_text("try a part of the name")
    page.get_by_role("link", name="artifacts", exact=True).click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Artifacts")


def test_a_graph_grows_shrinks_and_comes_back(either: Page) -> None:
    at_lineage_of_the_model(either)
    expect(either.locator("svg.gm-lineage")).to_be_visible()
    first = picture(either)
    sides = either.get_by_role("navigation", name="How far")
    either.goto(either.url.partition("?")[0] + "?up=1&down=0")
    small = picture(either)
    sides.get_by_role("link", name="One more").first.click()
    expect(either).to_have_url(re.compile("up=2"))
    grown = picture(either)
    assert small < grown
    sides.get_by_role("link", name="One less").first.click()
    expect(either).to_have_url(re.compile("up=1"))
    assert picture(either) == small
    sides.get_by_role("link", name="All").first.click()
    expect(either).to_have_url(re.compile("up=all"))
    assert grown <= picture(either)
    assert first
    either.go_back()
    expect(either).to_have_url(re.compile("up=1"))
    assert picture(either) == small


def test_a_node_of_the_picture_leads_to_its_page(open_page: Open) -> None:
    page = open_page(java_script_enabled=False)
    at_lineage_of_the_model(page)
    page.get_by_role("link", name=re.compile(rf"Model {MODEL}@4, artifact \d+")).click()
    expect(page.get_by_role("heading", level=1)).to_contain_text(f"{MODEL}@4")
    expect(page).to_have_url(re.compile(r"/artifact/\d+$"))


def test_a_path_is_followed(either: Page) -> None:
    either.goto("/path")
    either.get_by_label("From").fill("artifact/1")
    either.get_by_label("To", exact=True).fill(f"Model:{MODEL}@4")
    either.get_by_role("button", name="Show the ways").click()
    expect(either.get_by_role("heading", name=re.compile("Way 1: "))).to_be_visible()
    assert either.locator("svg.gm-lineage .gm-node.gm-marked").count() > 2
    steps = either.get_by_role("main").get_by_role("list").first.get_by_role("link")
    expect(steps.last).to_contain_text(f"{MODEL}@4")
    steps.first.click()
    expect(either).to_have_url(re.compile("/artifact/1$"))


def test_questions_begin_on_the_first_page(either: Page) -> None:
    either.goto("/")
    either.get_by_label("How did").fill("artifact/1")
    either.get_by_label("reach").fill(f"Model:{MODEL}@4")
    either.get_by_role("button", name="How?").click()
    expect(either.get_by_role("heading", name=re.compile("Way 1: "))).to_be_visible()
    either.goto("/")
    either.get_by_label("Why do").fill(f"{MODEL}@2")
    either.get_by_label(re.compile("^and")).fill(f"{MODEL}@4")
    either.get_by_role("button", name="Why?").click()
    expect(either.get_by_role("heading", name="What changed, nearest first")).to_be_visible()


def test_runs_by_state(either: Page) -> None:
    either.goto("/")
    either.get_by_role("navigation", name="Pages").get_by_role("link", name="Runs").click()
    table = either.get_by_role("region", name="Runs")
    expect(table.get_by_role("row", name=re.compile("train@1")).first).to_contain_text("failed")
    either.get_by_label("State").select_option("FAILED")
    either.get_by_role("button", name="Show").click()
    expect(either).to_have_url(re.compile("state=FAILED"))
    expect(table).not_to_contain_text("complete")
    table.get_by_role("link", name="train@1").click()
    expect(either.get_by_role("heading", level=1)).to_contain_text("train@1")


def test_two_versions_are_compared_and_why_they_differ(either: Page) -> None:
    either.goto("/models")
    either.get_by_role("link", name=f"Compare the last two of {MODEL}").click()
    table = either.get_by_role("region", name="Side by side")
    expect(table.get_by_role("columnheader", name=f"{MODEL}@3")).to_be_visible()
    accuracy = table.get_by_role("row", name=re.compile("^accuracy"))
    expect(accuracy).to_contain_text("0.9524")
    expect(accuracy).to_contain_text("0.9643")
    either.get_by_role("link", name="Why do they differ?").click()
    expect(either.get_by_role("heading", name="What changed, nearest first")).to_be_visible()
    either.go_back()
    expect(accuracy).to_be_visible()


def test_the_picture_can_be_downloaded(page: Page, tmp_path: Path) -> None:
    at_lineage_of_the_model(page)
    drawn = picture(page)
    with page.expect_download() as downloading:
        page.get_by_role("link", name="Download SVG").click()
    assert downloading.value.suggested_filename.endswith(".svg")
    file = tmp_path / "lineage.svg"
    downloading.value.save_as(file)
    root = ElementTree.parse(file).getroot()
    assert {each.get("data-key") for each in root.iter("{http://www.w3.org/2000/svg}a")} == drawn


def test_an_address_shows_a_colleague_the_same(page: Page, open_page: Open) -> None:
    at_lineage_of_the_model(page)
    page.get_by_role("navigation", name="How far").get_by_role("link", name="All").first.click()
    expect(page).to_have_url(re.compile("up=all"))
    page.get_by_role("row", name=re.compile("artifact.1 ")).get_by_role(
        "link", name=re.compile("^mark the way")
    ).click()
    expect(page).to_have_url(re.compile("to=artifact"))
    marked = page.locator("svg.gm-lineage .gm-node.gm-marked")
    expect(marked.first).to_be_visible()
    colleague = open_page()
    colleague.goto(page.url)
    assert picture(colleague) == picture(page)
    assert colleague.locator("svg.gm-lineage .gm-node.gm-marked").count() == marked.count()


def test_the_twin_of_a_page_is_a_link_away(page: Page) -> None:
    at_lineage_of_the_model(page)
    address = page.get_by_role("contentinfo").get_by_role("link", name="This page as JSON").get_attribute("href")
    assert address is not None
    found = page.request.get(address).json()
    assert {f"{each['kind']}/{each['id']}" for each in found["nodes"]} >= picture(page)


# ---------------------------------------------------------------- without a mouse


def test_the_keyboard_alone_goes_from_the_search_to_a_node_of_the_picture(page: Page) -> None:
    page.goto("/types")
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="To the content")).to_be_focused()
    page.keyboard.press("/")
    expect(page.get_by_role("search").get_by_role("searchbox", name="Search")).to_be_focused()
    page.keyboard.type(f"{MODEL}@4")
    page.keyboard.press("Enter")
    link = page.get_by_role("main").get_by_role("link", name=f"{MODEL}@4", exact=True).first
    expect(link).to_be_visible()
    link.focus()
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile(r"/artifact/\d+"))
    lineage = page.get_by_role("main").get_by_role("link", name="Lineage", exact=True).first
    lineage.focus()
    page.keyboard.press("Enter")
    expect(page).to_have_url(LINEAGE)
    # The address changes before the page's script has run.
    page.wait_for_load_state("domcontentloaded")
    page.locator("svg.gm-lineage .gm-node.gm-start").focus()
    page.keyboard.press("ArrowLeft")
    before = page.locator("svg.gm-lineage .gm-node:focus")
    expect(before).to_have_attribute("data-key", re.compile("execution/"))
    page.keyboard.press("ArrowRight")
    expect(page.locator("svg.gm-lineage .gm-node.gm-start")).to_be_focused()


def test_growing_a_graph_keeps_the_focus(page: Page) -> None:
    at_lineage_of_the_model(page)
    page.goto(page.url.partition("?")[0] + "?up=1&down=0")
    sides = page.get_by_role("navigation", name="How far")
    sides.get_by_role("link", name="One more").first.focus()
    for steps in (2, 3):
        page.keyboard.press("Enter")
        expect(page).to_have_url(re.compile(f"up={steps}" if steps != 3 else "#more-up$"))
        page.wait_for_load_state("domcontentloaded")
        expect(sides.get_by_role("link", name="One more").first).to_be_focused()
    page.keyboard.press("Shift+Tab")
    page.keyboard.press("Enter")
    expect(sides.get_by_role("link", name="One less").first).to_be_focused()
    sides.get_by_role("link", name="All").first.focus()
    page.keyboard.press("Enter")
    expect(sides.get_by_role("link", name="3 steps")).to_be_focused()


def test_what_has_the_focus_can_be_seen(page: Page) -> None:
    at_lineage_of_the_model(page)
    for _ in range(25):
        page.keyboard.press("Tab")
        seen = page.evaluate(
            "() => { const at = document.activeElement, look = getComputedStyle(at);"
            " return at === document.body || look.outlineStyle !== 'none' || look.boxShadow !== 'none'"
            " || at.matches('.gm-node') }"
        )
        assert seen, page.evaluate("document.activeElement.outerHTML.slice(0, 200)")


# ---------------------------------------------------------------- what is not there


def test_what_is_not_there_says_so_and_leads_on(open_page: Open) -> None:
    page = open_page(java_script_enabled=False, expected=["404"])
    page.goto("/artifact/99999")
    expect(page.get_by_role("heading", level=1, name="Not found")).to_be_visible()
    page.get_by_role("link", name="To the search").click()
    expect(page).to_have_url(re.compile("/$"))


def test_an_empty_store_says_what_to_do(open_page: Open, empty: Served) -> None:
    page = open_page(empty)
    for address in ("/", "/models", "/datasets", "/artifacts", "/executions", "/contexts", "/types"):
        page.goto(address)
        further = page.get_by_role("main").get_by_role("link", name="What to do next")
        if further.count():
            further.click()
        expect(page.get_by_role("main")).to_contain_text("graphmeta demo")
