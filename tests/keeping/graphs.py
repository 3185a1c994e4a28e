"""Random stores for removals, and what is asked of them before and after."""

from __future__ import annotations

import random
from pathlib import Path
from typing import Any

from graphmeta.errors import GraphmetaError
from graphmeta.keeping.ages import DAY
from graphmeta.keeping.dumping import Dumped, dump
from graphmeta.keeping.removal import RemovalPlan, plan
from graphmeta.keeping.removing import Removed, remove
from graphmeta.keeping.selection import Candidates, Selection, select
from graphmeta.keeping.tombstones import burial, bury
from graphmeta.model import (
    AnyNode,
    AnyValue,
    Artifact,
    Association,
    Attribution,
    Context,
    Event,
    Execution,
    ParentContext,
    artifact_type,
    context_type,
    execution_type,
)
from graphmeta.moving.comparing import compare
from graphmeta.moving.sources.stores import StoreSource
from graphmeta.query import datasets, environment, lineage, metrics, origin, params
from graphmeta.store import PutOptions, Store
from graphmeta.testing.conformance.kit import DECLARED

NOW = 1_800_000_000_000  # milliseconds since the epoch
_EVENTS = ("INPUT", "OUTPUT", "DECLARED_INPUT", "DECLARED_OUTPUT", "INTERNAL_INPUT", "PENDING_OUTPUT")


def fill(store: Store, dice: random.Random, shape: str = "any") -> None:
    """A random store: events of every type, in circles too, of artifacts that were never put; contexts in contexts.

    Args:
        shape: `layers` (no circles), or `any`.
    """
    store.put_types(
        [
            artifact_type("Dataset", DECLARED),
            artifact_type("Model", {"display_name": "STRING", "version": "INT", "digest": "STRING"}),
            execution_type("Trainer", {"rate": "DOUBLE"}),
            execution_type("Evaluator"),
            context_type("Run"),
            context_type("Environment"),
        ]
    )
    for period in range(3):
        store.backend.clock = lambda period=period: NOW - (3 - period) * 30 * DAY  # type: ignore[misc]
        contexts = [Context(type=dice.choice(["Run", "Environment"]), name=f"{period}-{n}") for n in range(3)]
        artifacts = [_artifact(dice, f"{period}-{n}") for n in range(dice.randint(0, 5))]
        executions = [_execution(dice, f"{period}-{n}") for n in range(dice.randint(0, 4))]
        store.put(contexts=contexts, artifacts=artifacts, executions=executions)
        _join(store, dice, shape, period)
    store.backend.clock = lambda: NOW


def _artifact(dice: random.Random, name: str) -> Artifact:
    values: list[Any] = [1, 1.0, True, "é\0", {"a": [1.0, None]}, AnyValue("t/x", b"\xff"), -0.0, 2**62]
    return Artifact(
        type=dice.choice(["Dataset", "Model"]),
        name=name if dice.random() < 0.6 else None,
        uri=f"s3://{name}",
        state=dice.choice(["LIVE", "ABANDONED", None]),
        external_id=f"x{name}" if dice.random() < 0.3 else None,
        custom_properties={f"k{n}": dice.choice(values) for n in range(dice.randint(0, 3))},
    )


def _execution(dice: random.Random, name: str) -> Execution:
    state = dice.choice(["COMPLETE", "FAILED", "FAILED", "RUNNING", None])
    kind = dice.choice(["Trainer", "Evaluator"])
    return Execution(type=kind, name=name, state=state, custom_properties={"seed": dice.randint(0, 9)})


