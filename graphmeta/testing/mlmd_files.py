"""ML Metadata databases made by ml-metadata itself: of every schema that it can make, in every engine.

All hold one world, `WORLD`, as far as their schema can.
"""

from __future__ import annotations

import base64
import json
import shutil
import sqlite3
import subprocess
from pathlib import Path
from typing import Any

from graphmeta.backends.sqlite.values import from_column
from graphmeta.model import NODE_CLASSES, AnyNode, AnyValue, Kind, Type

SCHEMAS = tuple(range(4, 11))
_SCRIPT = Path(__file__).with_name("mlmd_world_script.py")
_GOING_ON = Path(__file__).with_name("mlmd_going_on_script.py")
_FIRST_TYPE = 10  # behind the nine system types
# The artifact that events name and that is taken away again, as by a hand that tidied up.
GONE = 5
_PROPERTIES = {"count": "INT", "rate": "DOUBLE", "note": "STRING", "tree": "STRUCT", "blob": "PROTO", "flag": "BOOLEAN"}
_VALUES: dict[str, tuple[str, Any]] = {
    "count": ("int", -7),
    "rate": ("double", 0.5),
    "note": ("string", "naïve 数据 😀\nsecond line"),
    "tree": ("struct", {"a": [1, {"b": None}], "ü": True}),
    "blob": ("any", ("type.googleapis.com/some.Message", base64.b64encode(b"\x00\xff").decode())),
    "flag": ("bool", False),
}
_CUSTOM: dict[str, tuple[str, Any]] = {
    "name": ("string", ""),
    "kubeflow-kale.org/state": ("string", "x" * 5000),
    "ключ": ("int", 0),
    "empty": ("struct", {}),
    "yes": ("bool", True),
    "no url": ("any", ("", "")),
}
_NO_VALUES: dict[str, tuple[str, Any]] = {}


def _node(type: int, properties: Any = _NO_VALUES, custom: Any = _NO_VALUES, **fields: Any) -> dict[str, Any]:
    return {"type": type, "properties": properties, "custom_properties": custom, **fields}


# Nodes have the ids 1, 2, … in the order given; a type is an index into `types`.
WORLD: dict[str, Any] = {
    "types": [
        {
            "kind": "artifact", "name": "Thing", "version": "v1", "description": "What is made.",
            "base_type": "MODEL", "external_id": "thing-type", "properties": _PROPERTIES,
        },
        {"kind": "artifact", "name": "tfx.Плод", "properties": {}},
        {"kind": "execution", "name": "Thing", "properties": _PROPERTIES, "base_type": "TRAIN"},
        {"kind": "context", "name": "run's \"own\"", "properties": {"note": "STRING"}},
    ],
    "artifacts": [
        _node(0, _VALUES, _CUSTOM, name="a@1", uri="s3://büro/a", state="LIVE", external_id="a-1"),
        _node(0, name="", uri="", state="PENDING"),
        _node(1, {}, {"state": ("string", "published")}, uri="/data/%41 b", state="MARKED_FOR_DELETION"),
        _node(1, uri="s3://four", state="DELETED"),
        _node(1, {}, {"of": ("int", 5)}, uri="s3://gone"),
        _node(1, uri="s3://six", state="REFERENCE"),
    ],
    "executions": [
        _node(2, _VALUES, _CUSTOM, name="step 1", state="COMPLETE", external_id="e-1"),
        _node(2, {}, {"cached_execution_id": ("string", "1")}, state="CACHED"),
        _node(2, state="FAILED"),
    ],
    "contexts": [
        _node(3, {"note": ("string", "é")}, {}, name="run 1", external_id="c-1"),
        _node(3, name="実験"),
        _node(3, name="whole"),
    ],
    # (artifact, execution, type, path, time)
    "events": [
        (1, 1, "INPUT", ["examples", 0, "ключ"], 1_600_000_000_000),
        (2, 1, "DECLARED_INPUT", [], 1_600_000_000_001),
        (3, 1, "INTERNAL_INPUT", [3], 1_600_000_000_002),
        (4, 1, "OUTPUT", ["model", 1], 1_600_000_000_003),
        (4, 1, "INTERNAL_OUTPUT", [""], 1_600_000_000_004),
        (GONE, 1, "INPUT", ["gone", 0], 1_600_000_000_005),
        (4, 2, "OUTPUT", [], 1_600_000_000_006),
        (1, 2, "DECLARED_OUTPUT", [], 1_600_000_000_007),
        (6, 3, "PENDING_OUTPUT", ["z", "a", "m"], 1_600_000_000_008),
    ],
    # (node, context), in an order that no id has
    "attributions": [(4, 2), (1, 1), (4, 1), (2, 2)],
    "associations": [(3, 1), (1, 2), (1, 1)],
    "parents": [(1, 3), (2, 3)],
}  # fmt: skip
PARTS = ("types", "artifacts", "executions", "contexts", "events", "attributions", "associations", "parents")
# As an administrator removes an artifact by hand, and forgets the events.
TAKEN_AWAY = (
    f"DELETE FROM ArtifactProperty WHERE artifact_id = {GONE}",  # noqa: S608 (a number of our own)
    f"DELETE FROM Artifact WHERE id = {GONE}",  # noqa: S608
)


