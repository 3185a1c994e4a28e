"""Typed expressions as Cypher: what SQLite answers, from a language with other functions.

Every value is a parameter; the text is made of names in this module. A part that is needed more than once is
bound to a name, `head([name IN [part] | …])`, or a nested expression would grow without bounds.
"""

from __future__ import annotations

import re
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
_CASTS = {"INT64": "toInteger", "DOUBLE": "toFloat", "STRING": "toString"}
_TRIMS = {"trim": "BOTH", "ltrim": "LEADING", "rtrim": "TRAILING"}
_LOWER, _UPPER = "abcdefghijklmnopqrstuvwxyz", "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
_SMALLEST = -(2**63)
# Doubles below this stand for integers that fit, however a sum of two was rounded.
_SURELY_FITS = float(2**63 - 4096)
_LONGEST_TEXT = 1_000_000_000
_LONGEST_NUMBER = 400
# How SQLite reads a number at the beginning of a text.
_INTEGER = r"[ \t\n\x0B\f\r]*[+-]?[0-9]+"
_DOUBLE = r"[ \t\n\x0B\f\r]*[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)([eE][+-]?[0-9]+)?"

Ordered = Callable[[str, str, str], str]


class Expressions:
    """Writes the condition that an expression is true for some choice of neighbours of `node`.

    Args:
        kind: of the node.
        parameter: makes a parameter with a value, and says how Cypher names it.
        ordered: compares a place with a text that is a constant, by code point.
    """

    def __init__(self, kind: Kind, parameter: Callable[[Any], str], ordered: Ordered) -> None:
        self.kind = kind
        self.parameter = parameter
        self.ordered = ordered
        self.aliases: dict[Mention, str] = {}
        self.bound = 0

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

    def _bind(self, text: str, body: Callable[[str], str], *, where: str = "") -> str:
        """The body with a name for a part; null where the condition on the name does not hold."""
        name = f"v{self.bound}"
        self.bound += 1
        condition = f" WHERE {where.format(name)}" if where else ""
        return f"head([{name} IN [{text}]{condition} | {body(name)}])"

    # ------------------------------------------------------------ operations

    def _operation(self, name: str, operands: Sequence[Expression], whole: Operation) -> str:
        if name == "in" or (name == "=" and isinstance(operands[1], Constant)):
            return self._among(operands[0], operands[1:])
        if name in ("<", "<=", ">", ">=") and any(isinstance(each, Constant) for each in operands):
            compared = self._compared(name, operands)
            if compared:
                return compared
        if name == "like" and isinstance(operands[1], Constant):
            return f"({self._text(operands[0])} =~ {self.parameter(_regex(str(operands[1].value)))})"
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
            return self._cast(operands[0].type, whole.type, texts[0])
        if whole.type == "STRING" or name == "like":
            return self._of_texts(name, texts)
        return self._of_numbers(name, texts, integers=whole.type == "INT64")

    def _among(self, left: Expression, alternatives: Sequence[Expression]) -> str:
        """`left` is one of the alternatives; `=` is this with one of them."""
        text = self._text(left)
        constant = all(isinstance(each, Constant) for each in alternatives)
        if not constant:
            texts = ", ".join(self._text(each) for each in alternatives)
            return f"({text} IN [{texts}])"
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
        return self._bind(self._text(left), lambda place: f"({self.ordered(place, name, value)})")

    def _of_numbers(self, name: str, texts: Sequence[str], *, integers: bool) -> str:
        if name == "abs":
            return self._bind(texts[0], "abs({0})".format, where=f"{{0}} <> {self.parameter(_SMALLEST)}")
        if name == "negative" and not integers:
            return f"(-{texts[0]})"
        if name == "negative":
            smallest, beyond = self.parameter(_SMALLEST), self.parameter(-float(_SMALLEST))
            return self._bind(texts[0], lambda v: f"CASE WHEN {v} = {smallest} THEN {beyond} ELSE -{v} END")
        left, right = texts
        if name in ("&", "|"):
            return self._bits(name, left, right)
        if name in ("<<", ">>"):
            return self._shifted(name, left, right)
        if name == "mod":
            return self._bind(right, lambda by: f"{left} % {by}", where="{0} <> 0")
        if name == "/":
            quotient = self._bind(right, lambda by: f"{left} / {by}", where="{0} <> 0")
            return self._bind(quotient, lambda v: v, where="{0} = {0}")
        if name not in ("+", "-", "*"):
            raise TypeError(f"not an operation: {name!r}")
        if not integers:
            return self._bind(f"{left} {name} {right}", lambda v: v, where="{0} = {0}")
        fits = self.parameter(_SURELY_FITS)

        def overflowing(a: str, b: str) -> str:
            double = f"toFloat({a}) {name} toFloat({b})"
            return f"CASE WHEN abs({double}) < {fits} THEN {a} {name} {b} ELSE {double} END"

        return self._bind(left, lambda a: self._bind(right, lambda b: overflowing(a, b)))

    def _bits(self, name: str, left: str, right: str) -> str:
        """Two's complement, bit by bit, of what Cypher has no operator for."""
        word = "AND" if name == "&" else "OR"
        powers = self.parameter([2**place for place in range(63)])

        def bit(v: str) -> str:
            return f"((CASE WHEN {v} < 0 THEN -1 - {v} ELSE {v} END / power % 2 = 1) <> ({v} < 0))"

        def combined(a: str, b: str) -> str:
            negative = f"({a} < 0 {word} {b} < 0)"
            differs = f"({bit(a)} {word} {bit(b)}) <> {negative}"
            total = f"reduce(total = 0, power IN {powers} | total + CASE WHEN {differs} THEN power ELSE 0 END)"
            return self._bind(total, lambda v: f"CASE WHEN {negative} THEN -1 - {v} ELSE {v} END")

        there = "{0} IS NOT NULL"
        return self._bind(left, lambda a: self._bind(right, lambda b: combined(a, b), where=there), where=there)

    def _shifted(self, name: str, value: str, places: str) -> str:
        """SQLite's shifts: to the right the sign is kept, a negative number of places is the other way."""
        powers, smallest = self.parameter([2**place for place in range(63)]), self.parameter(_SMALLEST)

        def quotient(v: str, divisor: str) -> str:
            return f"CASE WHEN {v} < 0 THEN -1 - (-1 - {v}) / {divisor} ELSE {v} / {divisor} END"

        def right(v: str, n: str) -> str:
            gone = f"CASE WHEN {v} < 0 THEN -1 ELSE 0 END"
            return f"CASE WHEN {n} > 62 THEN {gone} ELSE {quotient(v, f'{powers}[{n}]')} END"

        def left(v: str, n: str) -> str:
            # The bits that stay, without the one that becomes the sign; then that one.
            def moved(unit: str) -> str:
                return self._bind(
                    quotient(v, unit),
                    lambda q: (
                        f"CASE WHEN {n} = 63 THEN 0 ELSE ({v} - {q} * {unit}) * {powers}[{n}] END "
                        f"+ CASE WHEN {q} % 2 = 0 THEN 0 ELSE {smallest} END"
                    ),
                )

            shifted = self._bind(f"{powers}[63 - {n}]", moved)
            return f"CASE WHEN {n} > 63 THEN 0 WHEN {n} = 0 THEN {v} ELSE {shifted} END"

        first, second = (left, right) if name == "<<" else (right, left)

        def either(v: str, n: str) -> str:
            return self._bind(f"-{n}", lambda m: f"CASE WHEN {n} < 0 THEN {second(v, m)} ELSE {first(v, n)} END")

        clamped = "CASE WHEN {0} > 64 THEN 64 WHEN {0} < -64 THEN -64 ELSE {0} END"
        there = "{0} IS NOT NULL"
        return self._bind(
            value,
            lambda v: self._bind(
                places,
                lambda given: self._bind(clamped.format(given), lambda n: either(v, n)),
                where=there,
            ),
            where=there,
        )

    # ------------------------------------------------------------ texts

    def _of_texts(self, name: str, texts: Sequence[str]) -> str:
        if name in ("lower", "upper"):
            pairs = list(zip(_UPPER, _LOWER, strict=True) if name == "lower" else zip(_LOWER, _UPPER, strict=True))
            letters = self.parameter([list(pair) for pair in pairs])
            return f"reduce(text = {texts[0]}, pair IN {letters} | replace(text, pair[0], pair[1]))"
        if name in _TRIMS:
            return f"trim({_TRIMS[name]} {self.parameter(' ')} FROM {texts[0]})"
        if name == "replace":
            text, old, new = texts
            empty = self.parameter("")
            return self._bind(
                text,
                lambda v: self._bind(
                    old, lambda w: f"CASE WHEN {w} = {empty} THEN {v} ELSE replace({v}, {w}, {new}) END"
                ),
            )
        if name == "substr":
            return self._substring(*texts)
        if name == "like":
            return self._like(*texts)
        raise TypeError(f"not an operation: {name!r}")

    def _substring(self, text: str, start: str, length: str | None = None) -> str:
        """SQLite's: the first character is 1, a negative start counts from the end, and a negative length
        takes what lies before the start."""
        most = self.parameter(_LONGEST_TEXT)
        clamped = f"CASE WHEN {{0}} > {most} THEN {most} WHEN {{0}} < -{most} THEN -{most} ELSE {{0}} END"

        def between(v: str, low: str, high: str) -> str:
            begin = f"CASE WHEN {low} < 0 THEN 0 ELSE {low} END"
            return f"CASE WHEN {high} <= 0 THEN '' ELSE substring({v}, {begin}, {high} - {begin}) END"

        def cut(v: str, base: str, n: str) -> str:
            low = f"({base} + CASE WHEN {n} < 0 THEN {n} ELSE 0 END)"
            high = f"({base} + CASE WHEN {n} > 0 THEN {n} ELSE 0 END)"
            return between(v, low, high)

        def based(v: str, s: str) -> str:
            base = f"CASE WHEN {s} < 0 THEN size({v}) + {s} WHEN {s} > 0 THEN {s} - 1 ELSE -1 END"
            width = most if length is None else length
            return self._bind(
                base,
                lambda b: self._bind(
                    width,
                    lambda w: self._bind(clamped.format(w), lambda n: cut(v, b, n)),
                    where="{0} IS NOT NULL",
                ),
            )

        return self._bind(
            text,
            lambda v: self._bind(
                start,
                lambda s: self._bind(clamped.format(s), lambda clear: based(v, clear)),
                where="{0} IS NOT NULL",
            ),
        )

    def _like(self, text: str, pattern: str) -> str:
        """A pattern that is not known yet becomes a regular expression on the way."""
        quoted = pattern
        for old, new in (("\\E", r"\E\\E\Q"), ("%", r"\E.*\Q"), ("_", r"\E.\Q")):
            quoted = f"replace({quoted}, {self.parameter(old)}, {self.parameter(new)})"
        begin, end = self.parameter(r"(?is)\Q"), self.parameter(r"\E")
        return f"({text} =~ ({begin} + {quoted} + {end}))"

    # ------------------------------------------------------------ casts

    def _cast(self, source: str, target: str, text: str) -> str:
        if source == "NULL":
            return "null"
        if target == "BOOL":
            return f"({text} <> 0)"
        if source == "BOOL":
            one, none = ("1", "0") if target == "INT64" else (self.parameter("1"), self.parameter("0"))
            return self._bind(text, lambda v: f"CASE WHEN {v} THEN {one} WHEN NOT {v} THEN {none} END")
        if source == "STRING":
            return self._number_in(text, integer=target == "INT64")
        return f"{_CASTS[target]}({text})"

    def _number_in(self, text: str, *, integer: bool) -> str:
        """The number that a text begins with; 0 where it begins with none."""
        form, longest = self.parameter(_INTEGER if integer else _DOUBLE), self.parameter(_LONGEST_NUMBER)
        fits = self.parameter(_SURELY_FITS)

        def read(number: str) -> str:
            if not integer:
                return f"coalesce(toFloat({number}), 0.0)"
            double = f"toFloat({number})"
            exact = f"CASE WHEN abs({double}) < {fits} THEN toInteger({number}) ELSE toInteger({double}) END"
            return f"coalesce({exact}, 0)"

        def found(v: str) -> str:
            ends = f"[end IN range(1, {longest}) WHERE end <= size({v}) AND substring({v}, 0, end) =~ {form}]"
            return self._bind(f"ltrim(substring({v}, 0, coalesce(last({ends}), 0)))", read)

        return self._bind(text, found, where="{0} IS NOT NULL")


def _regex(pattern: str) -> str:
    """A pattern of LIKE as Java's regular expression. Case is that of ASCII. What stands between two % is found
    at the first place where it fits, which is enough, and never looked for again: no pattern takes for ever."""
    first, *others = (_segment(each) for each in re.split("%+", pattern))
    if not others:
        return f"(?is){first}"
    *middle, last = others
    return f"(?is){first}" + "".join(f"(?>.*?{each})" for each in middle) + f".*{last}"


def _segment(text: str) -> str:
    return "".join("." if each == "_" else rf"\x{{{ord(each):x}}}" for each in text)
