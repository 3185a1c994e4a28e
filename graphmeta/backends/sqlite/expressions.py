"""Typed expressions -> SQL. The text is made of names in this module only; every value is a parameter."""
# ruff: noqa: S608 (text is put together from the names in this module only)

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from graphmeta.backends.expressions import (
    NEIGHBOURS,
    Constant,
    Expression,
    FieldValue,
    Mention,
    Neighbour,
    Operation,
    PropertyValue,
    Relation,
    walk,
)
from graphmeta.backends.predicates import Matches
from graphmeta.backends.sqlite.types import TYPE_KINDS
from graphmeta.backends.sqlite.values import STRUCT
from graphmeta.model import Kind

Part = tuple[str, "list[Any]"]


class _Link(NamedTuple):
    """A table that joins a node to its neighbours: its name, and the columns of the node and the neighbour."""

    table: str
    node: str
    neighbour: str


_LINKS: Mapping[tuple[Kind, Relation], _Link] = {
    ("artifact", "context"): _Link("Attribution", "artifact_id", "context_id"),
    ("execution", "context"): _Link("Association", "execution_id", "context_id"),
    ("artifact", "event"): _Link("Event", "artifact_id", ""),
    ("execution", "event"): _Link("Event", "execution_id", ""),
    ("context", "parent"): _Link("ParentContext", "context_id", "parent_context_id"),
    ("context", "child"): _Link("ParentContext", "parent_context_id", "context_id"),
    ("context", "artifact"): _Link("Attribution", "context_id", "artifact_id"),
    ("context", "execution"): _Link("Association", "context_id", "execution_id"),
}
_TABLES: Mapping[Kind, str] = {"artifact": "Artifact", "execution": "Execution", "context": "Context"}
_STATES = {"artifact": "state", "execution": "last_known_state"}
_COLUMNS = {"created": "create_time_since_epoch", "updated": "last_update_time_since_epoch"}
_EVENT_COLUMNS = {"time": "milliseconds_since_epoch"}
_VALUE_COLUMNS = {"INT64": "int_value", "DOUBLE": "double_value", "STRING": "string_value", "BOOL": "bool_value"}
_FIELDS = frozenset({"id", "type_id", "type", "name", "uri", "state", "external_id", "created", "updated"})
_EVENT_FIELDS = frozenset({"type", "time", "artifact_id", "execution_id"})

_JOINED = {"and": "AND", "or": "OR", "concat": "||"}
_BETWEEN = {"=", "<>", "<", "<=", ">", ">=", "+", "-", "*", "/", "&", "|", "<<", ">>"}
_TEMPLATES: Mapping[str, str] = {
    "not": "(NOT {0})",
    "is null": "({0} IS NULL)",
    "is true": "({0} IS TRUE)",
    "is false": "({0} IS FALSE)",
    "like": "({0} LIKE {1})",
    "negative": "(-{0})",
    "~": "(~{0})",
    "mod": "({0} % {1})",
    # abs() refuses the smallest integer, which has no other answer than NULL.
    "abs": "abs(nullif({0}, -9223372036854775808))",
    "sign": "sign({0})",
    "round": "round({0})",
    "length": "length({0})",
    "lower": "lower({0})",
    "upper": "upper({0})",
    "replace": "replace({0}, {1}, {2})",
    "trim": "trim({0})",
    "ltrim": "ltrim({0})",
    "rtrim": "rtrim({0})",
    "starts_with": "(instr({0}, {1}) = 1)",
}
_CASTS = {"INT64": "CAST({0} AS INTEGER)", "DOUBLE": "CAST({0} AS REAL)", "STRING": "CAST({0} AS TEXT)"}


def matches(kind: Kind, predicate: Matches) -> Part:
    """The condition on the rows `node` of a kind that an expression is true for some choice of neighbours."""
    if not predicate.requires:
        return _Writer(kind, "node", {}).part(predicate.expression)
    joins = _Joins(kind, predicate)
    text, parameters = _Writer(kind, "own", joins.aliases).part(predicate.expression)
    where = " AND ".join([*joins.conditions, text])
    return (
        f"node.id IN (SELECT {joins.key} FROM {', '.join(joins.tables)} WHERE {where})",
        [*joins.parameters, *parameters],
    )


