"""Templates: everything in them is escaped, and a name that nobody set is an error."""

from __future__ import annotations

import functools
import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any, NamedTuple

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup, escape

from graphmeta.pages import links
from graphmeta.render import words
from graphmeta.render.palette import hue
from graphmeta.render.safe import shortened, visible

_LONGEST = 20_000  # characters of one property on a page
_MOST = 200  # properties in one table
_ROOM = 200_000  # bytes that they take on the page; once they are used up, each is cut to so many characters
_SHORT = 100


@functools.cache
def environment() -> Environment:
    """The templates, with what they call."""
    made = Environment(
        loader=PackageLoader("graphmeta.pages"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.globals.update(
        property_rows=property_rows,
        link=links.link,
        node_link=links.node_link,
        twin=links.twin,
        several=words.several,
        hue=hue,
    )
    made.filters.update(when=when, value=value, cut=cut, visible=visible, pretty=pretty, number=number)
    return made


def when(milliseconds: int | None, seconds: bool = False) -> Markup:
    """A moment, as people read it and as programs do; nothing for none, and for the 0 of files of old schemas."""
    if not milliseconds:
        return Markup("")
    exact = words.time(milliseconds)
    try:
        datetime.fromisoformat(exact)
    except ValueError:  # no such year
        return Markup("{}").format(exact)
    shown = f"{exact[:10]} {exact[11:19]}" if seconds else words.minute(milliseconds)
    return Markup('<time datetime="{}" title="{}">{}</time>').format(exact, exact, shown)


def value(held: Any) -> str:
    """A property's value as its JSON, on one line."""
    if held is None:
        return ""
    if isinstance(held, (bool, dict, list)):
        return json.dumps(held, ensure_ascii=False)
    return visible(words.value(held))


class Rows(NamedTuple):
    """The properties that a table shows: keys with the texts of their values, and how many more there are."""

    shown: list[tuple[str, str]]
    more: int


def property_rows(held: Mapping[str, Any]) -> Rows:
    """Properties by key, as much of them as a page has room for."""
    shown = []
    used = 0
    for key in sorted(held, key=str.casefold)[:_MOST]:
        text = _property_text(key, held[key], _LONGEST if used < _ROOM else _SHORT)
        used += len(escape(text).encode("utf-8", "replace"))
        shown.append((key, text))
    return Rows(shown, len(held) - len(shown))


def _property_text(key: str, value: Any, longest: int) -> str:
    """As `pretty`, for a property of this key: the recorder's moments as people read them."""
    if key in words.MOMENTS:
        return _lines(words.property_value(key, value), longest)
    return pretty(value, longest)


def pretty(held: Any, longest: int = _LONGEST) -> str:
    """A property's value at length: structs as indented JSON, a text that is a JSON document likewise."""
    return _lines(_indented(held), longest)


def _indented(held: Any) -> str:
    if isinstance(held, str):
        if held.lstrip()[:1] not in ("{", "[") or len(held) > _LONGEST:
            return held
        try:
            held = json.loads(held)
        except (ValueError, RecursionError):
            return str(held)
    if isinstance(held, (bool, dict, list)):
        return json.dumps(held, ensure_ascii=False, indent=2)
    return "" if held is None else str(held)


def _lines(text: str, longest: int) -> str:
    """A text with its lines kept and the rest as `visible` has it; the end of a very long one is left out."""
    more = len(text) - longest
    if more > 0:
        text = f"{text[:longest]}\n… and {more:,} more characters, which the page's JSON has."
    return "\n".join(visible(line.replace("\t", "    ")) for line in text.replace("\r\n", "\n").split("\n"))


def cut(text: str | None, width: int = 60) -> str:
    """A text in at most `width` columns, cut in the middle."""
    return shortened(visible(text or ""), width)


def number(held: int) -> str:
    """A count with its thousands apart."""
    return f"{held:,}"
