"""How far a copy is, and by what its source is known again wherever it moves."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any, Literal

from graphmeta.backends.batch import Batch
from graphmeta.model import KINDS, Kind, Type
from graphmeta.moving.source import Part, Source

WITH_IDS: tuple[Part, ...] = (*KINDS, "event")
NOTE = "copy"  # what a mark is called among the notes of a store
_LATEST = "latest"
# As many types tell one source from another, and as many pieces of each part: some may be removed there.
_TYPES_KEPT = 50
_PIECES_KEPT = 12
Judgement = Literal["same", "other", "gone"]


@dataclass
class Mark:
    """Of which source a target is a copy, and how far.

    Attributes:
        source: its URL when the copy began, for people.
        known_by: what the source is known by wherever it moves: its first types, and a few pieces of each part, the
            first and others spread over all; and how far in time its nodes were copied.
        done: of each part the highest number that was copied, as the source numbers it.
        told: how many troubles the portions had that are there.
        followed: whether it was ever followed, so that what is said of its nodes keeps away from the source's ids (see
            `own`).
    """

    source: str
    known_by: dict[str, list[Any]] = field(default_factory=dict)
    done: dict[Part, int] = field(default_factory=dict)
    told: int = 0
    followed: bool = False

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
        return json.dumps(asdict(self), ensure_ascii=False, sort_keys=True)

    @classmethod
    def of(cls, text: str) -> Mark:
        """What `text` gave, or an older one, which knew one piece of each part and nothing of following."""
        mark = cls(**json.loads(text))
        for part in WITH_IDS:
            pieces = mark.known_by.get(part)
            if pieces and not isinstance(pieces[0], list):
                mark.known_by[part] = [pieces]
        return mark

    def after(self, batch: Batch, done: Mapping[Part, int], told: int) -> Mark:
        """What it is once a batch is written.

        Args:
            done: how far the copy is then, of parts whose numbers the batch does not show.
            told: how many troubles the batch had.
        """
        after = Mark(self.source, dict(self.known_by), dict(self.done), self.told + told, self.followed)
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
            after.known_by.update(_with_pieces(part, self.known_by.get(part, []), batch))
        return after

    def knows(self, source: Source, types: Sequence[Type]) -> Judgement:
        """Whether this is the source that it speaks of; it may have gained and lost since. "gone" where no piece is
        there any longer by which that could be told."""
        # What is odd about the pieces that are looked at was told when they were copied.
        report, source.report = source.report, lambda trouble: None
        try:
            return self._knows(source, types)
        finally:
            source.report = report

    def _knows(self, source: Source, types: Sequence[Type]) -> Judgement:
        known = self.known_by
        there = {type.id: type for type in types}
        for each in known.get("types", ()):
            type = there.get(each[0])
            if type is None or _known_type(type) != each:
                return "other"
        noted = {part: known[part] for part in WITH_IDS if known.get(part)}
        found = False
        for part, pieces in noted.items():
            now = _nodes_now(source, part, pieces) if part in KINDS else _events_now(source, pieces)
            if any(now.get(piece[0], piece) != piece for piece in pieces):
                return "other"
            found = found or bool(now)
        return "same" if found or not noted else "gone"


def _known_type(type: Type) -> list[Any]:
    return [type.id, type.kind, type.name, type.version]


# ---------------------------------------------------------------- pieces: what never changes of them, the id first


def _with_pieces(part: Part, pieces: list[list[Any]], batch: Batch) -> dict[str, list[Any]]:
    """The pieces that are noted of a part once a batch is written; {} where it has none of it."""
    if part == "event":
        events = sorted(batch.events)
        new = [[event.id, event.artifact_id, event.execution_id, event.time] for event in events]
    else:
        rows = sorted(node.row for node in batch.nodes if node.kind == part and node.create)
        new = [[row.id, row.type_id, row.created] for row in rows]
    if not new:
        return {}
    kept = [*pieces]
    for piece in (new[0], new[len(new) // 2], new[-1]):
        if not kept or piece[0] > kept[-1][0]:
            kept.append(piece)
    while len(kept) > _PIECES_KEPT:
        # The one that leaves the smallest gap, so that they stay spread.
        del kept[min(range(1, len(kept) - 1), key=lambda at: int(kept[at + 1][0] - kept[at - 1][0]))]
    return {part: kept}


def _nodes_now(source: Source, kind: Kind, pieces: list[list[Any]]) -> dict[int, list[Any]]:
    rows = source.nodes_by_id(kind, [piece[0] for piece in pieces])
    return {row.id: [row.id, row.type_id, row.created] for row in rows}


def _events_now(source: Source, pieces: list[list[Any]]) -> dict[int, list[Any]]:
    now: dict[int, list[Any]] = {}
    for piece in pieces:
        found = next(source.events(piece[0] - 1, 1).rows(), None)
        if found is None or found[0] != piece[0]:
            continue
        event = [found[0], found[1], found[2], found[4]]
        # Servers tell no ids: theirs go by the place within the execution, and move up where one before is removed.
        if event == piece or not source.url.startswith(("grpc://", "grpcs://")):
            now[piece[0]] = event
    return now
