"""A source as a folder of CSV files, of which Neo4j's own importer makes the database that a copy would have made."""

from __future__ import annotations

import re
import time
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

from graphmeta.backends.batch import Batch, EventWrite, NodeWrite
from graphmeta.backends.neo4j.compile import LABELS
from graphmeta.backends.neo4j.parameters import labels, node_values
from graphmeta.backends.neo4j.values import path_to_neo4j
from graphmeta.model import INPUT_EVENTS, KINDS, Kind, Type
from graphmeta.moving.handout.besides import write_counters, write_missing, write_note, write_types
from graphmeta.moving.handout.files import Files, begin
from graphmeta.moving.handout.names import Names
from graphmeta.moving.handout.numbers import Numbers
from graphmeta.moving.handout.tables import SEPARATOR
from graphmeta.moving.marks import Mark
from graphmeta.moving.progress import Progress
from graphmeta.moving.source import Part, Source, Trouble
from graphmeta.moving.target import event_writes, node_writes

PORTION = 5000
_NODES: tuple[Kind, ...] = ("context", "artifact", "execution")


@dataclass
class HandedOut:
    """What was written.

    Attributes:
        source: its URL, without a password.
        folder: where the files are.
        written: how many pieces of each part.
        told: how many troubles there were.
        seconds: how long it took.
    """

    source: str
    folder: Path
    written: dict[Part, int] = field(default_factory=dict)
    told: int = 0
    seconds: float = 0.0


def hand_out(source: Source, folder: Path, *, progress: Progress | None = None, portion: int = PORTION) -> HandedOut:
    """Write all of a source as CSV files, and beside them the importer's arguments.

    Memory is bounded by a portion, and by 16 bytes for each gap in the ids of artifacts and executions; names are kept
    on disk meanwhile, where SQLite keeps what is temporary.

    Args:
        folder: a new one, or an empty one.
        progress: is told how far it is.
        portion: so many pieces are read at a time.

    Returns:
        what was done. What does not come as it is, was told to the source's `report`.

    Raises:
        AlreadyExistsError: there is something in the folder that is not a hand-out that was interrupted.
        GraphmetaError: the source cannot be read.
        OSError: the folder cannot be written. What is there of it then has no arguments.
    """
    begin(folder)
    return _HandingOut(source, folder, progress or Progress(), portion).run()


