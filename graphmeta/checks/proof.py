"""How a check names nodes in a sentence, and shows the way that proves what it says."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import pairwise

from graphmeta.model import AnyNode, Execution
from graphmeta.query.answers.ways import Way
from graphmeta.query.flow import Edge, Flow, Key, edges_of
from graphmeta.query.likeness import step_name
from graphmeta.query.nodes import display, label, nameless
from graphmeta.query.reading import Reader

SHOWN = 5  # names in one sentence


def named(node: AnyNode) -> str:
    """A node in a sentence: `Model:churn@3`; where that would be `execution/7`, with what people call it."""
    shown = label(node)
    if shown != f"{node.kind}/{node.id}":
        return shown
    called = step_name(node) if isinstance(node, Execution) and nameless(node) else display(node)[:100]
    if not isinstance(node, Execution):
        # Of TFX's artifacts the last part of the URI is the number of a run.
        called = node.type if nameless(node) or called.isdecimal() else f"{node.type}:{called}"
    return f"{called} ({shown})"


def listed(names: Iterable[str], last: str = "and") -> str:
    """`a, b and c`; of many the first and how many more there are."""
    every = list(dict.fromkeys(names))
    if len(every) > SHOWN:
        every = [*every[:SHOWN], f"{len(every) - SHOWN} more"]
    return f" {last} ".join(filter(None, [", ".join(every[:-1]), every[-1] if every else ""]))


def ways_through(reader: Reader, flow: Flow, ways: Sequence[Sequence[Key]]) -> list[Way]:
    """Ways with their nodes and the first event of each step.

    Two artifacts next to each other hold the same bytes: the edge between them has no event.
    """
    steps = {pair for way in ways for pair in pairwise(way)}
    events: dict[tuple[Key, Key], Edge] = {}
    for edge in edges_of(flow.events):
        if (edge.source, edge.target) in steps:
            events.setdefault((edge.source, edge.target), edge)
    nodes = reader.nodes({key for way in ways for key in way})
    return [
        Way([nodes.get(key) for key in way], [events.get(pair) or Edge(*pair) for pair in pairwise(way)])
        for way in ways
    ]
