"""Conditions -> SQL. The text is made of names in this module only; every value is a parameter."""
# ruff: noqa: S608 (text is put together from the names in this module only)

from __future__ import annotations

import json
import operator
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from graphmeta.backends.predicates import (
    And,
    Compare,
    Field,
    FieldName,
    InContext,
    KnownAs,
    Matches,
    NameContains,
    Not,
    OfType,
    OneOf,
    Or,
    Predicate,
    Property,
    Scalar,
    StartsWith,
    TypeAndName,
)
from graphmeta.backends.requests import Order
from graphmeta.backends.sqlite.expressions import matches
from graphmeta.backends.sqlite.names import TABLES, Part, among, known_as, name_contains, type_and_name
from graphmeta.backends.sqlite.types import TYPE_KINDS
from graphmeta.backends.sqlite.values import STRUCT
from graphmeta.model import ARTIFACT_STATES, EXECUTION_STATES, Kind

STATES: Mapping[Kind, Mapping[str, int]] = {"artifact": ARTIFACT_STATES, "execution": EXECUTION_STATES, "context": {}}
_MEMBERSHIPS = {"artifact": "Attribution", "execution": "Association"}
_COLUMNS = {
    "id": "node.id",
    "type_id": "node.type_id",
    "name": "node.name",
    "uri": "node.uri",
    "external_id": "node.external_id",
    "created": "node.create_time_since_epoch",
    "updated": "node.last_update_time_since_epoch",
}
_NUMBERS = frozenset({"id", "type_id", "created", "updated"})
_OPERATORS: Mapping[str, Callable[[Any, Any], bool]] = {
    "=": operator.eq,
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}
_NEVER: Part = ("0", [])
_LAST_CHARACTER = chr(0x10FFFF)


def condition(kind: Kind, predicate: Predicate | None, along: FieldName | None = None) -> Part:
    """A predicate over the rows `node` of a kind: its text and its parameters.

    Args:
        along: the field in whose order the rows are tried: no index may serve a condition on another one. (SQLite
            does not know how many rows a condition holds for, and would rather find and sort half a million.)
    """
    return ("1", []) if predicate is None else _Compiler(kind, along).part(predicate)


def order(by: Order) -> str:
    """An ordering of the rows `node`. NULL comes before all names, as SQLite has it."""
    way = " DESC" if by.descending else ""
    return f"node.id{way}" if by.by == "id" else f"{_COLUMNS[by.by]}{way}, node.id{way}"


