"""The names that a `filter_query` may use, by kind of node: fields, neighbours, enumerations.

As ML Metadata 1.17.1 has them; its newer enum values (ABANDONED, REFERENCE, PENDING_OUTPUT) are not among
those that its filters know, and neither are ours.
"""

from __future__ import annotations

from collections.abc import Mapping

from graphmeta.backends.expressions import Expression, FieldValue, Neighbour, Relation, ValueType
from graphmeta.errors import InvalidArgumentError
from graphmeta.filters.tokens import Token, invalid
from graphmeta.model import ARTIFACT_STATES, EVENT_TYPES, EXECUTION_STATES, Kind

# A field by the name that queries call it: what we call it, and its type.
Fields = Mapping[str, tuple[str, ValueType]]

_TIMES: Fields = {
    "create_time_since_epoch": ("created", "INT64"),
    "last_update_time_since_epoch": ("updated", "INT64"),
}
_BRIEF: Fields = {"id": ("id", "INT64"), "name": ("name", "STRING"), "type": ("type", "STRING"), **_TIMES}
_ALL: Fields = {**_BRIEF, "type_id": ("type_id", "INT64"), "external_id": ("external_id", "STRING")}
_ARTIFACT: Fields = {"uri": ("uri", "STRING"), "state": ("state", "INT64")}
_EXECUTION: Fields = {"last_known_state": ("state", "INT64")}
_EVENT: Fields = {"type": ("type", "INT64"), "milliseconds_since_epoch": ("time", "INT64")}

FIELDS: Mapping[Kind, Fields] = {
    "artifact": {**_ALL, **_ARTIFACT},
    "execution": {**_ALL, **_EXECUTION},
    "context": _ALL,
}
NEIGHBOURS: Mapping[Kind, Mapping[Relation, Fields]] = {
    "artifact": {"context": _BRIEF, "event": {**_EVENT, "execution_id": ("execution_id", "INT64")}},
    "execution": {"context": _BRIEF, "event": {**_EVENT, "artifact_id": ("artifact_id", "INT64")}},
    "context": {
        "parent": _BRIEF,
        "child": _BRIEF,
        # MLMD accepts an external_id of these, and then answers INTERNAL.
        "artifact": {**_BRIEF, **_ARTIFACT, "external_id": ("external_id", "STRING")},
        "execution": {**_BRIEF, **_EXECUTION, "external_id": ("external_id", "STRING")},
    },
}
PROPERTY_TYPES: Mapping[str, ValueType] = {
    "int_value": "INT64",
    "double_value": "DOUBLE",
    "string_value": "STRING",
    "bool_value": "BOOL",
}


def _without(numbers: Mapping[str, int], *names: str) -> dict[str, int]:
    return {name: number for name, number in numbers.items() if name not in names}


_ENUMS: Mapping[str, Mapping[str, int]] = {
    "state": _without(ARTIFACT_STATES, "ABANDONED", "REFERENCE"),
    "last_known_state": EXECUTION_STATES,
    "type": _without(EVENT_TYPES, "PENDING_OUTPUT"),
}


def enum_values(field: str, relation: Relation | None) -> Mapping[str, int] | None:
    """The names and numbers of a field's values, where it has such; `relation` is the neighbour's."""
    if field == "type" and relation != "event":
        return None
    return _ENUMS.get(field)


_PLURALS = {
    "context": "contexts",
    "event": "events",
    "parent": "parent_contexts",
    "child": "child_contexts",
    "artifact": "artifacts",
    "execution": "executions",
}


def field_value(query: str, token: Token, kind: Kind) -> Expression:
    """The field of a node that a word names.

    Raises:
        InvalidArgumentError: the kind has none of that name.
    """
    name = FIELDS[kind].get(str(token.value).lower())
    if name is None:
        known = ", ".join(FIELDS[kind])
        raise invalid(
            query,
            token.position,
            f"Unrecognized name: {token.text[:40]}; {_article(kind)} has {known}, properties.….int_value "
            "(double_value, string_value, bool_value), custom_properties.….int_value, "
            + ", ".join(f"{_PLURALS[relation]}_….…" for relation in NEIGHBOURS[kind]),
        )
    return FieldValue(*name)


def neighbour_value(query: str, token: Token, kind: Kind) -> Expression:
    """The field of a neighbour that a path names.

    Raises:
        InvalidArgumentError: the kind has no such neighbours, or they have no such field.
    """
    relation, alias, field = token.value
    fields = NEIGHBOURS[kind].get(relation)
    if fields is None:
        raise invalid(
            query,
            token.position,
            f"Unrecognized name: {token.text.split('.')[0][:40]}; {_article(kind)} has no {_PLURALS[relation]} but "
            f"{' and '.join(_PLURALS[each] for each in NEIGHBOURS[kind])}",
        )
    name = fields.get(field.lower())
    if name is None:
        at = token.position + token.text.index(".") + 1
        raise invalid(query, at, f"Field name {field[:40]} does not exist; there are {', '.join(fields)}")
    return FieldValue(*name, Neighbour(relation, alias))


def unknown_path(query: str, token: Token, kind: Kind) -> InvalidArgumentError:
    """The error for a name with a dot behind it that is no path, which says how paths are written."""
    if token.kind == "property" or token.text.lower() in ("properties", "custom_properties"):
        space = token.text.split(".")[0].lower()
        help = (
            f"a property is written {space}.KEY.int_value (double_value, string_value, bool_value), "
            "with back quotes around a KEY that is no word"
        )
    else:
        fields = {relation: "type" if relation == "event" else "name" for relation in NEIGHBOURS[kind]}
        examples = ", ".join(f"{_PLURALS[relation]}_0.{field}" for relation, field in fields.items())
        help = f"a neighbour of {_article(kind)} is written {examples}"
    return invalid(query, token.position, f"Unrecognized name: {token.text[:40]}; {help}")


def _article(kind: Kind) -> str:
    return f"{'a' if kind == 'context' else 'an'} {kind}"
