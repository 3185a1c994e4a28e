"""Typed expressions as Cypher: what SQLite answers, from a language with other functions.

Every value is a parameter; the text is made of names in this module and in `functions`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

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
)
from graphmeta.backends.neo4j.functions import Functions, regex
from graphmeta.backends.neo4j.values import KEYED_FIELDS, index_key, property_name
from graphmeta.backends.predicates import Matches
from graphmeta.model import ARTIFACT_STATES, EVENT_TYPES, EXECUTION_STATES, Kind

# A neighbour of a node; relationships of several patterns may be the same, so each is a MATCH of its own.
_PATTERNS: Mapping[tuple[Kind, Relation], str] = {
    ("artifact", "context"): "(node)-[:ATTRIBUTION]->({0}:Context)",
    ("execution", "context"): "(node)-[:ASSOCIATION]->({0}:Context)",
    ("artifact", "event"): "(node)-[{0}:EVENT]-()",
    ("execution", "event"): "(node)-[{0}:EVENT]-()",
    ("context", "parent"): "(node)-[:PARENT_CONTEXT]->({0}:Context)",
    ("context", "child"): "(node)<-[:PARENT_CONTEXT]-({0}:Context)",
    ("context", "artifact"): "(node)<-[:ATTRIBUTION]-({0}:Artifact)",
    ("context", "execution"): "(node)<-[:ASSOCIATION]-({0}:Execution)",
}
_STATES: Mapping[Kind, Mapping[str, int]] = {"artifact": ARTIFACT_STATES, "execution": EXECUTION_STATES}
_FIELDS = frozenset({"id", "type_id", "type", "name", "uri", "state", "external_id", "created", "updated"})
_EVENT_FIELDS = frozenset({"type", "time", "artifact_id", "execution_id"})
_KINDS_OF_VALUES = {"INT64": "INTEGER", "DOUBLE": "FLOAT", "STRING": "STRING", "BOOL": "BOOLEAN"}

_JOINED = {"and": " AND ", "or": " OR ", "concat": " + "}
_COMPARISONS = {"=", "<>", "<", "<=", ">", ">="}
_TEMPLATES: Mapping[str, str] = {
    "not": "(NOT {0})",
    "is null": "({0} IS NULL)",
    "is true": "coalesce({0}, false)",
    "is false": "(NOT coalesce({0}, true))",
    "~": "(-1 - {0})",
    "sign": "sign({0})",
    "round": "round({0}, 0, 'HALF_UP')",
    "length": "size({0})",
    "starts_with": "({0} STARTS WITH {1})",
}

Ordered = Callable[[str, str, str], str]


class Expressions(Functions):
    """Writes the condition that an expression is true for some choice of neighbours of `node`.

    Args:
        kind: of the node.
        parameter: makes a parameter with a value, and says how Cypher names it.
        ordered: compares a place with a text that is a constant, by code point.
    """

    def __init__(self, kind: Kind, parameter: Callable[[Any], str], ordered: Ordered) -> None:
        super().__init__(parameter)
        self.kind = kind
        self.ordered = ordered
        self.aliases: dict[Mention, str] = {}

    def matches(self, predicate: Matches) -> str:
        """The condition; it may be null where it does not hold."""
        patterns, conditions = [], []
        for number, mention in enumerate(predicate.requires):
            if isinstance(mention, Neighbour):
                alias = self.aliases[mention] = f"n{number}"
                patterns.append(f"MATCH {_PATTERNS[self.kind, mention.relation].format(alias)}")
            else:
                key, custom = mention
                conditions.append(f"{self._property_place(key, custom)} IS NOT NULL")
        text = self._text(predicate.expression)
        if not patterns:
            return "(" + " AND ".join([*conditions, text]) + ")"
        return " AND ".join([*conditions, f"EXISTS {{ {' '.join(patterns)} WHERE {text} }}"])

    def _property_place(self, key: str, custom: bool) -> str:
        return f"node[{self.parameter(property_name(key, custom=custom))}]"

    # ------------------------------------------------------------ values

    def _text(self, expression: Expression) -> str:
        match expression:
            case Constant(None):
                return "null"
            case Constant(bool() as value):
                return "true" if value else "false"
            case Constant(value):
                return self.parameter(value)
            case PropertyValue(key, custom, type):
                place = self._property_place(key, custom)
                return f"CASE WHEN {place} IS :: {_KINDS_OF_VALUES[type]} NOT NULL THEN {place} END"
            case FieldValue():
                return self._field(expression)
            case Operation(name, operands):
                return self._operation(name, operands, expression)
        raise TypeError(f"not an expression: {expression!r}")

    def _field(self, field: FieldValue) -> str:
        alias = "node" if field.of is None else self.aliases[field.of]
        if field.of is not None and field.of.relation == "event":
            assert field.name in _EVENT_FIELDS
            place = f"{alias}.{field.name}"
            return f"{self.parameter(dict(EVENT_TYPES))}[{place}]" if field.name == "type" else place
        assert field.name in _FIELDS
        place = f"{alias}.{field.name}"
        if field.name == "state":
            kind = self.kind if field.of is None else NEIGHBOURS[self.kind][field.of.relation]
            assert kind is not None
            return f"{self.parameter(dict(_STATES[kind]))}[{place}]"
        return f"coalesce({place}_text, {place})" if field.name in KEYED_FIELDS else place

    # ------------------------------------------------------------ operations

    def _operation(self, name: str, operands: Sequence[Expression], whole: Operation) -> str:
        if name == "in" or (name == "=" and isinstance(operands[1], Constant)):
            return self._among(operands[0], operands[1:])
        if name in ("<", "<=", ">", ">=") and any(isinstance(each, Constant) for each in operands):
            compared = self._compared(name, operands)
            if compared:
                return compared
        if name == "like" and isinstance(operands[1], Constant):
            return f"({self._text(operands[0])} =~ {self.parameter(regex(str(operands[1].value)))})"
        texts = [self._text(each) for each in operands]
        if name in _COMPARISONS:
            return f"({texts[0]} {name} {texts[1]})"
        if name in _JOINED:
            return f"({_JOINED[name].join(texts)})"
        if name in _TEMPLATES:
            return _TEMPLATES[name].format(*texts)
        if name == "coalesce":
            return f"coalesce({', '.join(texts)})"
        if name == "case":
            cases = " ".join(f"WHEN {texts[at]} THEN {texts[at + 1]}" for at in range(0, len(texts) - 1, 2))
            return f"CASE {cases} ELSE {texts[-1]} END"
        if name == "cast":
            return self.cast(operands[0].type, whole.type, texts[0])
        if whole.type == "STRING" or name == "like":
            return self.of_texts(name, texts)
        return self.of_numbers(name, texts, integers=whole.type == "INT64")

    def _among(self, left: Expression, alternatives: Sequence[Expression]) -> str:
        """`left` is one of the alternatives; `=` is this with one of them."""
        text = self._text(left)
        constant = all(isinstance(each, Constant) for each in alternatives)
        if not constant:
            texts = ", ".join(self._text(each) for each in alternatives)
            # Under a name of its own: the planner of 5.26.20 makes one list of several of a property, and breaks where
            # one stands within another ("key not found").
            return self.bind(text, lambda value: f"({value} IN [{texts}])")
        values = [each.value for each in alternatives if isinstance(each, Constant)]
        if isinstance(left, FieldValue) and left.name in KEYED_FIELDS and left.type == "STRING":
            # The field itself, which an index may serve, holds a long text as its digest.
            text = f"{'node' if left.of is None else self.aliases[left.of]}.{left.name}"
            values = [index_key(value) if isinstance(value, str) else value for value in values]
        return (
            f"({text} = {self.parameter(values[0])})" if len(values) == 1 else f"({text} IN {self.parameter(values)})"
        )

    def _compared(self, name: str, operands: Sequence[Expression]) -> str:
        """A text compared with a constant one; '' for any others, or where Cypher's order is the same."""
        left, right = operands
        if isinstance(left, Constant):
            left, right, name = right, left, {"<": ">", "<=": ">=", ">": "<", ">=": "<="}[name]
        if not isinstance(right, Constant) or not isinstance(right.value, str):
            return ""
        value = right.value
        return self.bind(self._text(left), lambda place: f"({self.ordered(place, name, value)})")