class _HandingOut:
    def __init__(self, source: Source, folder: Path, progress: Progress, portion: int) -> None:
        self._source = source
        self._folder = folder
        self._progress = progress
        self._portion = portion
        self._done = HandedOut(source.url, folder)
        self._report, source.report = source.report, self._tell
        self._types: dict[int | None, Type] = {}
        self._mark = Mark(source.url)
        self._there: dict[Kind, Numbers] = {kind: Numbers() for kind in KINDS}
        self._highest: dict[str, int] = {}
        self._missing: set[int] = set()
        self._files = Files(folder)
        self._names = Names(self._tell)

    def run(self) -> HandedOut:
        start = time.monotonic()
        try:
            types = self._source.types()
            self._mark = Mark.first(self._source, types)
            self._types = {type.id: type for type in types}
            summary, parents = self._source.summary(), self._source.parents()
            self._progress.begin(summary.numbers, {})
            for kind in _NODES:
                self._write_nodes(kind)
            self._write_events(summary.highest.get("event", 0))
            self._write_members("artifact", "attribution", summary.highest.get("attribution", 0))
            self._write_members("execution", "association", summary.highest.get("association", 0))
            self._write_parents(parents)
            self._highest["type"] = write_types(self._files, list(self._types.values()), self._fitting)
            write_missing(self._files, self._missing)
            write_counters(self._files, self._highest)
            self._mark.told = self._done.told
            write_note(self._files, self._mark)
            self._files.write_arguments()
        finally:
            self._names.close()
            self._source.report = self._report
        self._done.seconds = time.monotonic() - start
        return self._done

    # ------------------------------------------------------------ nodes

    def _write_nodes(self, kind: Kind) -> None:
        after = 0
        while rows := self._source.nodes(kind, after, self._portion):
            after = rows[-1].id
            self._take_nodes(kind, rows)

    def _take_nodes(self, kind: Kind, rows: Any) -> None:
        if any(row.type_id not in self._types for row in rows):
            self._types = {type.id: type for type in self._source.types()}
        writes = self._names.told_apart(kind, node_writes(rows, self._types))
        self._mark = self._mark.after(Batch("", nodes=writes), {}, 0)
        self._files.nodes(f"{kind}s", LABELS[kind], [self._node(node) for node in writes])
        for node in writes:
            self._there[kind].add(node.row.id)
        self._highest[kind] = max(self._highest.get(kind, 0), writes[-1].row.id)
        self._count(kind, len(writes))

    def _node(self, node: NodeWrite) -> tuple[str, Mapping[str, Any]]:
        said = SEPARATOR.join((LABELS[node.kind], *labels(node.kind, node.role)))
        return f"{node.row.id},{said}", self._fitting(node_values(node), f"{node.kind}/{node.row.id}")

    def _fitting(self, values: dict[str, Any], where: str) -> dict[str, Any]:
        """Values that the importer takes, by names that a header can hold."""
        for name in [name for name, value in values.items() if value in _EMPTY or _ODD.search(name)]:
            what = _NO_BYTES if values.pop(name) in _EMPTY else _ODD_NAME
            self._tell(Trouble(f"{where} property {name.partition('_')[2]}", what))
        return values

    # ------------------------------------------------------------ edges

    def _write_events(self, until: int) -> None:
        after = 0
        while after < until and (columns := self._source.events(after, self._portion)):
            after = columns.ids[-1]
            events = [event for event in event_writes(columns) if event.id <= until]
            self._fetch("execution", [event.execution_id for event in events])
            events = [
                event
                for event in events
                if self._is_there("execution", event.execution_id, f"event/{event.id}", "it is left out")
            ]
            artifacts = self._there["artifact"]
            self._fetch("artifact", [event.artifact_id for event in events])
            self._missing.update(event.artifact_id for event in events if event.artifact_id not in artifacts)
            inputs = [self._event(event) for event in events if event.type in INPUT_EVENTS]
            outputs = [self._event(event) for event in events if event.type not in INPUT_EVENTS]
            self._files.edges("inputs", "EVENT", "Artifact", "Execution", inputs)
            self._files.edges("outputs", "EVENT", "Execution", "Artifact", outputs)
            if events:
                self._mark = self._mark.after(Batch("", events=events), {}, 0)
            self._highest["event"] = after
            self._count("event", len(events))

    def _event(self, event: EventWrite) -> tuple[str, Mapping[str, Any]]:
        ends = (event.artifact_id, event.execution_id)
        start, end = ends if event.type in INPUT_EVENTS else reversed(ends)
        path = path_to_neo4j(event.path)
        if any(SEPARATOR in step for step in path):
            self._tell(Trouble(f"event/{event.id}", "its path holds the character U+001F; a space comes for it."))
            path = [step.replace(SEPARATOR, " ") for step in path]
        values: dict[str, Any] = {
            "id": event.id,
            "artifact_id": event.artifact_id,
            "execution_id": event.execution_id,
            "type": event.type,
            "path": path,
        }
        if event.time is not None:
            values["time"] = event.time
        return f"{start},{end}", values

    def _write_members(self, kind: Literal["artifact", "execution"], part: Part, until: int) -> None:
        after = 0
        while after < until and (members := self._source.memberships(kind, after, self._portion)):
            after = members[-1].number
            members = [member for member in members if member.number <= until]
            self._fetch(kind, [member.node_id for member in members])
            self._fetch("context", [member.context_id for member in members])
            rows: list[tuple[str, Mapping[str, Any]]] = []
            for member in members:
                where = f"{kind}/{member.node_id} in context/{member.context_id}"
                becomes = f"the {part} is left out"
                if self._is_there(kind, member.node_id, where, becomes) and self._is_there(
                    "context", member.context_id, where, becomes
                ):
                    rows.append((f"{member.node_id},{member.context_id}", {"order": member.number}))
            self._files.edges(f"{part}s", part.upper(), LABELS[kind], "Context", rows)
            self._mark = self._mark.after(Batch(""), {part: after}, 0)
            self._count(part, len(rows))

    def _write_parents(self, parents: Sequence[tuple[int, int]]) -> None:
        links = list(dict.fromkeys(parents))
        self._fetch("context", [id for link in links for id in link])
        rows: list[tuple[str, Mapping[str, Any]]] = [
            (f"{child},{parent}", {})
            for child, parent in links
            if all(
                self._is_there("context", id, f"context/{child} parent context/{parent}", "the link is left out")
                for id in (child, parent)
            )
        ]
        self._files.edges("parents", "PARENT_CONTEXT", "Context", "Context", rows)
        self._count("parent", len(rows))

    def _fetch(self, kind: Kind, ids: Iterable[int]) -> None:
        """Write nodes that edges name and that came late: they were committed after higher ids."""
        there = self._there[kind]
        lacking = sorted({id for id in ids if id not in there} - (self._missing if kind == "artifact" else set()))
        rows = self._source.nodes_by_id(kind, lacking) if lacking else ()
        if rows:
            self._take_nodes(kind, rows)

    def _is_there(self, kind: Kind, id: int, where: str, becomes: str) -> bool:
        if id in self._there[kind]:
            return True
        self._tell(Trouble(where, f"there is no {kind}/{id}; {becomes}."))
        return False

    # ------------------------------------------------------------ telling

    def _tell(self, trouble: Trouble) -> None:
        self._done.told += 1
        self._report(trouble)

    def _count(self, part: Part, number: int) -> None:
        self._done.written[part] = self._done.written.get(part, 0) + number
        self._progress.add(part, number)


_EMPTY = (b"",)
_ODD = re.compile(r"[{\r\n]")
_ODD_NAME = "its name has a brace or several lines, which the importer takes in no header; it is left out."
_NO_BYTES = "it is an empty message, and the importer takes no empty bytes; it is left out."
