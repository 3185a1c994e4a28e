"""A real browser for tests of pages: Debian's Chromium, driven by Playwright.

A page that is watched fails its test for an error in the console, for a script's exception, for a dialog, and for any
request that leaves the server under test. Nothing here sleeps: Playwright itself waits for what it looks for.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, NoReturn
from urllib.parse import urlsplit

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, ConsoleMessage, Dialog, Page, Request, sync_playwright

NONE = "No browser for tests: there is no `chromium`. `make browser` installs Debian's; elsewhere put one on the PATH."
_NAMES = ("chromium", "chromium-browser", "google-chrome")
# Chromium refuses to run as root with its sandbox, and containers have no /dev/shm to speak of.
_OPTIONS = ["--no-sandbox", "--disable-dev-shm-usage"]
_SERIOUS = ("serious", "critical")
_WAIT_MILLISECONDS = 20_000


def chromium() -> str | None:
    """The program, or None where there is none."""
    return next((found for name in _NAMES if (found := shutil.which(name))), None)


def skip_or_fail(skip: Callable[[str], NoReturn], fail: Callable[[str], NoReturn]) -> None:
    """Skip where there is no browser; fail where CI=true, for there the pages must be tested."""
    if chromium() is None:
        (fail if os.environ.get("CI") == "true" else skip)(NONE)


@contextmanager
def launched() -> Iterator[Browser]:
    """A browser without a window. (While it runs, nothing else in this thread can run an event loop.)"""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium(), args=_OPTIONS)
        try:
            yield browser
        finally:
            browser.close()


@dataclass(slots=True)
class Watch:
    """What happened on a page that should not.

    Attributes:
        faults: a line for each.
        expected: words of faults that a test brings about itself.
    """

    faults: list[str] = field(default_factory=list)
    expected: list[str] = field(default_factory=list)

    def note(self, fault: str) -> None:
        """One more."""
        if not any(words in fault for words in self.expected):
            self.faults.append(fault[:300])


@contextmanager
def watched(browser: Browser, origin: str, **options: Any) -> Iterator[tuple[Page, Watch]]:
    """A page in a browser profile of its own, watched.

    Args:
        origin: of the server under test, as `http://127.0.0.1:41235`. Addresses in tests are below it.
        options: of the profile, as Playwright's `new_context` takes them: `java_script_enabled=False`, `color_scheme`.

    Raises:
        AssertionError: at the end, if something was noted.
    """
    watch = Watch()
    context = browser.new_context(base_url=origin, **options)
    context.set_default_timeout(_WAIT_MILLISECONDS)
    try:
        context.on("request", lambda request: _note_request(watch, origin, request))
        context.on("console", lambda message: _note_console(watch, message))
        context.on("weberror", lambda error: watch.note(f"exception: {error.error}"))
        context.on("dialog", lambda dialog: _note_dialog(watch, dialog))
        page = context.new_page()
        yield page, watch
        assert watch.faults == []
    finally:
        context.close()


def _note_request(watch: Watch, origin: str, request: Request) -> None:
    parts = urlsplit(request.url)
    if f"{parts.scheme}://{parts.netloc}" != origin.rstrip("/") and parts.scheme not in ("blob", "data", "about"):
        watch.note(f"request: {request.url}")


def _note_console(watch: Watch, message: ConsoleMessage) -> None:
    if message.type in ("error", "warning"):
        watch.note(f"console: {message.text} ({message.location.get('url', '')})")


def _note_dialog(watch: Watch, dialog: Dialog) -> None:
    watch.note(f"dialog: {dialog.message}")
    dialog.dismiss()


def barriers(page: Page) -> list[str]:
    """What axe finds on a page that keeps people from using it: violations of level serious or critical."""
    found = Axe().run(page, options={"resultTypes": ["violations"]}).response["violations"]
    return [
        f"{each['id']}: {each['help']}: {node['html'][:160]}"
        for each in found
        if each["impact"] in _SERIOUS
        for node in each["nodes"][:3]
    ]
