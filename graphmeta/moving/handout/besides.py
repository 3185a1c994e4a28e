"""What a store in Neo4j has besides the lineage: its types, the counters of ids, the note of what it is a copy of."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from graphmeta.backends.neo4j.parameters import seed_parameters, type_parameters
from graphmeta.backends.taking import take
from graphmeta.model import SYSTEM_TYPES, Type
from graphmeta.moving.handout.files import Files
from graphmeta.moving.handout.tables import SEPARATOR
from graphmeta.moving.marks import Mark


def write_types(
    files: Files, given: Sequence[Type], fitting: Callable[[dict[str, Any], str], Mapping[str, Any]]
) -> int:
    """Write the types of a source, and the system types that it lacks; returns the highest id of theirs.

    Args:
        fitting: values of a row as the importer takes them; it is told where they are.
    """
    seeds = [Type(kind=kind, name=name, id=number) for number, (kind, name) in enumerate(SYSTEM_TYPES, 1)]
    types = take(given, seeds).types
    bases = {(type.kind, type.name): type.id for type in types if not type.version}
    nodes: list[tuple[str, Mapping[str, Any]]] = []
    links: list[tuple[str, Mapping[str, Any]]] = []
    for type in types:
        row = type_parameters(type, type.id or 0)
        values = fitting(dict(row["values"]), f"type/{type.id}")
        nodes.append((f"{type.id},Type{SEPARATOR}{row['label']}", values))
        if row["base"] is not None:
            links.append((f"{type.id},{bases[type.kind, row['base']]}", {}))
    files.nodes("types", "Type", nodes)
    files.edges("bases", "BASE_TYPE", "Type", "Type", links)
    return types[-1].id or 0


def write_missing(files: Files, ids: Iterable[int]) -> None:
    """Write what stands for artifacts that events name and that are not there."""
    files.nodes("missing", "Artifact", [(f"{id},MissingArtifact", {"id": id}) for id in sorted(ids)])


def write_counters(files: Files, highest: Mapping[str, int]) -> None:
    """Write the counters, so that new ids are above these."""
    seed = seed_parameters()
    rows = []
    for number, row in enumerate(seed["counters"]):
        name = row["name"]
        values = {"name": name, "next": max(row["next"], highest.get(name, 0) + 1), "format": seed["format"]}
        rows.append((f"{number},GraphmetaCounter", values))
    files.nodes("counters", "GraphmetaCounter", rows)


def write_note(files: Files, mark: Mark) -> None:
    """Write how far the copy is, so that `copy` goes on from there."""
    files.nodes("note", "GraphmetaNote", [("0,GraphmetaNote", {"name": "copy", "text": mark.text()})])
