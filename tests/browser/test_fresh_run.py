"""The page of a run that is still going."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from playwright.sync_api import Page, expect

from graphmeta import Association, Context, Execution, Store, connect, context_type, execution_type
from graphmeta.testing.serving import up


def running(store: Store) -> Execution:
    """Put a run with one step that is running; returns the step."""
    store.put_types([execution_type("train"), context_type("Run")])
    run, step = Context(type="Run", name="nightly"), Execution(type="train", name="fit", state="RUNNING")
    store.put(contexts=[run], executions=[step], associations=[Association(step, run)])
    return step


def test_a_run_is_fresh_whatever_the_reader_has_touched(open_page: Callable[..., Page], tmp_path: Path) -> None:
    with connect(tmp_path / "runs.db") as store, up(tmp_path / "runs.db") as served:
        step = running(store)
        page = open_page(served)
        page.goto("/context/1")
        table = page.get_by_text("The timeline as a table")
        table.click()
        expect(page.get_by_text("looks again every")).to_be_visible()
        step.state = "COMPLETE"
        store.put(executions=[step])
        # What was unfolded stays so, and the focus where it was; and once all is done nothing is looked at any more.
        expect(page.get_by_text("looks again every")).to_have_count(0, timeout=30_000)
        expect(page.locator("details[open]").filter(has=table)).to_be_visible()
        expect(table).to_be_focused()
        expect(page.get_by_role("main").get_by_text("running")).to_have_count(0)
