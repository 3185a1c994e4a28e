"""How one node is shown: its display name, a name that finds it again, and JSON."""

from __future__ import annotations

import base64
import math
import re
from typing import Any

from graphmeta import vocabulary, words
from graphmeta.model import AnyNode, AnyValue, Artifact, Context, Execution, Value

# Longer names, and names with control characters, are no use on a command line.
LONGEST_LABEL = 200
_UNPRINTABLE = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]")
# TFX stores each execution under a name that it made up.
_MADE_UP = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")


def display(node: AnyNode) -> str:
    """What people call a node: its display name; the last part of its type's name and its id where it
    has nothing of the kind."""
    uri = node.uri if isinstance(node, Artifact) else None
    fallback = f"{re.split(r'[./]', node.type)[-1] or node.kind} {node.id}"
    return vocabulary.display_name(_name(node), uri, node.properties, node.custom_properties, fallback)


def nameless(node: AnyNode) -> bool:
    """Whether nothing says what people call a node, so that `display` has to make something up."""
    uri = node.uri if isinstance(node, Artifact) else None
    return not vocabulary.display_name(_name(node), uri, node.properties, node.custom_properties)


def _name(node: AnyNode) -> str | None:
    """The stored name; of a step without one that says something, a property that names it in its pipeline."""
    if not isinstance(node, Execution) or (node.name and not _made_up(node)):
        return node.name
    said = (node.value(key) for key in words.STEP_KEYS)
    return next((value for value in said if isinstance(value, str) and value), None)


def _made_up(node: AnyNode) -> bool:
    """Whether a step's stored name says nothing to people."""
    return isinstance(node, Execution) and bool(_MADE_UP.fullmatch(node.name or ""))


def label(node: AnyNode) -> str:
    """A name that `resolve` finds the node by again: `Model:churn@3`, else `artifact/42`."""
    text = f"{node.type}:{node.name}"
    unfit = not node.name or not node.type or len(text) > LONGEST_LABEL or _UNPRINTABLE.search(text)
    if unfit or _made_up(node):
        return f"{node.kind}/{node.id}"
    return text


def node_json(node: AnyNode) -> dict[str, Any]:
    """A node as JSON has it: kind, id, type, name, uri, state, properties, custom_properties, created and
    updated (milliseconds since the epoch); null where unset."""
    return {
        "kind": node.kind,
        "id": node.id,
        "type": node.type,
        "name": node.name,
        "uri": node.uri if isinstance(node, Artifact) else None,
        "state": None if isinstance(node, Context) else node.state,
        "properties": {key: value_json(value) for key, value in node.properties.items()},
        "custom_properties": {key: value_json(value) for key, value in node.custom_properties.items()},
        "created": node.created,
        "updated": node.updated,
    }


def value_json(value: Value) -> Any:
    """A property's value as JSON has it: an Any as {"type_url", "value" in base64}; NaN and the
    infinities, which JSON lacks, as the texts 'NaN', 'Infinity' and '-Infinity'."""
    if isinstance(value, AnyValue):
        return {"type_url": value.type_url, "value": base64.b64encode(value.value).decode("ascii")}
    if isinstance(value, float) and not math.isfinite(value):
        return "NaN" if math.isnan(value) else "Infinity" if value > 0 else "-Infinity"
    return value
