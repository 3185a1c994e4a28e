"""How a check names nodes in a sentence, and shows the way that proves what it says."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import cached_property
from itertools import pairwise

from graphmeta.model import AnyNode, Execution
from graphmeta.query.answers.ways import Way
from graphmeta.query.flow import Edge, Flow, Key, edges_of
from graphmeta.query.likeness import step_name
from graphmeta.query.nodes import display, label, nameless
from graphmeta.query.reading import Reader

SHOWN = 5  # names in one sentence
SAME_BYTES = "SAME_BYTES"  # stands for an event's type between two artifacts that hold the same bytes


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


class Proofs:
    """Ways through the events that were read, with their nodes and the first event of each step."""

    def __init__(self, reader: Reader, flow: Flow) -> None:
        self._reader, self._flow = reader, flow

    def way(self, keys: Sequence[Key]) -> Way:
        """One way. Two artifacts next to each other hold the same bytes: the edge between them is no event."""
        nodes = self._reader.nodes(set(keys))
        return Way([nodes.get(key) for key in keys], [self._edge(*pair) for pair in pairwise(keys)])

    def _edge(self, source: Key, target: Key) -> Edge:
        same = SAME_BYTES if source.kind == target.kind == "artifact" else None
        return self._edges.get((source, target)) or Edge(source, target, type=same)

    @cached_property
    def _edges(self) -> dict[tuple[Key, Key], Edge]:
        found: dict[tuple[Key, Key], Edge] = {}
        for edge in edges_of(self._flow.events):
            found.setdefault((edge.source, edge.target), edge)
        return found
