"""How far a copy is, and by what its source is known again wherever it moves."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from graphmeta.backends.batch import Batch
from graphmeta.model import KINDS, Kind, Type
from graphmeta.moving.source import Part, Source

WITH_IDS: tuple[Part, ...] = (*KINDS, "event")
_LATEST = "latest"
# As many types tell one source from another.
_TYPES_KEPT = 50


@dataclass
class Mark:
    """Of which source a target is a copy, and how far.

    Attributes:
        source: its URL when the copy began, for people.
        known_by: what the source is known by wherever it moves: its first types, and the first piece of each part; and
            how far in time its nodes were copied.
        done: of each part the highest number that was copied, as the source numbers it.
        told: how many troubles the portions had that are there.
    """

    source: str
    known_by: dict[str, list[Any]] = field(default_factory=dict)
    done: dict[Part, int] = field(default_factory=dict)
    told: int = 0

    @classmethod
    def first(cls, source: Source, types: Sequence[Type]) -> Mark:
        """Where nothing was copied yet."""
        return cls(source.url, {"types": [_known_type(type) for type in types[:_TYPES_KEPT]], _LATEST: [0]})

    @property
    def latest(self) -> int | None:
        """The latest update, in milliseconds since the epoch, of any node that was copied; None where that was not
        noted yet."""
        found: int | None = self.known_by.get(_LATEST, [None])[0]
        return found

    def text(self) -> str:
        """As it is noted."""
        return json.dumps(
            {"source": self.source, "known_by": self.known_by, "done": self.done, "told": self.told},
            ensure_ascii=False,
            sort_keys=True,
        )

    @classmethod
    def of(cls, text: str) -> Mark:
        """What `text` gave."""
        return cls(**json.loads(text))

    def after(self, batch: Batch, done: Mapping[Part, int], told: int) -> Mark:
        """What it is once a batch is written.

        Args:
            done: how far the copy is then, of parts whose numbers the batch does not show.
            told: how many troubles the batch had.
        """
        after = Mark(self.source, dict(self.known_by), dict(self.done), self.told + told)
        new: dict[Part, int] = dict(done)
        for node in batch.nodes:
            if node.create:
                new[node.kind] = max(node.row.id, new.get(node.kind, node.row.id))
        if self.latest is not None:
            after.known_by[_LATEST] = [max([self.latest, *(node.row.updated for node in batch.nodes)])]
        if batch.events:
            last = max(event.id for event in batch.events)
            new["event"] = max(last, new.get("event", last))
        for part, number in new.items():
            after.done[part] = max(number, after.done.get(part, number))
        for part in WITH_IDS:
            first = _known_piece(part, batch)
            if first is not None:
                after.known_by.setdefault(part, first)
        return after

    def knows(self, source: Source, types: Sequence[Type]) -> bool:
        """Whether this is the source that it speaks of; it may have gained since."""
        # What is odd about the pieces that are looked at was told when they were copied.
        report, source.report = source.report, lambda trouble: None
        try:
            return self._knows(source, types)
        finally:
            source.report = report

    def _knows(self, source: Source, types: Sequence[Type]) -> bool:
        known = self.known_by
        there = {type.id: type for type in types}
        for each in known.get("types", ()):
            type = there.get(each[0])
            if type is None or _known_type(type) != each:
                return False
        return all(_same_first(source, kind, known[kind]) for kind in KINDS if kind in known) and (
            "event" not in known or _same_first_event(source, known["event"])
        )


def _known_type(type: Type) -> list[Any]:
    return [type.id, type.kind, type.name, type.version]


def _known_piece(part: Part, batch: Batch) -> list[Any] | None:
    """What never changes of the first piece of a portion; None where it has none by which a source is known."""
    if part in KINDS:
        first = next((node.row for node in batch.nodes if node.kind == part), None)
        return None if first is None else [first.id, first.type_id, first.created]
    if part == "event" and batch.events:
        event = batch.events[0]
        return [event.id, event.artifact_id, event.execution_id, event.time]
    return None


def _same_first(source: Source, kind: Kind, known: list[Any]) -> bool:
    rows = source.nodes_by_id(kind, [known[0]])
    return len(rows) == 1 and [rows[0].id, rows[0].type_id, rows[0].created] == known


def _same_first_event(source: Source, known: list[Any]) -> bool:
    events = source.events(known[0] - 1, 1)
    first = next(events.rows(), None)
    return first is not None and [first[0], first[1], first[2], first[4]] == known
