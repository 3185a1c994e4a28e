"""What is in a source, and what of it would not come over as it is, before anything is copied."""

from __future__ import annotations

import shlex
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Literal

from graphmeta.model import KINDS
from graphmeta.moving.source import Member, Source, Summary, Trouble

# Of each part are read so many at a time.
_PORTION = 5000
# Troubles that are kept to be shown; the others are counted.
_KEPT = 10_000
_NEWEST_SCHEMA = 10
_MEMBERS: tuple[Literal["artifact", "execution"], ...] = ("artifact", "execution")
# What a schema before this one has no place for.
_LACKING = (
    (10, "properties of booleans and messages"),
    (9, "external ids"),
    (6, "versions and base types of types, and parents of contexts"),
    (5, "names and states of artifacts and executions, and all times but those of events"),
)


@dataclass
class Inspection:
    """What was found.

    Attributes:
        url: without a password.
        what: in words: "an ML Metadata file of schema 4".
        size: in bytes, where that can be told.
        summary: how much there is of what.
        types: how many types there are, system types included.
        lacking: what this schema has no place for, so that none of it can come.
        deep: whether everything was read, and not only the types.
        troubles: what would not come over as it is, in the order in which it was met; the first 10,000.
        number_of_troubles: of all of them.
        next: the command to go on with.
    """

    url: str
    what: str
    size: int | None
    summary: Summary
    types: int
    lacking: list[str]
    deep: bool
    troubles: list[Trouble] = field(default_factory=list)
    number_of_troubles: int = 0
    next: str = ""


class Troubles:
    """Counts what a source reports, and keeps the first of it."""

    def __init__(self) -> None:
        self.kept: list[Trouble] = []
        self.number = 0

    def __call__(self, trouble: Trouble) -> None:
        self.number += 1
        if len(self.kept) < _KEPT:
            self.kept.append(trouble)


def inspect(open: Callable[[Callable[[Trouble], None]], Source], *, deep: bool = False) -> Inspection:
    """Look at a source, and change nothing.

    Args:
        open: opens it, given what its troubles are told to.
        deep: read everything, so that all is told that would not come over as it is; otherwise only the types, the
            links between contexts and the counts are.

    Raises:
        GraphmetaError: it cannot be opened or read.
    """
    troubles = Troubles()
    with open(troubles) as source:
        # What it holds is read first: what it reports is told by reading.
        types = source.types()
        summary = source.summary()
        source.parents()
        if deep:
            for _ in _everything(source):
                pass
        size = source.size() if hasattr(source, "size") else None
        schema = summary.schema or _NEWEST_SCHEMA
        return Inspection(
            url=source.url,
            what=source.what,
            size=size,
            summary=summary,
            types=len(types),
            lacking=[what for since, what in _LACKING if schema < since],
            deep=deep,
            troubles=troubles.kept,
            number_of_troubles=troubles.number,
            next=f"graphmeta copy {shlex.quote(source.url)} {_target(source.url)}",
        )


def _target(url: str) -> str:
    """Where to copy to: the other kind of store."""
    return "neo4j://localhost:7687" if url.startswith("sqlite:") else "lineage.db"


def _everything(source: Source) -> Iterator[object]:
    """Every portion of a source."""
    for kind in KINDS:
        after = 0
        while nodes := source.nodes(kind, after, _PORTION):
            yield nodes
            after = nodes[-1].id
    after = 0
    while events := source.events(after, _PORTION):
        yield events
        after = events.ids[-1]
    members: list[Member]
    for member in _MEMBERS:
        after = 0
        while members := source.memberships(member, after, _PORTION):
            yield members
            after = members[-1].number
