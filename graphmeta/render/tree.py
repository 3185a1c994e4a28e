"""A lineage as a tree to read in a terminal: the start, what it was made from, what was made from it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from graphmeta.query import Key, Lineage
from graphmeta.query.flow import Edge
from graphmeta.query.type_names import short
from graphmeta.render.graph import Vertex, vertex_of


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the tree.

    Attributes:
        prefix: the lines that lead to it.
        vertex: what stands on it; None for a heading.
        text: the heading.
        seen: it was shown above, with all that hangs on it.
        hidden: how many nodes between it and the line that it hangs on are not shown.
    """

    prefix: str = ""
    vertex: Vertex | None = None
    text: str = ""
    seen: bool = False
    hidden: int = 0


# What leads to a line: beside further lines, to one of several, to the last of them.
UNICODE = ("│  ", "├─ ", "└─ ")
ASCII = ("|  ", "+- ", "`- ")


def tree(lineage: Lineage, guides: tuple[str, str, str] = UNICODE) -> Iterator[Line]:
    """The lines of a lineage's tree. A node met twice is shown once and then referred to.

    Args:
        guides: the characters that lead to a line, such as `UNICODE` or `ASCII`.
    """
    seen = {lineage.start_key}
    yield Line(vertex=vertex_of(lineage, lineage.start_key))
    up = list(_branches(lineage, lambda key: [(edge.source, edge) for edge in lineage.parents(key)], seen, guides))
    down = list(_branches(lineage, lambda key: [(edge.target, edge) for edge in lineage.children(key)], seen, guides))
    for heading, lines in (("upstream: made from", up), ("downstream: used for", down)):
        if lines:
            yield Line(text=heading)
            yield from lines
    if not up and not down:
        yield Line(text=_nothing(lineage))
    rest = [key for key in (*lineage.nodes, *lineage.missing) if key not in seen]
    if rest:
        yield Line(text="also in this lineage")
        for position, key in enumerate(rest):
            yield Line(guides[2] if position == len(rest) - 1 else guides[1], vertex_of(lineage, key))


def _nothing(lineage: Lineage) -> str:
    """The sentence for a lineage of one node: what was not looked at may well be there."""
    up, down = lineage.hops
    if up is None and lineage.types is None:
        return "Nothing is known of what it was made from or used for."
    of = "" if lineage.types is None else f" of type {' or '.join(map(short, lineage.types))}"
    where = "in its lineage" if up is None else f"within --up {up} and --down {down}, which count node steps"
    return f"Nothing{of} is {where}."


def _branches(
    lineage: Lineage,
    next_to: Callable[[Key], Sequence[tuple[Key, Edge]]],
    seen: set[Key],
    guides: tuple[str, str, str],
) -> Iterator[Line]:
    """Depth first, without recursion: chains may be thousands of nodes long."""
    beside, to_one, to_last = guides
    waiting = [(key, edge, "", last) for key, edge, last in _in_turn(next_to(lineage.start_key))]
    while waiting:
        key, edge, prefix, last = waiting.pop()
        met = key in seen
        hidden = edge.hidden if edge.event is None else 0
        yield Line(prefix + (to_last if last else to_one), vertex_of(lineage, key), seen=met, hidden=hidden)
        if not met:
            seen.add(key)
            below = prefix + ("   " if last else beside)
            waiting += [(key, edge, below, last) for key, edge, last in _in_turn(next_to(key))]


def _in_turn(found: Sequence[tuple[Key, Edge]]) -> list[tuple[Key, Edge, bool]]:
    """Each neighbour once, the first on top of the stack, and whether it is the last to be shown."""
    once: dict[Key, Edge] = {}
    for key, edge in found:
        once.setdefault(key, edge)
    return [(key, edge, position == 0) for position, (key, edge) in enumerate(reversed(once.items()))]