class _Joins:
    """The tables of what a predicate requires, and what joins them.

    Attributes:
        key: the column that is the node's id.
        aliases: by neighbour or property, the alias of its table; of a neighbour of which only the id is
            wanted, the column that has it.
    """

    def __init__(self, kind: Kind, predicate: Matches) -> None:
        self.key = ""
        self.tables: list[str] = []
        self.conditions: list[str] = []
        self.parameters: list[Any] = []
        self.aliases: dict[Mention, str] = {}
        fields = [each for each in walk(predicate.expression) if isinstance(each, FieldValue)]
        for number, mention in enumerate(predicate.requires):
            if isinstance(mention, Neighbour):
                wanted = {each.name for each in fields if each.of == mention}
                self._neighbour(kind, mention, number, beyond_id=bool(wanted - {"id"}))
            else:
                self._property(kind, mention, number)
        if any(each.of is None for each in fields):
            self._table(_TABLES[kind], "own", "id")

    def _table(self, table: str, alias: str, key: str) -> None:
        self.tables.append(f"{table} AS {alias}")
        if self.key:
            self.conditions.append(f"{alias}.{key} = {self.key}")
        else:
            self.key = f"{alias}.{key}"

    def _property(self, kind: Kind, mention: tuple[str, bool], number: int) -> None:
        alias = self.aliases[mention] = f"p{number}"
        self._table(f"{_TABLES[kind]}Property", alias, f"{kind}_id")
        self.conditions.append(f"{alias}.name = ? AND {alias}.is_custom_property = ?")
        self.parameters += [mention[0], int(mention[1])]

    def _neighbour(self, kind: Kind, mention: Neighbour, number: int, *, beyond_id: bool) -> None:
        link = _LINKS[kind, mention.relation]
        self._table(link.table, f"l{number}", link.node)
        other = NEIGHBOURS[kind][mention.relation]
        if other is None:
            self.aliases[mention] = f"l{number}"
        elif beyond_id:
            alias = self.aliases[mention] = f"n{number}"
            self.tables.append(f"{_TABLES[other]} AS {alias}")
            self.conditions.append(f"{alias}.id = l{number}.{link.neighbour}")
        else:
            self.aliases[mention] = f"l{number}.{link.neighbour}"


