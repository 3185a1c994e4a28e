"""What a store is asked, as Cypher to paste into Neo4j Browser, whichever store it is."""

from __future__ import annotations

from collections.abc import Iterable

from graphmeta.backends.neo4j.compile import compile, render
from graphmeta.backends.requests import Request
from graphmeta.render.safe import visible


def to_cypher(url: str, requests: Iterable[Request]) -> str:
    """What Neo4j is asked for these requests, each statement once.

    Args:
        url: the store's; ids in the statements are those of this store.
    """
    asked = list(dict.fromkeys(render(compile(request)) for request in requests))
    each = "one after the other; :params sets what a statement calls $name."
    lines = [f"// {len(asked)} to paste into Neo4j Browser, {each}"]
    if url.startswith("sqlite:"):
        lines.append(visible(f"// The ids are those of {url}; in a Neo4j store the same nodes may have others."))
    return "\n".join([*lines, "\n\n".join(asked)])
