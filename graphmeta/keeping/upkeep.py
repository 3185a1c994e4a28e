"""Backups of a store, and the space that it takes."""

from __future__ import annotations

import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from graphmeta.store.store import Store


@dataclass(frozen=True, slots=True)
class Backup:
    """A backup that was written.

    Attributes:
        file: where it is.
        size: bytes.
        seconds: that it took.
    """

    file: Path
    size: int
    seconds: float

    def to_json(self) -> dict[str, Any]:
        """{"file", "bytes", "seconds"}."""
        return {"file": str(self.file), "bytes": self.size, "seconds": round(self.seconds, 3)}


@dataclass(frozen=True, slots=True)
class Compaction:
    """What giving unused space back came to.

    Attributes:
        before, after: bytes that the store took and takes.
        seconds: that it took.
    """

    before: int
    after: int
    seconds: float

    def to_json(self) -> dict[str, Any]:
        """{"before", "after", "seconds"}; the first two in bytes."""
        return {"before": self.before, "after": self.after, "seconds": round(self.seconds, 3)}


def back_up(store: Store, file: Path) -> Backup:
    """Write the store as it is at this moment to a new file, while others go on using it.

    Raises:
        UnsupportedError: it is a Neo4j store.
        AlreadyExistsError: the file is there.
        StoreUnavailableError: it cannot be written; nothing of it stays.
    """
    began = time.perf_counter()
    store.backend.back_up(file)
    return Backup(file, file.stat().st_size, time.perf_counter() - began)


def compact(store: Store) -> Compaction:
    """Give space that nothing uses any longer back to the disk. Nobody can write meanwhile.

    Raises:
        UnsupportedError: it is a Neo4j store, which does that itself.
        StoreUnavailableError: somebody else holds the store.
    """
    before = store.backend.size() or 0
    began = time.perf_counter()
    store.backend.compact()
    return Compaction(before, store.backend.size() or 0, time.perf_counter() - began)