class _Writer:
    """Writes expressions; `own` is the alias of the node's table."""

    def __init__(self, kind: Kind, own: str, aliases: Mapping[Mention, str]) -> None:
        self.kind = kind
        self.own = own
        self.aliases = aliases

    def part(self, expression: Expression) -> Part:
        match expression:
            case Constant(None):
                return "NULL", []
            case Constant(bool() as value):
                return ("TRUE" if value else "FALSE"), []
            case Constant(value):
                return "?", [value]
            case PropertyValue(key, custom, type):
                column = f"{self.aliases[key, custom]}.{_VALUE_COLUMNS[type]}"
                if type != "STRING":
                    return column, []
                # Structs lie in the same column.
                return f"CASE WHEN substr({column}, 1, {len(STRUCT)}) <> '{STRUCT}' THEN {column} END", []
            case FieldValue():
                return self._field(expression), []
            case Operation(name, operands):
                return self._operation(name, operands, expression)
        raise TypeError(f"not an expression: {expression!r}")

    def _field(self, field: FieldValue) -> str:
        if field.of is not None and field.of.relation == "event":
            assert field.name in _EVENT_FIELDS
            return f"{self.aliases[field.of]}.{_EVENT_COLUMNS.get(field.name, field.name)}"
        assert field.name in _FIELDS
        alias = self.own if field.of is None else self.aliases[field.of]
        if field.name == "id" and "." in alias:
            return alias
        if field.name == "type":
            return f"(SELECT name FROM Type WHERE id = {alias}.type_id)"
        if field.name == "state":
            return f"{alias}.{_STATES[self._kind_of(field)]}"
        return f"{alias}.{_COLUMNS.get(field.name, field.name)}"

    def _kind_of(self, field: FieldValue) -> Kind:
        if field.of is None:
            return self.kind
        kind = NEIGHBOURS[self.kind][field.of.relation]
        assert kind is not None
        return kind

    # ------------------------------------------------------------ operations

    def _operation(self, name: str, operands: Sequence[Expression], whole: Operation) -> Part:
        if name == "in" or (name == "=" and isinstance(operands[1], Constant)):
            return self._among(operands[0], operands[1:])
        parts = [self.part(each) for each in operands]
        texts = [text for text, _ in parts]
        parameters = [each for _, some in parts for each in some]
        if name in _BETWEEN:
            return f"({texts[0]} {name} {texts[1]})", parameters
        if name in _JOINED:
            return _balanced(_JOINED[name], texts), parameters
        if name in _TEMPLATES:
            return _TEMPLATES[name].format(*texts), parameters
        if name == "substr":
            return f"substr({', '.join(texts)})", parameters
        if name == "coalesce":
            return f"coalesce({', '.join([*texts, 'NULL'])})", parameters
        if name == "cast":
            return self._cast(operands[0], texts[0], whole), parameters
        if name == "case":
            cases = " ".join(f"WHEN {texts[at]} THEN {texts[at + 1]}" for at in range(0, len(texts) - 1, 2))
            return f"CASE {cases} ELSE {texts[-1]} END", parameters
        raise TypeError(f"not an operation: {name!r}")

    def _cast(self, operand: Expression, text: str, whole: Operation) -> str:
        if whole.type == "BOOL":
            return f"({text} <> 0)"
        return _CASTS[whole.type].format(text)

    def _among(self, left: Expression, alternatives: Sequence[Expression]) -> Part:
        """`left` is one of the alternatives; `=` is this with one of them."""
        among, parameters = self._alternatives(alternatives)
        constant = all(isinstance(each, Constant) and each.value is not None for each in alternatives)
        match left:
            case FieldValue(name="type", of=of) if constant and (of is None or of.relation != "event"):
                alias = self.own if of is None else self.aliases[of]
                kind = TYPE_KINDS[self._kind_of(left)]
                text = f"{alias}.type_id IN (SELECT id FROM Type WHERE type_kind = {kind} AND name {among})"
                return text, parameters
            case PropertyValue(key, custom, "STRING") if constant and not any(
                str(each.value).startswith(STRUCT) for each in alternatives if isinstance(each, Constant)
            ):
                # No struct is one of these, and the index serves the bare column only.
                text = f"{self.aliases[key, custom]}.string_value {among}"
                return text, parameters
            case FieldValue(name="name", of=Neighbour() as of) if constant:
                # SQLite's index on names has the type first.
                kind = TYPE_KINDS[self._kind_of(left)]
                alias = self.aliases[of]
                types = f"{alias}.type_id IN (SELECT id FROM Type WHERE type_kind = {kind})"
                return f"({types} AND {alias}.name {among})", parameters
        text, some = self.part(left)
        return f"({text} {among})", [*some, *parameters]

    def _alternatives(self, alternatives: Sequence[Expression]) -> Part:
        if len(alternatives) == 1:
            text, parameters = self.part(alternatives[0])
            return f"= {text}", parameters
        constants = [each for each in alternatives if isinstance(each, Constant)]
        values = [each.value for each in constants]
        odd = [value for value in values if isinstance(value, str) and "\0" in value]
        if len(constants) == len(alternatives) and not odd and not any(isinstance(each, float) for each in values):
            plain = [int(value) if isinstance(value, bool) else value for value in values]
            return "IN (SELECT value FROM json_each(?))", [json.dumps(plain)]
        # SQLite's JSON ends a text at NUL, and what it reads as a double may be the one beside.
        parts = [self.part(each) for each in alternatives]
        return f"IN ({', '.join(text for text, _ in parts)})", [each for _, some in parts for each in some]


def _balanced(word: str, texts: Sequence[str]) -> str:
    """Joined as a balanced tree: SQLite limits how deep an expression may be."""
    if len(texts) == 1:
        return texts[0]
    middle = len(texts) // 2
    return f"({_balanced(word, texts[:middle])} {word} {_balanced(word, texts[middle:])})"
