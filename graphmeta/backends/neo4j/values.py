"""Values, keys and texts as Neo4j holds them, and back.

A declared property `lr` is the Neo4j property `prop_lr`, a custom one `custom_lr`, because users' properties
are called `name` and `state` too. Numbers, strings and booleans are Neo4j's own; a struct is a list of one
JSON string, an Any a byte array: MLMD's values are never lists or bytes, so nothing needs a tag.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from typing import Any

from graphmeta.model import AnyValue, Properties, Value

DECLARED = "prop_"
CUSTOM = "custom_"

# An index takes no value beyond 8 kB, and a range index of two columns no more than that in both.
LONGEST_KEY_BYTES = 2000
LONGEST_DISPLAY_NAME = 500
MARKER = "graphmeta:sha256:"
# Fields that an index is on: an overlong text has its digest there, and itself in `<field>_text`.
KEYED_FIELDS = ("name", "uri", "external_id", "type")


# ---------------------------------------------------------------- keys of properties


def property_name(key: str, *, custom: bool) -> str:
    """What a property is called in Neo4j, which has no NUL in names; % is escaped for being the escape."""
    escaped = key.replace("%", "%25").replace("\0", "%00")
    return (CUSTOM if custom else DECLARED) + escaped


def property_key(name: str) -> str:
    """The key that `property_name` made a name of."""
    key = name.removeprefix(CUSTOM) if name.startswith(CUSTOM) else name.removeprefix(DECLARED)
    return key if "%" not in key else key.replace("%00", "\0").replace("%25", "%")


# ---------------------------------------------------------------- values


def to_neo4j(value: Value) -> Any:
    """A property's value as Neo4j holds it."""
    if isinstance(value, dict):
        return [json.dumps(value, ensure_ascii=False, separators=(",", ":"))]
    if isinstance(value, AnyValue):
        return _any_to_bytes(value)
    return value


def from_neo4j(value: Any) -> Value:
    """The value that `to_neo4j` was given."""
    if isinstance(value, list):
        # By key, as the embedded store has them.
        found: dict[str, Any] = json.loads(value[0], object_pairs_hook=lambda pairs: dict(sorted(pairs)))
        return found
    if isinstance(value, (bytes, bytearray)):
        return _any_from_bytes(bytes(value))
    plain: int | float | str | bool = value
    return plain


def message_from_neo4j(value: Any) -> Any:
    """As `from_neo4j`, but a struct and an Any are given as protobuf's messages."""
    if isinstance(value, list):
        from google.protobuf.struct_pb2 import Struct  # late: it takes long, and few need it

        struct = Struct()
        struct.update(json.loads(value[0]))
        return struct
    if isinstance(value, (bytes, bytearray)):
        from google.protobuf.any_pb2 import Any as AnyMessage

        message = AnyMessage()
        message.ParseFromString(bytes(value))
        return message
    return value


def properties_of(values: Mapping[str, Any]) -> tuple[Properties, Properties]:
    """The declared and the custom properties among a node's values, each by key: Neo4j keeps no order."""
    declared: Properties = {}
    custom: Properties = {}
    for name in sorted(values):
        value = values[name]
        if name.startswith(DECLARED):
            declared[property_key(name)] = from_neo4j(value)
        elif name.startswith(CUSTOM):
            custom[property_key(name)] = from_neo4j(value)
    return declared, custom


# An Any is held as its own wire format, so that any protobuf library reads it: field 1 is the type's URL,
# field 2 the value, each as a tag byte, a varint length and the bytes. Written by hand, because this module
# must do without protobuf's generated classes.
_TYPE_URL_TAG, _VALUE_TAG = 0x0A, 0x12


def _any_to_bytes(value: AnyValue) -> bytes:
    url = value.type_url.encode()
    parts = ((_TYPE_URL_TAG, url), (_VALUE_TAG, value.value))
    return b"".join(bytes([tag]) + _varint(len(content)) + content for tag, content in parts if content)


def _any_from_bytes(data: bytes) -> AnyValue:
    found = {_TYPE_URL_TAG: b"", _VALUE_TAG: b""}
    position = 0
    while position < len(data):
        tag = data[position]
        length, start = _read_varint(data, position + 1)
        found[tag] = data[start : start + length]
        position = start + length
    return AnyValue(found[_TYPE_URL_TAG].decode(), found[_VALUE_TAG])


def _varint(number: int) -> bytes:
    out = bytearray()
    while number > 0x7F:
        out.append(number & 0x7F | 0x80)
        number >>= 7
    out.append(number)
    return bytes(out)


def _read_varint(data: bytes, position: int) -> tuple[int, int]:
    number = shift = 0
    while True:
        byte = data[position]
        position += 1
        number |= (byte & 0x7F) << shift
        shift += 7
        if byte < 0x80:
            return number, position


# ---------------------------------------------------------------- texts that an index is on


def index_key(text: str) -> str:
    """The text itself, or where it is too long for an index (or looks like a digest) its digest."""
    if len(text) * 4 <= LONGEST_KEY_BYTES and not text.startswith(MARKER):
        return text
    encoded = text.encode()
    if len(encoded) <= LONGEST_KEY_BYTES and not text.startswith(MARKER):
        return text
    return MARKER + hashlib.sha256(encoded).hexdigest()


def keyed(field: str, text: str | None) -> dict[str, str]:
    """The properties that hold a text which an index is on: nothing for None."""
    if text is None:
        return {}
    key = index_key(text)
    return {field: key} if key == text else {field: key, f"{field}_text": text}


def whole_text(values: Mapping[str, Any], field: str) -> str | None:
    """The text that `keyed` was given."""
    text: str | None = values.get(field)
    # Only a digest stands for another text; most fields are looked at once.
    return values.get(f"{field}_text", text) if text is not None and text.startswith(MARKER) else text


def shortened(display_name: str) -> str:
    """A display name, cut with an ellipsis to what an index takes."""
    if len(display_name) <= LONGEST_DISPLAY_NAME:
        return display_name
    return display_name[: LONGEST_DISPLAY_NAME - 1] + "…"


# ---------------------------------------------------------------- paths of events


def path_to_neo4j(path: Sequence[str | int]) -> list[str]:
    """An event's path as readable texts: `['key=examples', 'index=0']`."""
    return [f"key={step}" if isinstance(step, str) else f"index={step}" for step in path]


def path_from_neo4j(steps: Sequence[str]) -> tuple[str | int, ...]:
    """The path that `path_to_neo4j` was given."""
    return tuple(step[4:] if step.startswith("key=") else int(step[6:]) for step in steps)
