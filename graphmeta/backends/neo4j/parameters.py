"""Batches and types as parameters of the statements `put`, `write_types` and `seed`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from graphmeta.backends.batch import Batch, Counted, EventWrite, NodeWrite, Removal, TypeUse, Written
from graphmeta.backends.neo4j.compile import LABELS
from graphmeta.backends.neo4j.values import (
    index_key,
    keyed,
    path_to_neo4j,
    property_name,
    shortened,
    to_neo4j,
)
from graphmeta.model import INPUT_EVENTS, KINDS, SYSTEM_TYPES, Kind, Type
from graphmeta.vocabulary import ROLES

# What the version of the graph in Neo4j is called in `seed`; a change that older readers misread raises it.
FORMAT = 1
COUNTERS: tuple[Counted, ...] = ("artifact", "execution", "context", "event")
# How long a put whose key the caller did not choose is remembered, in milliseconds: retries end long before.
REMEMBERED = 24 * 60 * 60 * 1000


def put_parameters(
    batch: Batch, written: Written, *, now: int, order: int, counters: Mapping[Counted, int]
) -> dict[str, Any]:
    """The parameters of `put`.

    Args:
        now: milliseconds since the epoch.
        order: the memberships are numbered from here in the order given.
        counters: what the counters must be beyond, by name, where ids came from elsewhere.
    """
    created = {(node.kind, node.row.id) for node in batch.nodes if node.create}
    there = created.union(("artifact", id) for id in batch.requires.get("artifact", ()))
    there.update((node.kind, node.row.id) for node in batch.nodes)
    return {
        "key": index_key(batch.key),
        "time": now,
        "expires": None if batch.keep_key else now + REMEMBERED,
        "uses": _uses(batch),
        "reuses": [{"id": use.id, "type_id": use.type_id, "name": index_key(use.name)} for use in batch.reuses],
        "required": {f"{kind}s": sorted(set(batch.requires.get(kind, ()))) for kind in KINDS},
        "created": _nodes(batch.nodes, create=True),
        "replaced": _nodes(batch.nodes, create=False),
        "dangling": sorted(
            {event.artifact_id for event in batch.events if ("artifact", event.artifact_id) not in there}
        ),
        "inputs": [_event(event) for event in batch.events if event.type in INPUT_EVENTS],
        "outputs": [_event(event) for event in batch.events if event.type not in INPUT_EVENTS],
        "attributions": _memberships("artifact", batch.attributions, created, order),
        "associations": _memberships("execution", batch.associations, created, order),
        "parents": [{"child": child, "parent": parent} for child, parent in batch.parents],
        "counters": [{"name": name, "next": following} for name, following in counters.items()],
        "written": {
            "artifacts": list(written.artifact_ids),
            "executions": list(written.execution_ids),
            "contexts": list(written.context_ids),
        },
    }


def has_seldom(parameters: Mapping[str, Any]) -> bool:
    """Whether what `put_parameters` made needs the part `put_seldom` of the statement."""
    return bool(
        any(parameters["replaced"].values())
        or parameters["created"]["contexts"]
        or parameters["dangling"]
        or parameters["parents"]
        or parameters["counters"]
    )


def removal_parameters(removal: Removal) -> dict[str, Any]:
    """The parameters of `remove_edges` and `remove_nodes`."""
    return {
        # Everybody locks nodes in this order, so that two transactions seldom wait for one another.
        **{f"{kind}s": sorted(set(removal.nodes.get(kind, ()))) for kind in KINDS},
        "events": sorted(set(removal.events)),
        "attributions": _pairs(removal.attributions, "node", "context"),
        "associations": _pairs(removal.associations, "node", "context"),
        "parents": _pairs(removal.parents, "child", "parent"),
    }


def _pairs(pairs: Sequence[tuple[int, int]], left: str, right: str) -> list[dict[str, int]]:
    return [{left: first, right: second} for first, second in sorted(set(pairs))]


def _uses(batch: Batch) -> list[dict[str, Any]]:
    """The types, each with those of its properties that nodes of the batch have: a type may declare hundreds."""
    used: dict[tuple[Kind, int], set[str]] = {(use.kind, use.id): set() for use in batch.uses}
    for node in batch.nodes:
        keys = used.get((node.kind, node.row.type_id))
        if keys is not None:
            keys.update(node.properties)
    return [_use(use, used[use.kind, use.id]) for use in batch.uses]


def _use(use: TypeUse, keys: set[str]) -> dict[str, Any]:
    declared = {property_name(key, custom=False): use.declared[key] for key in keys if key in use.declared}
    has_base = use.base_type is not None
    return {"id": use.id, "kind": use.kind, "name": index_key(use.name), "declared": declared, "has_base": has_base}


def _nodes(nodes: Sequence[NodeWrite], *, create: bool) -> dict[str, list[dict[str, Any]]]:
    rows: dict[str, list[dict[str, Any]]] = {f"{kind}s": [] for kind in KINDS}
    for node in nodes:
        if node.create == create:
            rows[f"{node.kind}s"].append(
                {"id": node.row.id, "labels": labels(node.kind, node.role), "values": node_values(node)}
            )
    if not create:
        # Everybody locks nodes in this order, so that two puts seldom wait for one another.
        for those in rows.values():
            those.sort(key=lambda row: int(row["id"]))
    return rows


def labels(kind: Kind, role: str | None) -> list[str]:
    """The labels that a role adds: it, if it is one of the closed set."""
    return [role] if role in ROLES[kind] and role is not None else []


def node_values(node: NodeWrite) -> dict[str, Any]:
    """Everything that a node's properties in Neo4j are."""
    row = node.row
    values: dict[str, Any] = {
        "id": row.id,
        "type_id": row.type_id,
        **keyed("type", row.type),
        **keyed("name", row.name),
        **keyed("uri", row.uri),
        **keyed("external_id", row.external_id),
        "created": row.created,
        "updated": row.updated,
        "display_name": shortened(node.display_name),
    }
    if row.state is not None:
        values["state"] = row.state
    for key, value in node.properties.items():
        values[property_name(key, custom=False)] = to_neo4j(value)
    for key, value in node.custom_properties.items():
        values[property_name(key, custom=True)] = to_neo4j(value)
    return values


