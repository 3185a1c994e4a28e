"""What came back from a dump, and what did not."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field

from graphmeta.keeping.dump import Head
from graphmeta.model import Kind
from graphmeta.query.answers.base import Answer, Json

_SHOWN = 100


@dataclass(slots=True)
class Restored(Answer):
    """What came back.

    Attributes:
        store: where, a URL without a password.
        head: what the dump says of itself.
        applied: whether it was written; else it is what would be.
        written: how many of each sort came back: nodes by kind, and edges.
        there: how many were there as they were.
        overwritten: how many tombstones got back what they had lost.
        troubles: the first hundred things that could not be brought back, a sentence each.
        trouble: how many those are.
        edges_left: how many edges did not come back, because one of their ends did not.
        ways_out: what to do about the troubles, in sentences.
        strange: nodes that are not those of the dump, or not there.
    """

    store: str
    head: Head
    applied: bool
    written: Counter[str] = field(default_factory=Counter)
    there: Counter[str] = field(default_factory=Counter)
    overwritten: int = 0
    troubles: list[str] = field(default_factory=list)
    trouble: int = 0
    edges_left: int = 0
    ways_out: dict[str, None] = field(default_factory=dict)  # in their order, each once
    strange: set[tuple[Kind, int]] = field(default_factory=set)

    def tell(self, sentence: str, way_out: str = "") -> None:
        """Note what could not be brought back, and what to do about it."""
        self.trouble += 1
        if len(self.troubles) < _SHOWN:
            self.troubles.append(sentence)
        if way_out:
            self.ways_out[way_out] = None

    def to_json(self) -> Json:
        """The attributes by name."""
        return {
            "store": self.store,
            "dump": {"store": self.head.store, "time": self.head.time, "why": self.head.why},
            "applied": self.applied,
            "written": dict(self.written),
            "there": dict(self.there),
            "overwritten": self.overwritten,
            "number_of_troubles": self.trouble,
            "troubles": [*self.troubles],
            "edges_left": self.edges_left,
            "ways_out": [*self.ways_out],
        }
