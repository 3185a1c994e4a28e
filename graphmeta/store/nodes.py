"""The rules of nodes: what a put makes of what is there and what is given."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any, TypeVar

from graphmeta.backends.batch import NodeWrite
from graphmeta.backends.rows import NodeRow
from graphmeta.errors import InvalidArgumentError
from graphmeta.model import (
    ARTIFACT_STATES,
    EXECUTION_STATES,
    AnyNode,
    Artifact,
    Context,
    Execution,
    Kind,
    Properties,
    Type,
    Value,
)
from graphmeta.store.values import all_plain, check_custom, check_declared, check_text, fit

NodeT = TypeVar("NodeT", bound=AnyNode)
STATES: Mapping[Kind, Mapping[str, int]] = {"artifact": ARTIFACT_STATES, "execution": EXECUTION_STATES, "context": {}}


def described(node: AnyNode) -> str:
    """A node in a message: as `artifact 'churn@3' of type 'Model'`."""
    which = repr(node.name[:80]) if node.name else str(node.id) if node.id is not None else "without a name"
    return f"{node.kind} {which}" + (f" of type {node.type!r}" if node.type else "")


def checked(node: AnyNode, type: Type, mask: Sequence[str] | None = None) -> AnyNode:
    """The node with every value checked and as it will come back; under a mask only what the mask names
    is checked, and the rest is left out.

    Raises:
        InvalidArgumentError: a value that the type or the store cannot hold.
    """
    properties, custom = node.properties, node.custom_properties
    if mask is not None:
        properties, custom = _masked(properties, mask, "properties"), _masked(custom, mask, "custom_properties")
    if not fit(properties, type.properties):
        properties = check_declared(properties, type.properties, described(node))
    if not all_plain(custom):
        custom = check_custom(custom, described(node))
    state, uri = getattr(node, "state", None), getattr(node, "uri", None)
    if state is not None and not (isinstance(state, str) and state in STATES[node.kind]):
        allowed = ", ".join(STATES[node.kind])
        raise InvalidArgumentError(f"The state of {described(node)} is {state!r}; it must be one of {allowed}.")
    fields: dict[str, Any] = {
        "type": type.name,
        "type_id": type.id,
        "name": _text(node, "name", node.name),
        "external_id": _text(node, "external id", node.external_id),
        "properties": properties,
        "custom_properties": custom,
        "id": node.id,
        "created": node.created,
        "updated": node.updated,
    }
    if isinstance(node, Artifact):
        return Artifact(uri=_text(node, "URI", uri), state=state, **fields)
    if isinstance(node, Execution):
        return Execution(state=state, **fields)
    if not node.name:
        raise InvalidArgumentError("Context name should not be empty. Every context must have a name.")
    return Context(**fields)


def _text(node: AnyNode, what: str, text: str | None) -> str | None:
    if text is None or (type(text) is str and text.isascii()):  # as most
        return text
    return check_text(text, f"The {what} of {described(node)}")


def _masked(values: Properties, mask: Sequence[str], field: str) -> Properties:
    keys = masked_keys(mask, field)
    return values if keys is None else {key: value for key, value in values.items() if key in keys}


def masked_keys(mask: Sequence[str] | None, field: str) -> set[str] | None:
    """The keys of `field` that a mask names; None where it means all of them."""
    if mask is None or field in mask:
        return None
    return {path[len(field) + 1 :] for path in mask if path.startswith(field + ".")}


def merged(stored: NodeT, given: NodeT, mask: Sequence[str] | None) -> NodeT:
    """What an update leaves: `given` in place of `stored`, or of those fields of it that the mask names.

    As in MLMD the name of an artifact or an execution never changes, a context's does.
    """
    renamed = isinstance(given, Context) and (mask is None or "name" in mask)
    after = replace(
        given if mask is None else stored,
        id=stored.id,
        type=stored.type,
        type_id=stored.type_id,
        name=given.name if renamed else stored.name,
        created=stored.created,
        updated=stored.updated,
    )
    if mask is None:
        return after
    for field in ("uri", "state", "external_id"):
        if field in mask and hasattr(given, field):
            setattr(after, field, getattr(given, field))
    for field in ("properties", "custom_properties"):
        keys = masked_keys(mask, field)
        old, new = getattr(stored, field), getattr(given, field)
        if keys is None:
            setattr(after, field, new)
        else:
            setattr(
                after,
                field,
                {key: value for key, value in old.items() if key not in keys}
                | {key: value for key, value in new.items() if key in keys},
            )
    return after


def same(one: AnyNode, other: AnyNode) -> bool:
    """Whether two states of a node are the same but for times; 1, 1.0 and True are three values."""
    return _content(one) == _content(other)


def _content(node: AnyNode) -> tuple[object, ...]:
    return (
        node.name,
        getattr(node, "uri", None),
        getattr(node, "state", None),
        node.external_id,
        {key: _exact(value) for key, value in node.properties.items()},
        {key: _exact(value) for key, value in node.custom_properties.items()},
    )


def _exact(value: Value) -> tuple[type, object]:
    # Python's == takes 0.0 for -0.0, and True for 1.0 inside a struct; their texts differ.
    if isinstance(value, dict):
        return dict, json.dumps(value, sort_keys=True)
    return type(value), repr(value) if isinstance(value, float) else value


def node_write(node: AnyNode, type: Type, *, create: bool) -> NodeWrite:
    """A checked node with its id and times, as a backend writes it."""
    assert node.id is not None and node.type_id is not None and node.created is not None and node.updated is not None
    uri = node.uri if isinstance(node, Artifact) else None
    row = NodeRow(
        node.id,
        node.type_id,
        type.name,
        node.name,
        uri,
        None if isinstance(node, Context) else node.state,
        node.external_id,
        node.created,
        node.updated,
    )
    return NodeWrite(
        kind=node.kind,
        create=create,
        row=row,
        properties=node.properties,
        custom_properties=node.custom_properties,
        base_type=type.base_type,
    )