def _join(store: Store, dice: random.Random, shape: str, period: int) -> None:
    """Random edges among all that is there."""
    artifacts, executions, contexts = store.artifacts(), store.executions(), store.contexts()
    events: dict[tuple[int, int, str], Event] = {}
    known = {(event.artifact_id, event.execution_id, event.type) for event in store.events(executions=executions)}
    for _ in range(dice.randint(0, 8) if artifacts and executions else 0):
        artifact, execution, type = dice.choice(artifacts), dice.choice(executions), dice.choice(_EVENTS)
        if shape == "layers":
            type = "INPUT" if (artifact.id or 0) <= (execution.id or 0) else "OUTPUT"
        end = dice.choice([900, 901]) if dice.random() < 0.1 else artifact.id or 0
        key = (end, execution.id or 0, type)
        if key not in known:
            events[key] = Event(end, execution, type, (dice.choice(["data", 0]),))
    in_artifacts = {(dice.choice(artifacts).id, dice.choice(contexts).id) for _ in range(3 if artifacts else 0)}
    in_executions = {(dice.choice(executions).id, dice.choice(contexts).id) for _ in range(3 if executions else 0)}
    parents = []
    if period and dice.random() < 0.7:
        child, parent = contexts[-1], dice.choice(contexts[:-1])
        parents.append(ParentContext(child, parent))
    store.put(
        events=list(events.values()),
        attributions=[Attribution(a, c) for a, c in sorted(in_artifacts)],  # type: ignore[arg-type]
        associations=[Association(e, c) for e, c in sorted(in_executions)],  # type: ignore[arg-type]
        parents=parents,
        options=PutOptions(allow_missing_artifacts=True),
    )


def selection(dice: random.Random) -> Selection:
    """What `gc` may be told."""
    return Selection(
        before=dice.choice([None, NOW, NOW - 45 * DAY, NOW - 75 * DAY]) if dice.random() < 0.8 else NOW - 45 * DAY,
        states=dice.choice([(), ("FAILED",), ("FAILED", "ABANDONED"), ("RUNNING", "LIVE")]),
        types=dice.choice([(), (), ("Trainer",), ("Model",), ("Trainer", "Dataset")]),
        keep=dice.choice([(), (), ("name = '0-0'",), ("custom_properties.seed.int_value > 6",), ("artifact/1",)]),
    )


def candidates(store: Store, chosen: Selection) -> Candidates:
    """What matches; of a selection that says nothing, all that is old enough."""
    if chosen.before is None and not chosen.states and not chosen.types:
        chosen = Selection(before=NOW, keep=chosen.keep)
    try:
        return select(store, chosen)
    except GraphmetaError as error:
        # A name that is not there keeps nothing: the store is too small for it.
        assert "names no node" in str(error)
        return select(store, Selection(chosen.before, chosen.states or ("FAILED",), chosen.types))


def removed(
    store: Store, planned: RemovalPlan, path: Path, *, portion: int = 2, tombstones: bool = False
) -> tuple[Dumped, Removed]:
    """Dump and remove."""
    found = burial(store, planned.held) if tombstones else None
    dumped = dump(store, planned, path, "a test", buried=None if found is None else found.ids)
    done = remove(store, planned, dumped, portion=portion)
    if found is not None:
        bury(store, found.ids, dumped)
    return dumped, done


def digest(store: Store) -> str:
    """Of all that a store holds."""
    return compare(StoreSource(store), StoreSource(store)).digest_a


def edges(store: Store) -> set[tuple[Any, ...]]:
    """Every event, membership and parent link, by its ends."""
    found: set[tuple[Any, ...]] = set()
    for columns in store.all_events():
        found |= {("event", *row[:4]) for row in columns.rows()}
    for context in store.contexts():
        found |= {("in", "artifact", node.id, context.id) for node in store.artifacts_in(context)}
        found |= {("in", "execution", node.id, context.id) for node in store.executions_in(context)}
        found |= {("part", child.id, context.id) for child in store.children(context)}
    return found


def answers(store: Store, node: AnyNode) -> dict[str, Any]:
    """What the questions about what a node came from say; an error as its text."""
    asked: dict[str, Any] = {
        "lineage": lambda: lineage(store, node, down=0),
        "datasets": lambda: datasets(store, node),
        "origin": lambda: origin(store, node),
        "params": lambda: params(store, node),
        "metrics": lambda: metrics(store, node),
        "environment": lambda: environment(store, node),
    }
    found: dict[str, Any] = {}
    for name, ask in asked.items():
        try:
            found[name] = ask().to_json()
        except GraphmetaError as error:
            found[name] = str(error)
    return found


def planned_of(store: Store, dice: random.Random) -> RemovalPlan:
    """A random plan."""
    return plan(store, candidates(store, selection(dice)))
