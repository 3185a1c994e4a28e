"""Well-typed queries over `worlds.WORLD`, made up by hypothesis.

What they leave out, because ml-metadata answers it wrongly or not at all: texts that SQLite takes for the
name of a column (it writes texts in double quotes), backslashes, keys with capital letters.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import cast

from hypothesis import strategies as st

from graphmeta.model import Kind

Text = st.SearchStrategy[str]

_FIELDS = {
    "artifact": {
        "INT64": ["id", "type_id", "state + 0"],
        "STRING": ["name", "uri", "type", "external_id"],
        "enum": [("state", ["LIVE", "PENDING", "DELETED", "UNKNOWN", "MARKED_FOR_DELETION"])],
    },
    "execution": {
        "INT64": ["id", "type_id"],
        "STRING": ["name", "type", "external_id"],
        "enum": [("last_known_state", ["NEW", "RUNNING", "COMPLETE", "FAILED", "CACHED", "CANCELED", "UNKNOWN"])],
    },
    "context": {"INT64": ["id", "type_id"], "STRING": ["name", "type", "external_id"], "enum": []},
}
_EVENTS = ["INPUT", "OUTPUT", "DECLARED_INPUT", "DECLARED_OUTPUT", "INTERNAL_INPUT", "INTERNAL_OUTPUT"]
_NEIGHBOURS = {
    "artifact": {
        "INT64": ["contexts_{}.id", "events_{}.execution_id", "events_{}.milliseconds_since_epoch"],
        "STRING": ["contexts_{}.name", "contexts_{}.type"],
        "enum": [("events_{}.type", _EVENTS)],
    },
    "execution": {
        "INT64": ["contexts_{}.id", "events_{}.artifact_id", "events_{}.milliseconds_since_epoch"],
        "STRING": ["contexts_{}.name", "contexts_{}.type"],
        "enum": [("events_{}.type", _EVENTS)],
    },
    "context": {
        "INT64": ["parent_contexts_{}.id", "child_contexts_{}.id", "artifacts_{}.id", "executions_{}.id"],
        "STRING": [
            "parent_contexts_{}.name",
            "child_contexts_{}.type",
            "artifacts_{}.uri",
            "artifacts_{}.name",
            "executions_{}.type",
        ],
        "enum": [],
    },
}
_KEYS = ["i", "d", "s", "b", "lr", "k", "`my prop`", "select", "`kubeflow-kale.org/state`"]
_VALUES = {"INT64": "int_value", "DOUBLE": "double_value", "STRING": "string_value", "BOOL": "bool_value"}
_CONSTANTS = {
    "INT64": ["0", "1", "2", "-1", "7", "10", "1000", "6000", "4611686018427387904"],
    "DOUBLE": ["0.0", "0.5", "1.0", "-2.5", "0.1", "1.5e3"],
    "STRING": ["'u1'", "'m1'", "''", "'abc'", "'A'", "'p1'", "'Model'", "'10'", "'Ä'", "'t1'", "'Run'", "'%1'"],
    "BOOL": ["TRUE", "FALSE"],
}
_PATTERNS = ["'%'", "'u_'", "'%A%'", "'_'", "''", "'%1'", "'m%'", "'%b%c'", "'__'", "'%ä%'", "'s3://%'"]


def _leaves(kind: Kind, type: str) -> Text:
    """Fields, properties and constants of a type; neighbours have the aliases 0 and 1."""
    properties = st.builds(
        lambda space, key: f"{space}.{key}.{_VALUES[type]}",
        st.sampled_from(["properties", "custom_properties"]),
        st.sampled_from(_KEYS),
    )
    options: list[Text] = [properties, st.sampled_from(_CONSTANTS[type])]
    if _FIELDS[kind].get(type):
        options.insert(0, st.sampled_from(_FIELDS[kind][type]))  # type: ignore[arg-type]
        neighbours = st.sampled_from(_NEIGHBOURS[kind][type])
        options.append(st.builds(lambda field, alias: str(field).format(alias), neighbours, st.sampled_from("01")))
    return st.one_of(options)


def _wrap(template: str, *parts: Text) -> Text:
    return st.builds(template.format, *parts)


# Strategies are drawn from behind a name, or their descriptions, which hypothesis writes, are beyond measure.
@st.composite
def _drawn(draw: st.DrawFn, kind: Kind, depth: int, type: str) -> str:
    """An expression of a type, nested so deep at most."""
    return draw(_values(kind, depth)[type])


@st.composite
def _condition(draw: st.DrawFn, kind: Kind, depth: int) -> str:
    """A condition on expressions nested so deep at most."""
    return draw(_conditions(kind, depth))


@cache
def _values(kind: Kind, depth: int) -> dict[str, Text]:
    """Strategies of parenthesised expressions, by type."""
    if depth == 0:
        return {type: _leaves(kind, type) for type in _VALUES}
    inner = {type: _drawn(kind, depth - 1, type) for type in _VALUES}
    ints, doubles, texts, bools = (inner[type] for type in _VALUES)
    small = st.sampled_from(["0", "1", "2", "3", "-1", "-2", "100"])
    numbers = ints | doubles
    found = {
        "INT64": [
            ints,
            _wrap("({} {} {})", ints, st.sampled_from(["+", "-", "*", "&", "|"]), ints),
            _wrap("(- {})", ints),
            _wrap("(~{})", ints),
            _wrap("({} {} {})", ints, st.sampled_from(["<<", ">>"]), small | ints),
            _wrap("LENGTH({})", texts),
            _wrap("SIGN({})", ints),
            _wrap("CAST({} AS INT64)", doubles | bools | texts),
        ],
        "DOUBLE": [
            doubles,
            _wrap("({} {} {})", numbers, st.sampled_from(["+", "-", "*"]), doubles),
            _wrap("({} / {})", numbers, numbers),
            _wrap("ABS({})", doubles),
            _wrap("ROUND({})", doubles),
            _wrap("CAST({} AS DOUBLE)", ints | texts),
        ],
        "STRING": [
            texts,
            _wrap("UPPER({})", texts),
            _wrap("LOWER({})", texts),
            _wrap("SUBSTR({}, {})", texts, small),
            _wrap("SUBSTR({}, {}, {})", texts, small, small),
            _wrap("REPLACE({}, {}, {})", texts, st.sampled_from(["'a'", "'1'", "''"]), texts),
            _wrap("TRIM({})", texts),
            # (within a function, or ml-metadata compares it as a number: see different.py)
            _wrap("TRIM(CAST({} AS STRING))", ints | bools),
        ],
        "BOOL": [bools, _condition(kind, depth - 1)],
    }
    for type, options in found.items():
        options.append(_wrap("COALESCE({}, {})", inner[type], inner[type]))
        options.append(_wrap("CASE WHEN {} THEN {} ELSE {} END", bools, inner[type], inner[type]))
        options.append(_wrap("CASE {} WHEN {} THEN {} END", ints, ints, inner[type]))
    return {type: st.one_of(options) for type, options in found.items()}


@cache
def _conditions(kind: Kind, depth: int) -> Text:
    """Conditions on values, parenthesised."""
    ints, doubles, texts, bools = (_drawn(kind, depth, type) for type in _VALUES)
    operators = st.sampled_from(["=", "!=", "<>", "<", "<=", ">", ">="])
    options = [
        _wrap("({} {} {})", each, operators, other)
        for each, other in ((ints, ints), (ints, doubles), (doubles, ints), (doubles, doubles), (texts, texts))
    ]
    for each in (ints, doubles, texts):
        options.append(_wrap("({} {} ({}, {}))", each, st.sampled_from(["IN", "NOT IN"]), each, each | st.just("NULL")))
        options.append(_wrap("({} {} {} AND {})", each, st.sampled_from(["BETWEEN", "NOT BETWEEN"]), each, each))
        options.append(_wrap("({} {})", each, st.sampled_from(["IS NULL", "IS NOT NULL"])))
    options.append(
        _wrap("({} {} {})", texts, st.sampled_from(["LIKE", "NOT LIKE"]), st.sampled_from(_PATTERNS) | texts)
    )
    tests = ["IS TRUE", "IS NOT TRUE", "IS FALSE", "IS NOT FALSE", "IS NULL", "IS UNKNOWN"]
    options.append(_wrap("({} {})", bools, st.sampled_from(tests)))
    enums = [
        *_FIELDS[kind]["enum"],
        *((field.format(alias), names) for field, names in _NEIGHBOURS[kind]["enum"] for alias in "01"),  # type: ignore[attr-defined]
    ]
    for field, names in enums:
        name = st.sampled_from(names)
        options.append(_wrap("({} {} {})", st.just(str(field)), st.sampled_from(["=", "!="]), name))
        options.append(_wrap("({} {} ({}, {}))", st.just(str(field)), st.sampled_from(["IN", "NOT IN"]), name, name))
    return st.one_of(options)


def queries(kind: Kind) -> Text:
    """Boolean expressions about nodes of a kind."""
    simple, nested = _condition(kind, 0), _condition(kind, 1)
    return st.recursive(
        simple | simple | nested,
        lambda parts: st.one_of(
            _wrap("({} AND {})", parts, parts),
            _wrap("({} OR {})", parts, parts),
            _wrap("{} AND {}", parts, parts),
            _wrap("(NOT {})", parts),
        ),
        max_leaves=4,
    )


def hand_written() -> list[tuple[Kind, str]]:
    """The queries of same_answers.txt, each with the kind of node that it is asked about."""
    found: list[tuple[Kind, str]] = []
    kind: Kind = "artifact"
    for line in Path(__file__).with_name("same_answers.txt").read_text(encoding="utf-8").split("\n"):
        if line.startswith("## "):
            kind = cast(Kind, line[3:])
        elif line.strip() and not line.startswith("# "):
            found.append((kind, line))
    return found
