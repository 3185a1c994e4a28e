"""Two sources side by side: whether they hold the same, and what differs."""

from __future__ import annotations

import contextlib
import sqlite3
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal, cast

from graphmeta.backends.statements import statement
from graphmeta.model import KINDS
from graphmeta.moving.digests import (
    Digest,
    Fields,
    event_fields,
    node_fields,
    type_names,
    types_by_key,
    whole_digest,
)
from graphmeta.moving.source import PARTS, Source

_PORTION = 5000
_LONGEST_SHOWN = 60
_TIMES = ("created", "updated", "time")
Side = Literal["a", "b"]
_MEMBERS: tuple[tuple[Literal["artifact", "execution"], Literal["attribution", "association"]], ...] = (
    ("artifact", "attribution"),
    ("execution", "association"),
)
# One thing of a side: what names it, what it says, and that as a text.
_Item = tuple[int, Fields, str]
# What names a thing that has no id in common with its like: two ids and a text.
_Key = tuple[int, int, str]


@dataclass(frozen=True, slots=True)
class Difference:
    """One thing that differs.

    Attributes:
        where: what it is about: `artifact/42`.
        field: which part of it: `property rate`; None where only one side has it at all.
        a, b: what each says, in words, times in milliseconds since the epoch; None where it says nothing of it.
    """

    where: str
    field: str | None
    a: str | None
    b: str | None

    def __str__(self) -> str:
        if self.field is None:
            side, said = ("A", self.a) if self.a is not None else ("B", self.b)
            return f"only in {side}: {self.where}{f' ({said})' if said else ''}"
        return f"{self.where}: {self.field} {_shown(self.field, self.a)} / {_shown(self.field, self.b)}"


@dataclass
class Comparison:
    """What was found.

    Attributes:
        a, b: URLs, without passwords.
        numbers: how many each side has, by part.
        digest_a, digest_b: of everything that is compared, whatever engine holds it.
        differences: those that are kept, part by part and by id.
        number: of all differences.
        notes: what could not be compared, in sentences.
    """

    a: str
    b: str
    numbers: dict[str, tuple[int, int]] = field(default_factory=dict)
    digest_a: str = ""
    digest_b: str = ""
    differences: list[Difference] = field(default_factory=list)
    number: int = 0
    notes: list[str] = field(default_factory=list)

    @property
    def same(self) -> bool:
        """Whether nothing differs."""
        return not self.number


def compare(a: Source, b: Source, limit: int = 100) -> Comparison:
    """Read both sides whole, a portion at a time.

    Args:
        limit: so many differences are kept; the others are only counted.

    Raises:
        GraphmetaError: one of them cannot be read.
    """
    return _Comparer(a, b, limit).run()


