"""Where answers go: JSON, plain text for files and pipes, colour for a person at a screen."""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from graphmeta.backends.as_of import AsOfBackend
    from graphmeta.backends.requests import Request
    from graphmeta.render.blocks import Block
    from graphmeta.store import Store

_SHOWN_SINCE = 10  # nodes that were updated since: --json has all
# What JSON allows in a text but a terminal acts on: C1 controls, reversals of direction.
_UNSAFE = re.compile("[\x7f-\x9f\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff]")


def out(text: str) -> None:
    """Print a text and end its line. (Not with click, which writes UTF-8 where the reader expects ASCII.)"""
    if sys.stdout is not None:
        sys.stdout.write(text + "\n")


def document(held: Any) -> None:
    """Print one JSON document."""
    text = json.dumps(held, indent=2, ensure_ascii=not writes("é中"), allow_nan=False)
    out(_UNSAFE.sub(lambda found: f"\\u{ord(found.group()):04x}", text))


def blocks(shown: Sequence[Block]) -> None:
    """Print an answer for people."""
    if sys.stdout is not None and sys.stdout.isatty():
        from graphmeta.render.terminal import show

        show(shown)
        return
    from graphmeta.render.plain import to_plain

    lines(to_plain(shown))


def as_of_document(store: Store) -> dict[str, Any]:
    """What JSON says of an answer from a store as it was: the time, and which nodes have been updated since."""
    past = _past(store)
    since = [f"{kind}/{id}" for kind, id in sorted(past.updated_since)]
    return {"as_of": past.time, "updated_since": since}


def as_of_blocks(store: Store) -> list[Block]:
    """What is said below an answer from a store as it was."""
    from graphmeta.render import words
    from graphmeta.render.blocks import Note

    past = _past(store)
    said: list[Block] = [Note(f"As of {words.time(past.time)}: what had been recorded by then, with today's values.")]
    since = [f"{kind}/{id} ({words.time(time)})" for (kind, id), time in sorted(past.updated_since.items())]
    if since:
        more = f" and {len(since) - _SHOWN_SINCE} more" if len(since) > _SHOWN_SINCE else ""
        said.append(Note(f"Of what was read, updated since then: {', '.join(since[:_SHOWN_SINCE])}{more}."))
    return said


def _past(store: Store) -> AsOfBackend:
    from graphmeta.backends.as_of import AsOfBackend

    assert isinstance(store.backend, AsOfBackend)
    return store.backend


def lines(texts: Iterable[str]) -> None:
    """Print many lines with few writes."""
    some: list[str] = []
    for text in texts:
        some.append(text)
        if len(some) == 1000:
            out("\n".join(some))
            some.clear()
    if some:
        out("\n".join(some))


def statements(url: str, requests: Iterable[Request]) -> None:
    """Print what Neo4j is asked for these requests, each statement once.

    Args:
        url: the store's; ids in the statements are those of this store.
    """
    from graphmeta.render.cypher import to_cypher

    out(to_cypher(url, requests))


def writes(text: str) -> bool:
    """Whether standard output's encoding has these characters."""
    try:
        text.encode(getattr(sys.stdout, "encoding", None) or "ascii")
    except (UnicodeEncodeError, LookupError):
        return False
    return True
