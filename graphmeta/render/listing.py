"""What a store holds, as blocks: lists of nodes, one node in full, types, counts."""

from __future__ import annotations

import json
from collections.abc import Sequence

from graphmeta.backends.rows import Count
from graphmeta.model import INPUT_EVENTS, KINDS, AnyNode, Artifact, Context, Execution, Type
from graphmeta.query.annotations import Annotations
from graphmeta.render import annotations as said_of
from graphmeta.render import words
from graphmeta.render.blocks import Block, Facts, Heading, Note, Table


def nodes(found: Sequence[AnyNode], *, of: str, more: bool = False) -> list[Block]:
    """A list of nodes of one kind.

    Args:
        of: what is listed, in the plural: `artifacts`, `artifacts of type Model`.
        more: the store has more of them.
    """
    if not found:
        return [Note(f"There are no {of} yet.")]
    rows = [
        [
            f"{node.kind}/{node.id}",
            node.type,
            words.caption(node),
            "" if isinstance(node, Context) else node.state or "",
            words.minute(node.created),
            words.place(node.uri) if isinstance(node, Artifact) else "",
        ]
        for node in found
    ]
    columns = ["node", "type", "name", "state", "stored", "where"]
    blocks: list[Block] = [Table(columns, rows, firm=frozenset({"stored", "state"}), spare=("where", "stored"))]
    if more:
        blocks.append(Note(f"The {len(found)} newest; there are more: --limit N shows more of them."))
    return blocks


def node(
    shown: AnyNode,
    *,
    contexts: Sequence[Context] = (),
    members: Sequence[AnyNode] = (),
    joined: Sequence[tuple[str, AnyNode]] = (),
    missing: Sequence[tuple[str, int]] = (),
    said: Annotations | None = None,
) -> list[Block]:
    """One node with everything that it holds.

    Args:
        contexts: those that it belongs to, of a context those that it is part of.
        members: of a context: what belongs to it.
        joined: the nodes at the other end of its events, with the events' types.
        missing: ids of artifacts that its events name but that are not there, likewise.
        said: what people said of it afterwards.
    """
    facts = [
        ("node", f"{shown.kind}/{shown.id}"),
        ("type", shown.type),
        ("name", shown.name or ""),
        ("where", (shown.uri or "") if isinstance(shown, Artifact) else ""),
        ("state", "" if isinstance(shown, Context) else shown.state or ""),
        ("external id", shown.external_id or ""),
        ("stored", words.time(shown.created)),
        ("changed", words.time(shown.updated) if shown.updated != shown.created else ""),
    ]
    blocks: list[Block] = [Heading(words.name(shown)), Facts([(key, value) for key, value in facts if value])]
    texts: list[tuple[str, str]] = []
    for title, values in (("property", shown.properties), ("custom property", shown.custom_properties)):
        if values:
            written = [(key, words.property_value(key, values[key])) for key in sorted(values)]
            texts += [pair for pair in written if "\n" in pair[1]]
            rows = [[key, f"{len(text.splitlines())} lines, below" if "\n" in text else text] for key, text in written]
            blocks.append(Table([title, "value"], rows))
    if said is not None and said.current:
        blocks.append(said_of.table(said.current.values()))
    edges = [[_how(shown, type), words.typed(other), f"{other.kind}/{other.id}"] for type, other in joined]
    edges += [[_how(shown, type), "not in the store", f"artifact/{id}"] for type, id in missing]
    edges += [
        ["part of" if isinstance(shown, Context) else "belongs to", words.typed(context), f"context/{context.id}"]
        for context in contexts
    ]
    edges += [["holds", words.typed(member), f"{member.kind}/{member.id}"] for member in members]
    if edges:
        blocks.append(Table(["joined", "with", "node"], edges))
    for key, text in texts:
        blocks += [Heading(key), *(Note(line) for line in text.splitlines())]
    return blocks


def _how(shown: AnyNode, type: str) -> str:
    used = type in INPUT_EVENTS
    verb = ("uses" if used else "makes") if isinstance(shown, Execution) else ("used by" if used else "made by")
    return verb if type in ("INPUT", "OUTPUT") else f"{verb} ({type})"


def types(found: Sequence[Type], counts: Sequence[Count]) -> list[Block]:
    """Types with their declared properties and how many nodes there are of each."""
    if not found:
        return [Note("There are no types yet, but for the nine of MLMD itself: --all lists them.")]
    numbers = {count.type_id: count.number for count in counts}
    rows = [
        [
            type.kind,
            type.name + (f" (version {type.version})" if type.version else ""),
            type.base_type or "",
            str(numbers.get(type.id or 0, 0)),
            ", ".join(f"{key} {kind}" for key, kind in sorted(type.properties.items())),
        ]
        for type in found
    ]
    return [Table(["kind", "type", "base", "nodes", "properties"], rows, frozenset({"nodes"}))]


def stats(url: str, counts: Sequence[Count], types: int) -> list[Block]:
    """How many there are of what."""
    totals = [(kind + "s", str(sum(count.number for count in counts if count.kind == kind))) for kind in KINDS]
    blocks: list[Block] = [Heading(url), Facts([*totals, ("types", str(types))])]
    if counts:
        rows = [[count.kind, count.type, str(count.number)] for count in counts]
        blocks.append(Table(["kind", "type", "nodes"], rows, frozenset({"nodes"})))
    return blocks


def records(found: Sequence[dict[str, object]]) -> list[Block]:
    """What a Cypher statement returned."""
    if not found:
        return [Note("No records.")]
    columns = list(found[0])
    return [Table(columns, [[_cell(record.get(column)) for column in columns] for record in found])]


def _cell(held: object) -> str:
    if held is None or isinstance(held, (bool, int, float, str)):
        return words.value(held)
    return json.dumps(held, ensure_ascii=False)
