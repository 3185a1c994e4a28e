"""Small stores drawn as text, a line a step.

    raw > split > rows test:test        artifacts, the type of the step, artifacts
    rows:train schema > train > model   after a colon the key of the event's path

Artifacts are Datasets, but for those whose names begin with a word of `TYPES`; `rows#x` has the digest x.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping
from contextlib import closing
from typing import Any

from graphmeta.model import Artifact, Event, Execution
from graphmeta.store import Store
from tests.query.worlds import Nodes, add_types

TYPES = {
    "model": "Model",
    "pushed": "PushedModel",
    "metrics": "Metrics",
    "schema": "Schema",
    "statistics": "Statistics",
    "thing": "Thing",
    "code": "Code",
}
STEPS = ("clean", "split", "sample", "train", "evaluate", "join", "deploy", "Step", "Transform", "Trainer", "Evaluator")


def draw(store: Store, text: str, given: Mapping[str, Mapping[str, Any]] | None = None, *, prefix: str = "") -> Nodes:
    """Write what a text draws; returns the nodes by name, the steps as `train`, `train 2`, ….

    Args:
        given: properties of artifacts and steps, by their names; `uri` of an artifact is its place.
        prefix: of the stored names, where there are several drawings in one store.
    """
    given = given or {}
    nodes: Nodes = {}
    events = []
    for line in text.strip().splitlines():
        took, type, made = line.split(">")
        count = sum(1 for each in nodes.values() if each.kind == "execution" and each.type == type.strip())
        name = type.strip() + (f" {count + 1}" if count else "")
        step = nodes[name] = Execution(type=type.strip(), state="COMPLETE", custom_properties=dict(given.get(name, {})))
        for words, output in ((took, False), (made, True)):
            for word in words.split():
                bare, _, key = word.partition(":")
                bare, _, digest = bare.partition("#")
                node = nodes.get(bare)
                if node is None:
                    kind = next((known for start, known in TYPES.items() if bare.startswith(start)), "Dataset")
                    said = dict(given.get(bare, {}))
                    uri = said.pop("uri", None)
                    node = nodes[bare] = Artifact(
                        type=kind, name=prefix + bare, uri=uri, state="LIVE", custom_properties=said
                    )
                if digest:
                    node.custom_properties["digest"] = digest
                path = (key,) if key else ()
                events.append(Event(node, step, "OUTPUT" if output else "INPUT", path))
    add_types(store, "artifact", "Dataset", *TYPES.values())
    add_types(
        store,
        "execution",
        *dict.fromkeys([*STEPS, *(each.type for each in nodes.values() if each.kind == "execution")]),
    )
    store.put(
        artifacts=[each for each in nodes.values() if each.kind == "artifact"],
        executions=[each for each in nodes.values() if each.kind == "execution"],
        events=events,
    )
    return nodes


def run_raw(store: Store, *statements: str) -> None:
    """Run SQL in a store's file, past everything that graphmeta would refuse."""
    with closing(sqlite3.connect(store.url.removeprefix("sqlite:///"))) as connection, connection:
        for each in statements:
            connection.execute(each)
