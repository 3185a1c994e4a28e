"""What the conformance tests share: small builders, and comparisons that do not take 1 for 1.0."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any, Protocol

import pytest

from graphmeta.backends.requests import MembershipQuery, ParentQuery
from graphmeta.errors import GraphmetaError
from graphmeta.model import (
    KINDS,
    NODE_CLASSES,
    AnyNode,
    AnyValue,
    Artifact,
    Context,
    Event,
    Execution,
    Kind,
    Type,
    artifact_type,
    context_type,
    execution_type,
)
from graphmeta.store import PutOptions, Store

DECLARED: dict[str, Any] = {
    "count": "INT",
    "rate": "DOUBLE",
    "note": "STRING",
    "tree": "STRUCT",
    "blob": "PROTO",
    "flag": "BOOLEAN",
}


class Reopen(Protocol):
    """Opens the store of the `store` fixture once more, as another process would."""

    def __call__(self, *, read_only: bool = False) -> Store: ...


class Conformance:
    """The fixtures that a subclass of `StoreTests` provides; the defaults say what is missing."""

    @pytest.fixture
    def store(self) -> Iterator[Store]:
        """A fresh, empty, initialised store, closed afterwards."""
        raise NotImplementedError("a subclass of StoreTests provides the fixture `store`: a fresh, initialised Store")

    @pytest.fixture
    def reopen(self, store: Store) -> Reopen:
        """A function that opens the same store once more; what it opened is closed afterwards."""
        raise NotImplementedError("a subclass of StoreTests provides the fixture `reopen`")


_numbers = itertools.count(1)

TYPES: dict[Kind, Callable[..., Type]] = {
    "artifact": artifact_type,
    "execution": execution_type,
    "context": context_type,
}


def declare(store: Store, name: str = "Thing", /, **declared: Any) -> None:
    """Put a type of that name for each kind, with the declared properties (`DECLARED` unless given)."""
    store.put_types([make(name, declared or DECLARED) for make in TYPES.values()])


def make(kind: Kind, name: str | None = None, type: str = "Thing", **more: Any) -> AnyNode:
    """A node of a kind; contexts get a name where none is given, since they must have one."""
    if kind == "context" and name is None:
        name = f"context {next(_numbers)}"
    return NODE_CLASSES[kind](type=type, name=name, **more)


def put(store: Store, *nodes: AnyNode, **more: Any) -> None:
    """Put nodes of any kinds, and what `more` holds of `Store.put`'s arguments."""
    store.put(
        artifacts=[node for node in nodes if isinstance(node, Artifact)],
        executions=[node for node in nodes if isinstance(node, Execution)],
        contexts=[node for node in nodes if isinstance(node, Context)],
        **more,
    )


def added(store: Store, kind: Kind, name: str | None = None, **more: Any) -> int:
    """Put one node and return its id."""
    node = make(kind, name, **more)
    put(store, node)
    assert node.id is not None
    return node.id


def update(store: Store, kind: Kind, id: int, mask: list[str] | None = None, **fields: Any) -> AnyNode:
    """Replace the node with an id (its masked fields, where a mask is given) and return what is stored then."""
    options = fields.pop("options", None) or PutOptions(update_mask=mask)
    put(store, NODE_CLASSES[kind](id=id, **fields), options=options)
    return store.node(kind, id)


def step(store: Store, inputs: list[int], outputs: list[int], **more: Any) -> int:
    """An execution with those input and output artifacts, in one put; returns its id."""
    execution = Execution(type="Thing", **more)
    events = [Event(each, execution, "INPUT") for each in inputs] + [
        Event(each, execution, "OUTPUT") for each in outputs
    ]
    store.put(executions=[execution], events=events)
    assert execution.id is not None
    return execution.id


def exact(value: Any) -> Any:
    """A value in a form whose equality tells 1 from 1.0 from True and 0.0 from -0.0. A struct's numbers are
    doubles, whatever they were when written."""
    if isinstance(value, dict):
        return ("struct", _exact_in_struct(value))
    if isinstance(value, AnyValue):
        return ("any", value.type_url, bytes(value.value))
    return (type(value).__name__, repr(value) if isinstance(value, float) else value)


def _exact_in_struct(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _exact_in_struct(each) for key, each in value.items()}
    if isinstance(value, (list, tuple)):
        return [_exact_in_struct(each) for each in value]
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        return ("double", repr(float(value)))
    return (type(value).__name__, value)


def exact_all(values: Mapping[str, Any]) -> dict[str, Any]:
    """`exact` of every property."""
    return {key: exact(value) for key, value in values.items()}


def exact_node(node: AnyNode) -> tuple[Any, ...]:
    """Everything that is stored of a node, comparable exactly."""
    return (
        node.kind,
        node.id,
        node.type_id,
        node.type,
        node.name,
        getattr(node, "uri", None),
        getattr(node, "state", None),
        node.external_id,
        node.created,
        node.updated,
        exact_all(node.properties),
        exact_all(node.custom_properties),
    )


def content(store: Store) -> dict[str, Any]:
    """Everything that a store holds, comparable exactly."""
    nodes: dict[Kind, list[AnyNode]] = {
        "artifact": list(store.artifacts()),
        "execution": list(store.executions()),
        "context": list(store.contexts()),
    }
    ids = {kind: [node.id or 0 for node in nodes[kind]] for kind in KINDS}
    events = store.event_columns(executions=ids["execution"])
    return {
        "types": [_exact_type(type) for type in store.types(system=True)],
        **{kind: [exact_node(node) for node in nodes[kind]] for kind in KINDS},
        "events": list(
            zip(
                events.ids,
                events.artifact_ids,
                events.execution_ids,
                events.types,
                [tuple(path) for path in events.paths],
                events.times,
                strict=True,
            )
        ),
        "attributions": sorted(store.backend.memberships(MembershipQuery("artifact", context_ids=ids["context"]))),
        "associations": sorted(store.backend.memberships(MembershipQuery("execution", context_ids=ids["context"]))),
        "parents": sorted(store.backend.parents(ParentQuery(child_ids=ids["context"]))),
        "counts": sorted(store.counts()),
    }


def _exact_type(type: Type) -> tuple[Any, ...]:
    return (
        type.kind,
        type.id,
        type.name,
        type.version,
        sorted(type.properties.items()),
        type.description,
        type.base_type,
        type.external_id,
        type.input_type,
        type.output_type,
    )


@contextmanager
def refused(store: Store, error: type[GraphmetaError], match: str = "") -> Iterator[None]:
    """What is done inside must raise exactly this error, with a message that holds `match` (a regular
    expression, in any case), and must leave the store as it was."""
    before = content(store)
    with pytest.raises(GraphmetaError, match=f"(?is){match}") as caught:
        yield
    assert caught.type is error, f"{caught.type.__name__} instead of {error.__name__}: {caught.value}"
    assert content(store) == before