def _event(event: EventWrite) -> dict[str, Any]:
    return {
        "id": event.id,
        "artifact_id": event.artifact_id,
        "execution_id": event.execution_id,
        "type": event.type,
        "path": path_to_neo4j(event.path),
        "time": event.time,
    }


def _memberships(
    kind: Kind, pairs: Sequence[tuple[int, int]], created: set[tuple[Kind, int]], order: int
) -> list[dict[str, Any]]:
    # Ascending by node, the order in which existing ones are locked; `order` keeps the order given.
    rows = [
        {"node": node, "context": context, "order": order + place, "new": (kind, node) in created}
        for place, (node, context) in enumerate(dict.fromkeys(pairs))
    ]
    return sorted(rows, key=lambda row: row["node"])


# ---------------------------------------------------------------- types


def type_parameters(type: Type, id: int) -> dict[str, Any]:
    """A type as a row of `write_types`."""
    values: dict[str, Any] = {
        "id": id,
        "kind": type.kind,
        **keyed("name", type.name),
        **keyed("version", type.version),
        **keyed("external_id", type.external_id),
    }
    for name in ("description", "input_type", "output_type"):
        text = getattr(type, name)
        if text is not None:
            values[name] = text
    for key, value_type in type.properties.items():
        values[property_name(key, custom=False)] = value_type
    base = None if type.base_type is None else f"mlmd.{type.base_type.capitalize()}"
    return {"id": id, "label": type_label(type.kind), "values": values, "base": base}


def type_label(kind: Kind) -> str:
    """The label that types of a kind have beside `Type`."""
    return f"{LABELS[kind]}Type"


def seed_parameters() -> dict[str, Any]:
    """The parameters of `seed`."""
    types = [type_parameters(Type(kind=kind, name=name), number) for number, (kind, name) in enumerate(SYSTEM_TYPES, 1)]
    counters: list[dict[str, Any]] = [{"name": name, "next": 1} for name in (*COUNTERS, "parent_context")]
    counters.append({"name": "type", "next": len(types) + 1})
    return {"counters": counters, "types": types, "format": FORMAT}