class _Comparer:
    def __init__(self, a: Source, b: Source, limit: int) -> None:
        self._sources: dict[Side, Source] = {"a": a, "b": b}
        self._digests: dict[Side, dict[str, Digest]] = {
            side: {part: Digest() for part in ("type", *PARTS)} for side in self._sources
        }
        self._names = {side: type_names(source.types()) for side, source in self._sources.items()}
        self._by_server = any(source.url.startswith(("grpc://", "grpcs://")) for source in (a, b))
        self._limit = limit
        self._found = Comparison(a.url, b.url)

    def run(self) -> Comparison:
        found = self._found
        self._types()
        for kind in KINDS:
            self._in_step(kind, lambda side, kind=kind: self._nodes(side, kind))  # type: ignore[misc]
        if self._by_server:
            found.notes.append("A server does not tell the ids of events, so they are not compared.")
            self._without_order("event", self._events_by_ends)
        else:
            self._in_step("event", self._events)
        for kind, part in _MEMBERS:
            self._without_order(part, lambda side, kind=kind: self._members(side, kind))  # type: ignore[misc]
        self._without_order("parent", self._parents)
        digests = self._digests
        found.numbers = {part: (one.number, digests["b"][part].number) for part, one in digests["a"].items()}
        found.digest_a, found.digest_b = whole_digest(digests["a"]), whole_digest(digests["b"])
        return found

    # ------------------------------------------------------------ reading a side

    def _nodes(self, side: Side, kind: Literal["artifact", "execution", "context"]) -> Iterator[_Item]:
        source, after = self._sources[side], 0
        while rows := source.nodes(kind, after, _PORTION):
            for row in rows:
                if row.type_id not in self._names[side]:
                    self._names[side] = type_names(source.types())  # it is new
                fields = node_fields(rows, row, self._names[side], unset_is_empty=self._by_server)
                yield row.id, fields, repr(fields)
            after = rows[-1].id

    def _events(self, side: Side) -> Iterator[_Item]:
        source, after = self._sources[side], 0
        while columns := source.events(after, _PORTION):
            for row in columns.rows():
                fields = event_fields(row)
                yield row[0], fields, repr(fields)
            after = columns.ids[-1]

    def _events_by_ends(self, side: Side) -> Iterator[tuple[_Key, str]]:
        for _, fields, _ in self._events(side):
            key = (fields["execution"], fields["artifact"], fields["type"])
            yield key, repr({"path": fields["path"], "time": fields["time"]})

    def _members(self, side: Side, kind: Literal["artifact", "execution"]) -> Iterator[tuple[_Key, str]]:
        source, after = self._sources[side], 0
        while members := source.memberships(kind, after, _PORTION):
            for member in members:
                yield (member.node_id, member.context_id, ""), ""
            after = members[-1].number

    def _parents(self, side: Side) -> Iterator[tuple[_Key, str]]:
        for child_id, parent_id in self._sources[side].parents():
            yield (child_id, parent_id, ""), ""

    # ------------------------------------------------------------ comparing

    def _types(self) -> None:
        a, b = (types_by_key(source.types()) for source in self._sources.values())
        for side, types in (("a", a), ("b", b)):
            for key, fields in types.items():
                self._digests[cast("Side", side)]["type"].add(repr((key, fields)))
        for key in sorted({*a, *b}):
            kind, name, version = key
            where = f"{kind} type {name}{f' version {version}' if version else ''}"
            self._tell(where, a.get(key), b.get(key), "")

    def _in_step(self, part: str, read: Callable[[Side], Iterator[_Item]]) -> None:
        """Compare what both give by ascending id."""
        ones, others = self._counted(part, "a", read), self._counted(part, "b", read)
        a, b = next(ones, None), next(others, None)
        while a is not None or b is not None:
            if b is None or (a is not None and a[0] < b[0]):
                assert a is not None
                self._tell(f"{part}/{a[0]}", a[1], None, _brief(a[1]))
                a = next(ones, None)
            elif a is None or b[0] < a[0]:
                self._tell(f"{part}/{b[0]}", None, b[1], _brief(b[1]))
                b = next(others, None)
            else:
                if a[2] != b[2]:
                    self._tell(f"{part}/{a[0]}", a[1], b[1], "")
                a, b = next(ones, None), next(others, None)

    def _counted(self, part: str, side: Side, read: Callable[[Side], Iterator[_Item]]) -> Iterator[_Item]:
        digest = self._digests[side][part]
        for item in read(side):
            digest.add(f"{item[0]} {item[2]}")
            yield item

    def _without_order(self, part: str, read: Callable[[Side], Iterable[tuple[_Key, str]]]) -> None:
        """Compare what has no order in common; only where the digests differ both are read again, for what differs."""
        for side in self._sources:
            digest = self._digests[side][part]
            for key, said in read(side):
                digest.add(repr((key, said)))
        if self._digests["a"][part].hex() == self._digests["b"][part].hex():
            return
        connection = sqlite3.connect("")  # SQLite keeps it on the disk as far as it is large
        try:
            connection.execute(statement("sql", "comparing/create"))
            add = statement("sql", "comparing/add")
            for side in self._sources:
                own = add.replace("/*side*/", side)
                connection.executemany(own, ((*key, said) for key, said in read(side)))
            for first, second, third, a, b in connection.execute(statement("sql", "comparing/differing")):
                where = _named(part, first, second, third)
                if a is None or b is None:
                    self._add(Difference(where, None, None if a is None else "", None if b is None else ""))
                else:
                    self._add(Difference(where, "path and time", a, b))
        finally:
            connection.close()

    def _tell(self, where: str, a: Fields | None, b: Fields | None, brief: str) -> None:
        if a is None or b is None:
            self._add(Difference(where, None, None if a is None else brief, None if b is None else brief))
            return
        for name in dict.fromkeys((*a, *b)):
            one, other = (repr(fields[name]) if fields.get(name) is not None else None for fields in (a, b))
            if one != other:
                self._add(Difference(where, name, *_apart(one, other)))

    def _add(self, difference: Difference) -> None:
        self._found.number += 1
        if len(self._found.differences) < self._limit:
            self._found.differences.append(difference)


def _brief(fields: Fields) -> str:
    """What helps to recognise something that the other side has not."""
    if "artifact" in fields:
        return f"{fields['type']}, artifact/{fields['artifact']}, execution/{fields['execution']}"
    return str(fields["type"]) + (f" {fields['name']!r}" if fields["name"] else "")


def _named(part: str, first: int, second: int, third: str) -> str:
    if part == "event":
        return f"event {third} of execution/{first} and artifact/{second}"
    if part == "parent":
        return f"parent of context/{first}: context/{second}"
    return f"{part} of {'artifact' if part == 'attribution' else 'execution'}/{first} to context/{second}"


def _shown(field: str, said: str | None) -> str:
    """What a side says, a time as people write it."""
    if said is None:
        return "unset"
    if field in _TIMES:
        with contextlib.suppress(OverflowError, ValueError, OSError):  # no such year
            return datetime.fromtimestamp(int(said) / 1000).astimezone().isoformat(timespec="milliseconds")
    return said


def _apart(one: str | None, other: str | None) -> tuple[str | None, str | None]:
    """Two texts, long ones cut to where they differ."""
    if one is None or other is None:
        return _cut(one, 0), _cut(other, 0)
    same = next(
        (place for place, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), min(len(one), len(other))
    )
    start = max(0, same - _LONGEST_SHOWN // 3) if max(len(one), len(other)) > _LONGEST_SHOWN else 0
    return _cut(one, start), _cut(other, start)


def _cut(text: str | None, start: int) -> str | None:
    if text is None:
        return None
    end = start + _LONGEST_SHOWN
    return ("…" if start else "") + text[start:end] + ("…" if len(text) > end else "")
