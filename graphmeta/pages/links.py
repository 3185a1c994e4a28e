"""Addresses of pages. What a page is asked stands in its address, so that every view can be sent to somebody."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import quote, urlencode

from graphmeta.pages.parameters import LONGEST


def link(path: str, **asked: Any) -> str:
    """The address of a page; what is None, empty, False, or too long to be asked is left out, True is 1."""
    pairs = [(key, text) for key, value in asked.items() for text in _texts(value) if len(text) <= LONGEST]
    path = quote(path, safe="/", errors="replace")
    return f"{path}?{urlencode(pairs, errors='replace')}" if pairs else path


def changed(path: str, asked: Mapping[str, Any], **changes: Any) -> str:
    """The address of the same page, asked otherwise."""
    return link(path, **{**asked, **changes})


def node_link(kind: str, id: int, **asked: Any) -> str:
    """The page of one node."""
    return link(f"/{kind}/{id}", **asked)


def twin(address: str, form: str = "json") -> str:
    """The address of a page's JSON (or CSV) twin."""
    path, mark, asked = address.partition("?")
    return f"{'/index' if path == '/' else path}.{form}{mark}{asked}"


def _texts(value: Any) -> list[str]:
    if value is None or value is False or value == "":
        return []
    if value is True:
        return ["1"]
    if isinstance(value, (tuple, list)):
        return [str(each) for each in value]
    return [str(value)]
