"""Values, times and nodes in words."""

from __future__ import annotations

import json
from collections.abc import Iterable
from datetime import datetime

from graphmeta.model import AnyNode, AnyValue, Artifact, Execution, Value
from graphmeta.query.nodes import display, label, nameless
from graphmeta.render.safe import shortened, visible

# Keys of the recorder whose integers are moments.
MOMENTS = frozenset({"started", "ended"})
SIZES = ("bytes", "kB", "MB", "GB", "TB")
LONGEST_NAME = 300  # a name or a place may be 100 kB long; `show` and --json have all of it


def value(value: Value | None) -> str:
    """A property's value: numbers in at most seven digits, structs as JSON, '' for None."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        exact = repr(value)
        return exact if len(exact) <= 9 else f"{value:.7g}"
    if isinstance(value, dict):
        return json.dumps(value, ensure_ascii=False)
    if isinstance(value, AnyValue):
        return f"{value.type_url} ({len(value.value)} bytes)"
    return str(value)


def property_value(key: str, held: Value) -> str:
    """As `value`; moments also as people read them."""
    if key in MOMENTS and isinstance(held, int) and not isinstance(held, bool):
        return f"{time(held)} ({held})"
    return value(held)


def time(milliseconds: int | None) -> str:
    """A moment in the local zone: `2026-11-23T12:35:54+01:00`; '' for None."""
    if milliseconds is None:
        return ""
    try:
        return datetime.fromtimestamp(milliseconds / 1000).astimezone().isoformat(timespec="seconds")
    except (OverflowError, ValueError, OSError):  # no such year
        return f"{milliseconds} ms"


def minute(milliseconds: int | None) -> str:
    """As `time`, to the minute and without the zone, for lists: `2026-11-23 12:35`."""
    exact = time(milliseconds)
    return f"{exact[:10]} {exact[11:16]}" if exact[10:11] == "T" else exact


def duration(milliseconds: int) -> str:
    """How long something took: `0.25 s`, `3 min 20 s`, `2 h 5 min`."""
    if milliseconds < 60_000:
        return f"{milliseconds / 1000:.3g} s"
    minutes, seconds = divmod(milliseconds // 1000, 60)
    if minutes < 60:
        return f"{minutes} min {seconds} s"
    return f"{minutes // 60} h {minutes % 60} min"


def size(number: int) -> str:
    """So many bytes: `812 bytes`, `1.24 MB`."""
    left = float(number)
    for unit in SIZES:
        if left < 1000 or unit == SIZES[-1]:
            return f"{left:.3g} {unit}" if unit != "bytes" else f"{number} bytes"
        left /= 1000
    raise AssertionError("unreachable")


def name(node: AnyNode) -> str:
    """A node with what tells it from others: `Model:churn@3`; `fine-tune (train, execution/4)`;
    `Model (artifact/5)` of one without a name."""
    if isinstance(node, Execution) or nameless(node):
        return with_id(node)
    return typed(node)


def with_id(node: AnyNode) -> str:
    """As `name`, always with the id: `Model:churn@3 (artifact/42)`, `fine-tune (train, execution/4)`."""
    if isinstance(node, Execution) and not nameless(node) and caption(node) != node.type:
        return f"{caption(node)} ({node.type}, execution/{node.id})"
    return f"{typed(node)} ({node.kind}/{node.id})"


def typed(node: AnyNode) -> str:
    """A node by its type and what people call it: `Model:churn@3`, of an execution `fine-tune (train)`; the
    type alone where it has no name."""
    shown = caption(node)
    if nameless(node) or (isinstance(node, Execution) and shown == node.type):
        return node.type
    return f"{shown} ({node.type})" if isinstance(node, Execution) else f"{node.type}:{shown}"


def caption(node: AnyNode) -> str:
    """What people call a node; with its version where that is how it is stored: `churn@3`."""
    shown = display(node)
    return shortened(node.name if node.name and node.name.startswith(f"{shown}@") else shown, LONGEST_NAME)


def title(node: AnyNode) -> str:
    """As `caption`, where people only look: an artifact without a name, whose place ends in a number as TFX's do, is
    `model/3` of `…/Trainer/model/3`."""
    shown = caption(node)
    if not isinstance(node, Artifact) or node.name or not node.uri or not shown.isdecimal():
        return shown
    folder, _, last = node.uri.rstrip("/").rpartition("/")
    above = folder.rpartition("/")[2]
    return f"{shortened(above, LONGEST_NAME)}/{shown}" if last == shown and above else shown


def place(uri: str | None) -> str:
    """Where an artifact lies; '' where nothing says."""
    return shortened(uri or "", LONGEST_NAME)


def reference(node: AnyNode) -> str:
    """A node so that it can be asked for again: `Model:churn@3`, `artifact/42`."""
    return label(node)


def references(nodes: Iterable[AnyNode]) -> str:
    """Some nodes, likewise."""
    return ", ".join(label(node) for node in nodes)


def sentence(text: str, longest: int = 1200) -> str:
    """A message on one line, of bounded length."""
    return visible(shortened(text, longest))


def several(number: int, singular: str, plural: str | None = None) -> str:
    """`1 model`, `2 models`."""
    return f"{number} {singular if number == 1 else plural or singular + 's'}"
