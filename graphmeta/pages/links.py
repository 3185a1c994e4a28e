"""Addresses of pages. What a page is asked stands in its address, so that every view can be sent to somebody."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any, NamedTuple
from urllib.parse import quote, urlencode

from graphmeta.pages.parameters import LONGEST, Parameter


class _Here(NamedTuple):
    """The page that is being made: the moment that it answers from, and what it is asked where nobody says."""

    at: str | None
    defaults: Mapping[str, Any]


_NOWHERE = _Here(None, {})
_HERE: ContextVar[_Here] = ContextVar("here", default=_NOWHERE)


@contextmanager
def leading_from(parameters: Sequence[Parameter], at: str | None) -> Iterator[None]:
    """While this lasts, links keep the moment that the page is asked as of, so that whoever looks at the past stays
    there; and its own addresses do without what is the default.

    Args:
        parameters: of the page.
        at: the moment as it was given; None is now.
    """
    token = _HERE.set(_Here(at, {each.name: each.default for each in parameters}))
    try:
        yield
    finally:
        _HERE.reset(token)


def link(path: str, **asked: Any) -> str:
    """The address of a page; what is None, empty, False, or too long to be asked is left out, True is 1. Unless `at`
    is given it is the one of the page that the link stands on."""
    asked.setdefault("at", _HERE.get().at)
    pairs = [(key, text) for key, value in asked.items() for text in _texts(value) if len(text) <= LONGEST]
    path = quote(path, safe="/", errors="replace")
    return f"{path}?{urlencode(pairs, errors='replace')}" if pairs else path


def changed(path: str, asked: Mapping[str, Any], **changes: Any) -> str:
    """The address of the same page, asked otherwise; what it is asked anyway is left out."""
    defaults = _HERE.get().defaults
    wanted = {**asked, **changes}
    return link(path, **{key: None if _same(value, defaults.get(key)) else value for key, value in wanted.items()})


def node_link(kind: str, id: int, **asked: Any) -> str:
    """The page of one node."""
    return link(f"/{kind}/{id}", **asked)


def twin(address: str, form: str = "json") -> str:
    """The address of a page's JSON (or CSV) twin."""
    path, mark, asked = address.partition("?")
    return f"{'/index' if path == '/' else path}.{form}{mark}{asked}"


def _same(value: Any, default: Any) -> bool:
    return _texts(value) == _texts(default)


def _texts(value: Any) -> list[str]:
    if value is None or value is False or value == "":
        return []
    if value is True:
        return ["1"]
    if isinstance(value, (tuple, list)):
        return [str(each) for each in value]
    return [str(value)]
