"""What a page is: an address, what it may be asked, and a function from a store to an answer."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from graphmeta.pages.parameters import Parameter
from graphmeta.store import Store


def _nothing() -> Mapping[str, Any]:
    return {}


@dataclass(frozen=True, slots=True)
class Page:
    """The answer to one request.

    Attributes:
        title: of the page, and of the window.
        data: what the JSON twin holds; the template has it under its keys, too.
        extra: what the page alone needs, pictures above all. It is made only for a page, while the store is open.
        status: of HTTP.
    """

    title: str
    data: Mapping[str, Any]
    extra: Callable[[], Mapping[str, Any]] = _nothing
    status: int = 200


@dataclass(frozen=True, slots=True)
class View:
    """One page.

    Attributes:
        name: of its template (`templates/<name>.html`) and of its operation in the OpenAPI document.
        path: as starlette writes it: `/artifact/{id:int}`.
        summary: what it does, in one sentence.
        answer: makes the page, given a store and the values of `path` and `parameters` by name.
        shape: a TypedDict that says what `Page.data` holds; the OpenAPI document is made from it.
        parameters: of the query string. One named `at` is taken care of: the store is then as it was.
        csv: rows of the same data as a table at `<path>.csv`, the first one the header; None where there is no table.
        files: what else the page can be had as, at `<path>.<name>`: "svg" or "html" that stand alone. Each is a
            function of what `answer` is given, and gives the text of the file.
    """

    name: str
    path: str
    summary: str
    answer: Callable[[Store, Mapping[str, Any]], Page]
    shape: type
    parameters: Sequence[Parameter] = field(default=())
    csv: Callable[[Mapping[str, Any]], Sequence[Sequence[Any]]] | None = None
    files: Mapping[str, Callable[[Store, Mapping[str, Any]], str]] = field(default_factory=dict)
