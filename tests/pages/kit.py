"""Reading pages: whether they are well formed and safe, and where they lead."""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Iterator
from html.parser import HTMLParser
from typing import Any
from urllib.parse import urlsplit

from starlette.routing import compile_path
from starlette.testclient import TestClient

from graphmeta.pages.links import twin
from graphmeta.pages.view import View
from graphmeta.pages.views import VIEWS

_VOID = {"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"}
_BLOCKS = {
    "div",
    "p",
    "table",
    "ul",
    "ol",
    "dl",
    "section",
    "form",
    "h1",
    "h2",
    "h3",
    "pre",
    "figure",
    "details",
    "main",
}
# Servers and proxies refuse addresses that are much longer.
LONGEST_LINK = 60_000
_ADDRESSES = {"href", "src", "action", "formaction", "xlink:href", "data", "poster", "srcset", "ping", "background"}
_NEVER = {"style", "iframe", "object", "embed", "base", "frame", "applet"}


class Html(HTMLParser):
    """A page taken apart.

    Attributes:
        faults: what is not well formed, or could run.
        links: the addresses of this server that it names.
        text: what it says.
    """

    def __init__(self, source: str) -> None:
        super().__init__()
        self.faults: list[str] = []
        self.links: list[str] = []
        self.ids: Counter[str] = Counter()
        self.headings = 0
        self._open: list[str] = []
        self._said: list[str] = []
        self.feed(source)
        self.close()
        self.faults += [f"<{tag}> is never closed" for tag in self._open]
        self.faults += [f"the id {name!r} is given {times} times" for name, times in self.ids.items() if times > 1]
        if self.headings != 1:
            self.faults.append(f"it has {self.headings} <h1>")
        if "Traceback (most recent" in source:
            self.faults.append("it shows a traceback")

    @property
    def text(self) -> str:
        return " ".join(" ".join(self._said).split())

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._element(tag, dict(attrs))
        if tag not in _VOID:
            self._open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._element(tag, dict(attrs))

    def handle_endtag(self, tag: str) -> None:
        if not self._open or self._open[-1] != tag:
            self.faults.append(f"</{tag}> in {self._open[-3:]}, line {self.getpos()[0]}")
            if tag not in self._open:
                return
            while self._open[-1] != tag:
                self._open.pop()
        self._open.pop()

    def handle_data(self, data: str) -> None:
        self._said.append(data)

    def handle_comment(self, data: str) -> None:
        self.faults.append(f"a comment, {data[:40]!r}")

    def _element(self, tag: str, held: dict[str, str | None]) -> None:
        self.headings += tag == "h1"
        if held.get("id"):
            self.ids[str(held["id"])] += 1
        if tag in _NEVER:
            self.faults.append(f"<{tag}>")
        if tag in _BLOCKS and "p" in self._open:
            self.faults.append(f"<{tag}> within <p>, line {self.getpos()[0]}")
        if tag == "script" and not str(held.get("src")).startswith("/static/"):
            self.faults.append(f"<script {held}>")
        for name, value in held.items():
            if name.startswith("on") or name == "style":
                self.faults.append(f"<{tag} {name}={str(value)[:40]!r}>")
            if name in _ADDRESSES:
                self._address(tag, name, value or "", held.get("rel") or "")

    def _address(self, tag: str, name: str, address: str, relation: str) -> None:
        if len(address) > LONGEST_LINK:
            self.faults.append(f"<{tag} {name}={address[:60]!r}> has {len(address)} characters")
        elif address.startswith("/") and not address.startswith(("//", "/\\")):
            if name == "href" and not address.startswith("/static/"):
                self.links.append(address)
        elif address.startswith(("http://", "https://")):
            if tag != "a" or "noreferrer" not in relation:
                self.faults.append(f"<{tag} {name}={address[:60]!r}> leads away")
        elif not address.startswith(("#", "?")):
            self.faults.append(f"<{tag} {name}={address[:60]!r}>")


def view_of(address: str) -> tuple[View, str] | None:
    """The view that answers an address, and the form it answers in; None where none does."""
    path = urlsplit(address).path
    for view in VIEWS:
        for form in ("html", "json", "csv"):
            if form == "csv" and view.csv is None:
                continue
            if _matches(path, view, form):
                return view, form
    return None


def _matches(path: str, view: View, form: str) -> bool:
    pattern = view.path if form == "html" else twin(view.path, form)
    return compile_path(pattern)[0].match(path) is not None


def walked(browser: TestClient, start: str = "/types", each: int = 6) -> Iterator[tuple[str, View, Any]]:
    """The pages to which links lead, from one on: their addresses, views and answers; so many of each view at most."""
    waiting, seen, counts = deque([start]), {start}, Counter[str]()
    while waiting:
        address = waiting.popleft()
        found = view_of(address)
        if found is None or found[1] != "html":
            continue
        view = found[0]
        if counts[view.name] == each:
            continue
        counts[view.name] += 1
        answer = browser.get(address)
        yield address, view, answer
        for link in Html(answer.text).links:
            link = link.partition("#")[0]
            if link not in seen:
                seen.add(link)
                waiting.append(link)