def fill(python: Path, config: str, world: dict[str, Any] = WORLD) -> None:
    """Let ml-metadata put a world into an empty database.

    Args:
        python: an interpreter that has it; see `oracle`.
        config: a `ConnectionConfig` as protobuf's text.
    """
    _run(python, "fill", {"config": config, "world": world})


def make_files(python: Path, folder: Path) -> dict[int, Path]:
    """A SQLite file with the world of each schema, by its version."""
    newest = folder / "schema-10.db"
    fill(python, _sqlite(newest))
    connection = sqlite3.connect(newest)
    with connection:
        for statement in TAKEN_AWAY:
            connection.execute(statement)
    connection.close()
    files = {10: newest}
    for schema in SCHEMAS[:-1]:
        files[schema] = folder / f"schema-{schema}.db"
        shutil.copy(newest, files[schema])
        _run(python, "downgrade", {"config": _sqlite(files[schema]), "schema": schema})
    return files


def expected_types(schema: int) -> list[Type]:
    """The world's own types, as far as a schema can hold them."""
    types = []
    for number, given in enumerate(WORLD["types"], _FIRST_TYPE):
        type = Type(**{**given, "properties": dict(given["properties"])}, id=number)
        if schema < 6:
            type.version, type.description, type.base_type = "", None, None
        if schema < 9:
            type.external_id = None
        types.append(type)
    return types


def expected_nodes(kind: Kind, schema: int) -> list[AnyNode]:
    """The world's nodes of a kind, as far as a schema can hold them, without times."""
    types = expected_types(schema)
    nodes = []
    for number, given in enumerate(WORLD[f"{kind}s"], 1):
        if (kind, number) == ("artifact", GONE):
            continue
        type = types[given["type"]]
        fields = {**given, "type": type.name, "type_id": type.id, "id": number}
        for key in ("properties", "custom_properties"):
            fields[key] = {
                name: _value(*value) for name, value in given[key].items() if schema >= 10 or value[0] not in _YOUNG
            }
        if schema < 9:
            fields.pop("external_id", None)
        if schema < 5:
            fields.pop("state", None)
            if kind != "context":
                fields.pop("name", None)
        nodes.append(NODE_CLASSES[kind](**fields))
    return nodes


_YOUNG = ("bool", "any")  # kinds of values that came with schema 10


def values_lost(schema: int) -> int:
    """How many of the world's values a schema has no place for."""
    if schema >= 10:
        return 0
    nodes = [*WORLD["artifacts"], *WORLD["executions"], *WORLD["contexts"]]
    values = [value for node in nodes for key in ("properties", "custom_properties") for value in node[key].values()]
    return sum(kind in _YOUNG for kind, _ in values)


def _value(kind: str, value: Any) -> Any:
    if kind == "any":
        return AnyValue(value[0], base64.b64decode(value[1]))
    return from_column(value, 0)


def _sqlite(path: Path) -> str:
    return f'sqlite {{filename_uri: "{path}" connection_mode: READWRITE_OPENCREATE}}'


def go_on(python: Path, config: str) -> dict[str, Any]:
    """Let ml-metadata open a database that holds the world, and write to it.

    Returns:
        `seen`: what it reads there; `given`: the ids that it gave to a type, an execution and an artifact.
    """
    type = WORLD["types"][0]
    request = {"config": config, "type": type["name"], "version": type["version"]}
    found: dict[str, Any] = json.loads(_run(python, "go on with", request, _GOING_ON))
    return found


def _run(python: Path, what: str, request: dict[str, Any], script: Path = _SCRIPT) -> str:
    done = subprocess.run(  # noqa: S603
        [str(python), str(script), what], input=json.dumps(request), capture_output=True, text=True, check=False
    )
    if done.returncode:
        raise RuntimeError(f"ml-metadata could not {what} {request['config']}:\n{done.stderr[-3000:]}")
    return done.stdout
