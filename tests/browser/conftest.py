"""A browser, servers of stores that are only read, and pages that are watched."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page

from graphmeta.store import connect
from graphmeta.testing import browser as browsers
from graphmeta.testing import hostile
from graphmeta.testing.serving import Served, up

Open = Callable[..., Page]


@pytest.hookimpl(tryfirst=True)  # before they are put in order
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """A browser takes its time: after the fast tests."""
    here = Path(__file__).parent
    for item in items:
        if here in item.path.parents:
            item.add_marker("slow")


def pytest_terminal_summary(terminalreporter: Any) -> None:
    """Say loudly that no page was looked at, where that is so."""
    reasons = {str(report.longrepr[2]) for report in terminalreporter.stats.get("skipped", []) if report.longrepr}
    if any(browsers.NONE in reason for reason in reasons):
        terminalreporter.section("THE PAGES WERE NOT TESTED IN A BROWSER", red=True, bold=True)
        terminalreporter.line(browsers.NONE, red=True)


@pytest.fixture(scope="package")
def browser() -> Iterator[Browser]:
    """Debian's Chromium; skipped where there is none, failed where CI=true."""
    browsers.skip_or_fail(pytest.skip, pytest.fail)
    with browsers.launched() as launched:
        yield launched


@pytest.fixture(scope="package")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """The demo's store and its pages, by `graphmeta up --demo`."""
    folder = tmp_path_factory.mktemp("demo")
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(folder)  # where the demo puts its models
        with up(folder / "demo.db", "--demo") as served:
            yield served


@pytest.fixture(scope="package")
def attacked(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """A store whose texts attack pages, and its pages."""
    file = tmp_path_factory.mktemp("hostile") / "hostile.db"
    with connect(file) as store:
        hostile.fill(store)
    with up(file) as served:
        yield served


@pytest.fixture(scope="package")
def empty(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """A store without a node, and its pages."""
    with up(tmp_path_factory.mktemp("empty") / "empty.db") as served:
        yield served


@pytest.fixture
def open_page(browser: Browser, demo: Served) -> Iterator[Open]:
    """Opens a page in a profile of its own, watched until the end of the test. Arguments are Playwright's
    `new_context`'s, `served`: whose pages, the demo's unless told, and `expected`: words of faults that are to be."""
    with ExitStack() as stack:

        def opened(served: Served = demo, expected: Sequence[str] = (), **options: Any) -> Page:
            page, watch = stack.enter_context(browsers.watched(browser, served.web_url, **options))
            watch.expected += expected
            return page

        yield opened


@pytest.fixture
def page(open_page: Open) -> Page:
    """A page of the demo's store."""
    return open_page()
