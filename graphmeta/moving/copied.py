"""What a copy did."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from graphmeta.moving.source import Part, Summary


@dataclass
class Copied:
    """What a run did.

    Attributes:
        source, target: their URLs, without passwords.
        written: how many pieces of each part this run wrote.
        there: how many were there from an earlier run.
        removed: how many nodes and events at least are no longer in the source and stay in the copy.
        told: how many troubles there were, those of an earlier run included.
        seconds: how long it took.
    """

    source: str
    target: str
    written: dict[Part, int] = field(default_factory=dict)
    there: dict[Part, int] = field(default_factory=dict)
    told: int = 0
    seconds: float = 0.0
    removed: dict[Part, int] = field(default_factory=dict)


def removed(there: Mapping[Part, int], summary: Summary) -> dict[Part, int]:
    """How many the target had that the source has no longer. Of contexts nothing is said: annotations are some."""
    parts: tuple[Part, ...] = ("artifact", "execution", "event")
    more = {part: there.get(part, 0) - summary.numbers.get(part, 0) for part in parts}
    return {part: number for part, number in more.items() if number > 0}
