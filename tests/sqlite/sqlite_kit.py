"""What the tests of the embedded backend share: puts below the store's rules, and dumps to compare."""

from __future__ import annotations

import base64
import json
from pathlib import Path
from typing import Any

from graphmeta.backends.batch import Batch, EventWrite, NodeWrite, TypeUse, Writer, Written
from graphmeta.backends.requests import EventQuery, MembershipQuery, NodeQuery, ParentQuery
from graphmeta.backends.rows import NodeRow
from graphmeta.backends.sqlite.backend import SqliteBackend
from graphmeta.model import AnyValue, Kind, Properties, artifact_type, context_type, execution_type

SHORT = {"INT": "int", "DOUBLE": "double", "STRING": "string", "STRUCT": "struct", "PROTO": "proto", "BOOLEAN": "bool"}


def declare(backend: SqliteBackend) -> tuple[int, int, int]:
    """One type of each kind: Data with one property of each value type, Step, Run. Returns their ids."""
    types = [
        artifact_type("Data", {short: name for name, short in SHORT.items()}, base_type="DATASET"),
        execution_type("Step", {"seed": "INT"}),
        context_type("Run"),
    ]
    first, second, third = backend.transact(lambda writer: writer.write_types(types))
    return first, second, third


def node(kind: Kind, id: int, type_id: int, name: str | None = None, **more: Any) -> NodeWrite:
    """A new node; its properties are `properties` and `custom`."""
    properties: Properties = more.pop("properties", {})
    custom: Properties = more.pop("custom", {})
    create = more.pop("create", True)
    type_name = {"artifact": "Data", "execution": "Step", "context": "Run"}[kind]
    fields = {"uri": None, "state": None, "external_id": None, "created": 1000, "updated": 1000, **more}
    row = NodeRow(id=id, type_id=type_id, type=type_name, name=name, **fields)
    return NodeWrite(kind, create, row, properties, custom)


def put_step(writer: Writer, types: tuple[int, int, int], name: str, key: str | None = None) -> Written:
    """An execution with an input, an output and a context of its own, events with paths, properties: a whole."""
    data, step, run = types
    base = {type.id: type.base_type for type in writer.types()}
    now = writer.now()
    used, made = writer.ids("artifact", 2)
    (execution,) = writer.ids("execution", 1)
    (context,) = writer.ids("context", 1)
    events = writer.ids("event", 2)
    batch = Batch(
        key=key or name,
        keep_key=key is not None,
        uses=[
            TypeUse("artifact", data, "Data", {}, base[data]),
            TypeUse("execution", step, "Step", {}, base[step]),
            TypeUse("context", run, "Run", {}),
        ],
        nodes=[
            node("context", context, run, name),
            node("artifact", used, data, f"{name}-in", uri=f"file:///{name}", properties={"int": 1, "string": name}),
            node("artifact", made, data, f"{name}-out", state="LIVE", custom={"note": name}),
            node("execution", execution, step, name, state="COMPLETE", properties={"seed": 7}),
        ],
        events=[
            EventWrite(events[0], used, execution, "INPUT", ("examples", 0), now),
            EventWrite(events[1], made, execution, "OUTPUT", ("model", 0), now),
        ],
        attributions=[(used, context), (made, context)],
        associations=[(execution, context)],
    )
    return writer.write(batch, Written((used, made), (execution,), (context,)))


def whole(backend: SqliteBackend, name: str) -> bool:
    """Whether all that `put_step` writes under a name is there."""
    dumped = dump(backend)
    artifacts = [each for each in dumped["artifacts"] if each["name"] in (f"{name}-in", f"{name}-out")]
    executions = [each for each in dumped["executions"] if each["name"] == name]
    events = [each for each in dumped["events"] if executions and each["execution"] == executions[0]["id"]]
    return len(artifacts) == 2 and len(executions) == 1 and len(events) == 2


def dump(backend: SqliteBackend) -> dict[str, Any]:
    """Everything in a store as JSON, in the form of oracle_script.py."""
    result: dict[str, Any] = {
        "types": [
            {
                "kind": type.kind,
                "id": type.id,
                "name": type.name,
                "version": type.version,
                "properties": dict(sorted(type.properties.items())),
                "base": type.base_type,
                "description": type.description,
            }
            for type in backend.types()
            if not type.name.startswith("mlmd.")
        ]
    }
    ids: dict[str, list[int]] = {}
    for kind in ("artifact", "execution", "context"):
        rows = backend.nodes(NodeQuery(kind))
        ids[kind] = [row.id for row in rows]
        result[f"{kind}s"] = [
            {
                **{key: value for key, value in row._asdict().items() if key != "uri" or kind == "artifact"},
                "name": row.name or "",
                **({"uri": row.uri or ""} if kind == "artifact" else {}),
                "properties": _plain(rows.properties(row.id)[0]),
                "custom": _plain(rows.properties(row.id)[1]),
            }
            for row in rows
        ]
    events = backend.events(EventQuery(execution_ids=ids["execution"]))
    result["events"] = [
        {"artifact": artifact, "execution": execution, "type": type, "time": time, "path": list(path)}
        for artifact, execution, type, time, path in zip(
            events.artifact_ids, events.execution_ids, events.types, events.times, events.paths, strict=True
        )
    ]
    result["attributions"] = sorted(
        map(list, backend.memberships(MembershipQuery("artifact", context_ids=ids["context"])))
    )
    result["associations"] = sorted(
        map(list, backend.memberships(MembershipQuery("execution", context_ids=ids["context"])))
    )
    result["parents"] = sorted(map(list, backend.parents(ParentQuery(child_ids=ids["context"]))))
    return json.loads(json.dumps(result))  # type: ignore[no-any-return]


def _plain(properties: Properties) -> dict[str, Any]:
    return {key: _tagged(properties[key]) for key in sorted(properties)}


def _tagged(value: Any) -> list[Any]:
    if isinstance(value, AnyValue):
        return ["any", value.type_url, base64.b64encode(value.value).decode()]
    return [type(value).__name__, value]


def beside(path: Path) -> set[str]:
    """The names of the files in the folder of a store."""
    return {each.name for each in path.parent.iterdir()}
