"""What is known of artifacts, as far as it decides which are data, which are the same data, and which hold parts."""

from __future__ import annotations

import hashlib
import json
from collections import defaultdict
from collections.abc import Collection, Sequence
from contextlib import suppress

from graphmeta import vocabulary, words
from graphmeta.digest import digest_of_bytes
from graphmeta.model import Properties
from graphmeta.query.reading import Reader

# Two files without a byte are not the same data.
_EMPTY = (digest_of_bytes(b"").text, hashlib.md5(b"", usedforsecurity=False).hexdigest())


class DataArtifacts:
    """Some artifacts; all of them are named by their ids.

    Attributes:
        datasets: those whose type says that they are data.
        possible: those, and those of which nothing says that they are something else.
        parts: of those that hold several parts, their names.
        wholes: those whose names say that they are all of something.
        same: of those that have a digest, the first with the same.
        may_be_same: likewise, also of those without, the first that lies at the same place.
        places: those that lie at one place, where not all have a digest.
        missing: those that the store has not.
    """

    def __init__(self, reader: Reader, ids: Sequence[int]) -> None:
        self.datasets: set[int] = set()
        self.possible: set[int] = set()
        self.parts: dict[int, Sequence[str]] = {}
        self.wholes: set[int] = set()
        self.same: dict[int, int] = {}
        self.missing = set(ids)
        self._first: dict[str, int] = {}
        self._digested: set[int] = set()
        at: dict[str, list[int]] = defaultdict(list)
        roles = {id: vocabulary.role("artifact", each.name, each.base_type) for id, each in reader.types.items()}
        rows = reader.store.rows("artifact", ids=ids)
        for row in rows:
            self.missing.discard(row.id)
            role = roles.get(row.type_id)
            if not vocabulary.is_data(row.type, role):
                continue
            self.possible.add(row.id)
            if role == "Dataset":
                self.datasets.add(row.id)
            declared, custom = rows.properties(row.id)
            self._learn(row.id, row.name, declared, custom)
            if row.uri:
                at[row.uri].append(row.id)
        shared = [those for those in at.values() if len(those) > 1 and not self._digested.issuperset(those)]
        self.places = [set(those) for those in shared]
        self.may_be_same = dict(self.same)
        for those in shared:
            # What has a digest says what is the same; the others may be whatever else lies there.
            known = next((id for id in those if id in self._digested), those[0])
            self.may_be_same.update((id, self.same.get(known, known)) for id in those if id not in self._digested)

    def at_one_place(self, ids: Collection[int]) -> list[list[int]]:
        """Which of some lie at the same place, with no digests to tell them apart."""
        return [sorted(those) for place in self.places if len(those := place.intersection(ids)) > 1]

    @property
    def has_same_content(self) -> bool:
        """Whether two of them hold the same bytes."""
        return any(id != first for id, first in self.same.items())

    def _learn(self, id: int, name: str | None, declared: Properties, custom: Properties) -> None:
        values = {**custom, **declared}
        digest = values.get("digest") or values.get("checksum_md5")
        if isinstance(digest, str) and digest:
            self._digested.add(id)
            if digest not in _EMPTY:
                self.same[id] = self._first.setdefault(digest, id)
        if vocabulary.says(vocabulary.display_name(name, None, declared, custom), words.WHOLES):
            self.wholes.add(id)
        parts = next((found for key in words.PARTS_KEYS if (found := names_of_parts(values.get(key)))), ())
        if len(parts) > 1:
            self.parts[id] = parts


def names_of_parts(value: object) -> Sequence[str]:
    """The names of parts that a property lists: a name, a list as JSON, or TFX's {"splits": […]}."""
    found = value
    if isinstance(value, str):
        found = value.split(",")
        with suppress(ValueError, RecursionError):
            found = json.loads(value)
    if isinstance(found, dict):
        found = found.get("splits")
    return (
        [part for each in found if isinstance(each, str) and (part := each.strip())] if isinstance(found, list) else []
    )
