"""Write docs/pictures/*.png: the pages of the demo's store, as Debian's Chromium shows them.

Times and what tells of the machine are replaced by what is always the same, so that a picture changes only where its
page does (but for how long steps took).
"""

from __future__ import annotations

import getpass
import io
import platform
import re
import sys
import tempfile
from pathlib import Path
from typing import Any

from PIL import Image
from playwright.sync_api import Browser

import graphmeta
from graphmeta import Store, query
from graphmeta.demo import run_demo
from graphmeta.testing import browser as browsers
from graphmeta.testing.serving import up

FOLDER = Path(__file__).with_name("pictures")
MOST_BYTES = 150_000
_WIDE: dict[str, Any] = {"viewport": {"width": 1280, "height": 800}}
_DARK: dict[str, Any] = {**_WIDE, "color_scheme": "dark"}
_PHONE: dict[str, Any] = {"viewport": {"width": 390, "height": 780}}
_TALLEST = 1000  # pixels
# What differs from machine to machine and from day to day; the first of each is a regular expression.
_SAME = [
    [r"\d{4}-\d\d-\d\dT[\d:.]+[+-]\d\d:\d\d", "2026-01-15T09:30:00+00:00"],
    [r"\d{4}-\d\d-\d\d \d\d:\d\d", "2026-01-15 09:30"],
    [r"\(\d{13}\)", "(1768469400000)"],
    [rf"^{re.escape(platform.node())}$", "workstation"],
    [rf"^{re.escape(getpass.getuser())}$", "ann"],
    [r"\S*python\S* docs/make_screenshots.py", "graphmeta up --demo"],
    [r"file://\S*/(?=\d+/)", "file:///home/ann/models/"],
]
_MAKE_SAME = """same => {
    const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    for (let text = texts.nextNode(); text; text = texts.nextNode())
        for (const [what, by] of same) text.data = text.data.replace(new RegExp(what, "g"), by);
}"""


def addresses(store: Store) -> dict[str, tuple[str, dict[str, Any]]]:
    """The pages to show, by the name of the picture, and the profile of the browser that shows them."""
    model = query.resolve(store, "Model:tumour-classifier@4").id
    before = query.resolve(store, "Model:tumour-classifier@3").id
    run = query.resolve(store, "Run:refine").id
    return {
        "home": ("/", _WIDE),
        "models": ("/models", _WIDE),
        "datasets": ("/datasets", _WIDE),
        "artifact": (f"/artifact/{model}", _WIDE),
        "lineage": (f"/lineage/artifact/{model}", _WIDE),
        "lineage-dark": (f"/lineage/artifact/{model}", _DARK),
        "compare": (f"/compare?ids={before},{model}", _WIDE),
        "why": (f"/why?a={before}&b={model}", _WIDE),
        "context": (f"/context/{run}", _WIDE),
        "checks": ("/checks", _WIDE),
        "phone": (f"/artifact/{model}", _PHONE),
    }


def main() -> None:
    """Make the demo's store, serve it, and take the pictures."""
    if browsers.chromium() is None:
        sys.exit(browsers.NONE)
    FOLDER.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as made:
        file = Path(made, "demo.db")
        with graphmeta.connect(file) as store:
            run_demo(store, folder=Path(made), echo=lambda line: None)
            pages = addresses(store)
        with up(file) as served, browsers.launched() as browser:
            for name, (address, profile) in pages.items():
                print(f"{name}: {take(browser, served.web_url + address, profile, FOLDER / f'{name}.png'):,} bytes")


def take(browser: Browser, url: str, profile: dict[str, Any], file: Path) -> int:
    """Take one picture; how many bytes it has.

    Raises:
        SystemExit: the page is not there, or the picture is too large for the documentation.
    """
    context = browser.new_context(**profile, reduced_motion="reduce")
    page = context.new_page()
    answer = page.goto(url)
    if answer is None or answer.status != 200:
        sys.exit(f"{url} answered {answer and answer.status}: no picture of it.")
    page.evaluate(_MAKE_SAME, _SAME)
    page.mouse.move(0, 0)
    height = min(_TALLEST, page.evaluate("document.documentElement.scrollHeight"))
    width = profile["viewport"]["width"]
    written = small(page.screenshot(full_page=True, clip={"x": 0, "y": 0, "width": width, "height": height}))
    context.close()
    if len(written) > MOST_BYTES:
        sys.exit(f"{file.name} would have {len(written):,} bytes, and {MOST_BYTES:,} are the most.")
    file.write_bytes(written)
    return len(written)


def small(png: bytes) -> bytes:
    """The same picture in 256 colours, which letters and boxes do not miss: a third of the size."""
    written = io.BytesIO()
    image = Image.open(io.BytesIO(png)).convert("RGB").quantize(256, dither=Image.Dither.NONE)
    image.save(written, "PNG", optimize=True)
    return written.getvalue()


if __name__ == "__main__":
    main()