class _Compiler:
    def __init__(self, kind: Kind, along: FieldName | None) -> None:
        self.kind = kind
        self.along = along
        self.table = TABLES[kind]
        self._of_type = False  # whether a type is wanted besides

    def part(self, predicate: Predicate) -> Part:
        match predicate:
            case And(parts):
                return self._and(parts)
            case Or(parts):
                return self._joined("OR", _merged(parts), "0")
            case Not(inner):
                text, parameters = self.part(inner)
                # What compares with NULL does not hold, so its opposite does.
                return f"(({text}) IS NOT TRUE)", parameters
            case Compare(Property() as left, operator_, value):
                return self._property(left, operator_, value)
            case Compare(Field(name), operator_, value):
                return self._field(name, operator_, value)
            case OneOf(Field(name), values):
                return self._one_of(name, values)
            case StartsWith(Field(name), prefix):
                return self._starts_with(name, prefix)
            case OfType(name, version):
                which = f"type_kind = {TYPE_KINDS[self.kind]} AND name = ? AND COALESCE(version, '') = ?"
                # There is at most one, and with = SQLite needs a sixth of the time that it needs with IN.
                return f"{self._column('type_id')} = (SELECT id FROM Type WHERE {which})", [name, version]
            case TypeAndName(pairs):
                return type_and_name(self.kind, pairs)
            case KnownAs(texts):
                return known_as(self.kind, texts)
            case NameContains(text):
                return name_contains(self.kind, text)
            case InContext(context_ids):
                if self.kind == "context":
                    return _NEVER
                return (
                    f"node.id IN (SELECT {self.kind}_id FROM {_MEMBERSHIPS[self.kind]} "
                    "WHERE context_id IN (SELECT value FROM json_each(?)))",
                    [json.dumps(list(context_ids))],
                )
            case Matches():
                return matches(self.kind, predicate)
        raise TypeError(f"not a predicate: {predicate!r}")

    def _and(self, parts: Sequence[Predicate]) -> Part:
        before, self._of_type = self._of_type, self._of_type or any(isinstance(part, OfType) for part in parts)
        try:
            return self._joined("AND", parts, "1")
        finally:
            self._of_type = before

    def _joined(self, word: str, predicates: Sequence[Predicate], empty: str) -> Part:
        """Joined as a balanced tree: SQLite limits how deep an expression may be."""
        if not predicates:
            return empty, []
        if len(predicates) == 1:
            return self.part(predicates[0])
        middle = len(predicates) // 2
        left, some = self._joined(word, predicates[:middle], empty)
        right, more = self._joined(word, predicates[middle:], empty)
        return f"({left} {word} {right})", some + more

    # ------------------------------------------------------------ fields

    def _column(self, name: str) -> str:
        """The column of a field, with the sign that keeps SQLite from its index where that is not wanted."""
        return _COLUMNS[name] if self.along in (None, name) else f"+{_COLUMNS[name]}"

    def _text_column(self, name: str) -> str | None:
        """The column of a text field; None where the kind has no such field."""
        return None if name == "uri" and self.kind != "artifact" else self._column(name)

    def _through_types(self, name: str, text: str) -> str:
        """A condition on names, with one on types that always holds: SQLite's index on names has the type first."""
        if name != "name" or self._of_type or self.along is not None:
            return text
        return f"(node.type_id IN (SELECT id FROM Type WHERE type_kind = {TYPE_KINDS[self.kind]}) AND {text})"

    def _field(self, name: str, operator_: str, value: Scalar) -> Part:
        assert operator_ in _OPERATORS
        if name in _NUMBERS:
            if isinstance(value, (str, bool)):
                return _NEVER
            return f"{self._column(name)} {operator_} ?", [_number(value)]
        if not isinstance(value, str):
            return _NEVER
        if name == "state":
            return self._states(lambda state: _OPERATORS[operator_](state, value))
        if name == "type":
            return self._types(f"name {operator_} ?", [value])
        column = self._text_column(name)
        if column is None:
            return _NEVER
        text = f"{column} {operator_} ?"
        return (self._through_types(name, text) if operator_ == "=" else text), [value]

    def _one_of(self, name: str, values: Sequence[int] | Sequence[str]) -> Part:
        if name in _NUMBERS:
            numbers = [value for value in values if not isinstance(value, (str, bool))]
            return f"{self._column(name)} IN (SELECT value FROM json_each(?))", [json.dumps(numbers)]
        texts = [value for value in values if isinstance(value, str)]
        if name == "state":
            return self._states(lambda state: state in texts)
        which, parameters = among(texts)
        if name == "type":
            return self._types(f"name {which}", parameters)
        column = self._text_column(name)
        return _NEVER if column is None else (self._through_types(name, f"{column} {which}"), parameters)

    def _starts_with(self, name: str, prefix: str) -> Part:
        if name == "state":
            return self._states(lambda state: state.startswith(prefix))
        if name in _NUMBERS:
            return _NEVER
        column = "name" if name == "type" else self._text_column(name)
        if column is None:
            return _NEVER
        parameters: list[Any] = [prefix]
        text = f"{column} >= ?"
        # Texts compare by their code points, so those with the prefix lie between it and what comes after all of them.
        after = prefix.rstrip(_LAST_CHARACTER)
        if after:
            text += f" AND {column} < ?"
            following = ord(after[-1]) + 1
            parameters.append(after[:-1] + chr(0xE000 if following == 0xD800 else following))
        if after != prefix:
            text += f" AND substr({column}, 1, ?) = ?"
            parameters += [len(prefix), prefix]
        return self._types(text, parameters) if name == "type" else (self._through_types(name, f"({text})"), parameters)

    def _types(self, text: str, parameters: Sequence[Any]) -> Part:
        kind = TYPE_KINDS[self.kind]
        column = self._column("type_id")
        return f"{column} IN (SELECT id FROM Type WHERE type_kind = {kind} AND {text})", list(parameters)

    def _states(self, holds: Callable[[str], bool]) -> Part:
        if self.kind == "context":
            return _NEVER
        column = "node.state" if self.kind == "artifact" else "node.last_known_state"
        numbers = [number for name, number in STATES[self.kind].items() if holds(name)]
        return f"{column} IN (SELECT value FROM json_each(?))", [json.dumps(numbers)]

    # ------------------------------------------------------------ properties

    def _property(self, left: Property, operator_: str, value: Scalar) -> Part:
        assert operator_ in _OPERATORS
        parameters: list[Any] = [left.key, int(left.custom)]
        source = f"SELECT {self.kind}_id FROM {self.table}Property AS property WHERE"
        which = "property.name = ? AND property.is_custom_property = ?"
        if isinstance(value, bool):
            text = f"property.bool_value {operator_} ?"
            parameters.append(int(value))
        elif isinstance(value, str):
            text = f"property.string_value {operator_} ?"
            if operator_ != "=":
                text += f" AND substr(property.string_value, 1, {len(STRUCT)}) <> '{STRUCT}'"
            elif value.startswith(STRUCT):
                # Structs lie in the same column. (A plain string that begins so cannot be told from one here.)
                text += f" AND length(property.string_value) < {len(STRUCT)}"
            parameters.append(value)
        elif isinstance(value, int):
            text = f"property.int_value {operator_} ?"
            parameters.append(_number(value))
        else:
            text = f"property.double_value {operator_} ?"
            parameters.append(value)
        if isinstance(value, bool) or self.along is not None:
            # (No index has bools.) Look at each node's own properties.
            return f"EXISTS ({source} property.{self.kind}_id = node.id AND {which} AND {text})", parameters
        return f"node.id IN ({source} {which} AND {text})", parameters


def _merged(parts: Sequence[Predicate]) -> list[Predicate]:
    """The parts of an Or, with all that want a field to be equal to something as one: beyond some hundred
    alternatives SQLite gives up its indexes and tries each on every row."""
    wanted: dict[FieldName, list[Any]] = {}
    others: list[Predicate] = []
    for part in parts:
        match part:
            case Compare(Field() as field, "=", value) if isinstance(value, (str, int)):
                wanted.setdefault(field.name, []).append(value)
            case OneOf(field, values):
                wanted.setdefault(field.name, []).extend(values)
            case _:
                others.append(part)
    return [*(OneOf(Field(name), values) for name, values in wanted.items()), *others]


def _number(value: int | float) -> int | float:
    """An integer that SQLite cannot take becomes a double, which compares as it should with all that it can."""
    if isinstance(value, int) and not -(2**63) <= value < 2**63:
        return float("inf") if value > 0 else float("-inf")
    return value
