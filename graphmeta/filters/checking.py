"""Typed operations: what goes with what, as GoogleSQL has it, and the coercion of integers to doubles."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from graphmeta.backends.expressions import (
    Constant,
    Expression,
    FieldValue,
    Operation,
    OperationName,
    ValueType,
)
from graphmeta.filters.tokens import invalid

_NUMERIC = ("INT64", "DOUBLE")
_MOST_ARGUMENTS = 100  # SQLite takes 127
_LONGEST_PATTERN = 50_000  # bytes; SQLite takes no more
_MOST_WILDCARDS = 1_000  # % in a pattern: Java, which Neo4j has its regular expressions from, nests a call for each
_BARE_WORDS = "states and event types are bare words: state = LIVE, last_known_state = COMPLETE, events_0.type = INPUT"


class _Function(NamedTuple):
    """A function: its operation, the types of its arguments, how many of them may be left out, its result."""

    operation: OperationName
    takes: tuple[ValueType, ...]
    optional: int
    gives: ValueType


_LENGTH = _Function("length", ("STRING",), 0, "INT64")
_SUBSTR = _Function("substr", ("STRING", "INT64", "INT64"), 1, "STRING")
_FUNCTIONS: Mapping[str, _Function] = {
    "CHAR_LENGTH": _LENGTH,
    "CHARACTER_LENGTH": _LENGTH,
    "LENGTH": _LENGTH,
    "LOWER": _Function("lower", ("STRING",), 0, "STRING"),
    "LTRIM": _Function("ltrim", ("STRING",), 0, "STRING"),
    "MOD": _Function("mod", ("INT64", "INT64"), 0, "INT64"),
    "REPLACE": _Function("replace", ("STRING", "STRING", "STRING"), 0, "STRING"),
    "ROUND": _Function("round", ("DOUBLE",), 0, "DOUBLE"),
    "RTRIM": _Function("rtrim", ("STRING",), 0, "STRING"),
    "STARTS_WITH": _Function("starts_with", ("STRING", "STRING"), 0, "BOOL"),
    "SUBSTR": _SUBSTR,
    "SUBSTRING": _SUBSTR,
    "TRIM": _Function("trim", ("STRING",), 0, "STRING"),
    "UPPER": _Function("upper", ("STRING",), 0, "STRING"),
}
FUNCTIONS = frozenset({*_FUNCTIONS, "ABS", "CAST", "COALESCE", "CONCAT", "IF", "IFNULL", "NULLIF", "SIGN"})

CAST_TYPES: Mapping[str, ValueType] = {
    "INT64": "INT64",
    "INT32": "INT64",
    "DOUBLE": "DOUBLE",
    "FLOAT64": "DOUBLE",
    "STRING": "STRING",
    "BOOL": "BOOL",
    "BOOLEAN": "BOOL",
}
_CASTS = {
    "INT64": {"DOUBLE", "STRING", "BOOL"},
    "DOUBLE": {"INT64", "STRING"},
    "STRING": {"INT64", "DOUBLE"},
    "BOOL": {"INT64", "STRING"},
}


class Checker:
    """Builds typed operations; every method's `position` is where in the query an error would be.

    Raises, from every method:
        InvalidArgumentError: the operands do not go with the operation.
    """

    def __init__(self, query: str) -> None:
        self.query = query

    # ------------------------------------------------------------ operators

    def logic(self, name: OperationName, operands: Sequence[Expression], position: int) -> Expression:
        """`and`, `or` of all operands, `not` of one."""
        if name == "not":
            self._no_null("NOT", operands, position)
        self._all("BOOL", name.upper(), operands, position)
        first = operands[0]
        if name == "not" and isinstance(first, Operation) and first.name == "not":
            return first.operands[0]  # what is not untrue; and NULL twice denied is NULL
        return Operation(name, tuple(operands) if name == "not" else _spread(name, operands), "BOOL")

    def compare(self, name: OperationName, left: Expression, right: Expression, position: int) -> Expression:
        self._no_null(name, (left, right), position)
        if name == "like":
            self._all("STRING", "LIKE", (left, right), position)
            if isinstance(right, Constant) and len(str(right.value).encode()) > _LONGEST_PATTERN:
                raise invalid(self.query, position, f"A pattern of LIKE has at most {_LONGEST_PATTERN:,} bytes")
            if isinstance(right, Constant) and str(right.value).count("%") > _MOST_WILDCARDS:
                raise invalid(self.query, position, f"A pattern of LIKE has at most {_MOST_WILDCARDS:,} times %")
            return Operation("like", (left, right), "BOOL")
        return Operation(name, self._alike(f"operator {name}", (left, right), position), "BOOL")

    def among(self, left: Expression, values: Sequence[Expression], position: int) -> Expression:
        return Operation("in", self._alike("operator IN", (left, *values), position), "BOOL")

    def between(self, value: Expression, low: Expression, high: Expression, position: int) -> Expression:
        value, low, high = self._alike("operator BETWEEN", (value, low, high), position)
        parts = (Operation(">=", (value, low), "BOOL"), Operation("<=", (value, high), "BOOL"))
        return Operation("and", parts, "BOOL")

    def test(self, name: OperationName, value: Expression, position: int) -> Expression:
        """`is null`, `is true`, `is false`."""
        if name != "is null":
            self._all("BOOL", name.upper(), (value,), position)
        return Operation(name, (value,), "BOOL")

    def arithmetic(self, name: OperationName, left: Expression, right: Expression, position: int) -> Expression:
        operands: tuple[Expression, ...] = (left, right)
        self._no_null(name, operands, position)
        if name in ("&", "|", "<<", ">>"):
            self._all("INT64", name, operands, position)
            return Operation(name, operands, "INT64")
        if any(each.type not in _NUMERIC for each in operands):
            raise self._mismatch(f"operator {name}", operands, position)
        if name == "/":
            operands = tuple(coerced(each, "DOUBLE") for each in operands)
        operands = self._alike(f"operator {name}", operands, position)
        return Operation(name, operands, operands[0].type)

    def sign(self, name: OperationName, value: Expression, position: int) -> Expression:
        """`negative` or `~`."""
        shown = "-" if name == "negative" else name
        self._no_null(shown, (value,), position)
        if value.type not in (_NUMERIC if name == "negative" else ("INT64",)):
            raise self._mismatch(f"operator {shown}", (value,), position)
        return Operation(name, (value,), value.type)

    def case(self, pairs: Sequence[tuple[Expression, Expression]], last: Expression, position: int) -> Expression:
        self._all("BOOL", "CASE WHEN", [condition for condition, _ in pairs], position)
        *values, last = self._alike("operator CASE", (*(value for _, value in pairs), last), position)
        operands = [part for (condition, _), value in zip(pairs, values, strict=True) for part in (condition, value)]
        return Operation("case", (*operands, last), _result((*values, last)))

    # ------------------------------------------------------------ functions

    def function(self, name: str, operands: Sequence[Expression], position: int) -> Expression:
        """A call of one of FUNCTIONS; CAST is `cast`."""
        known = _FUNCTIONS.get(name)
        if known is not None:
            least = len(known.takes) - known.optional
            self._count(name, operands, least, len(known.takes), position)
            given = [coerced(each, type) for each, type in zip(operands, known.takes)]  # noqa: B905
            if any(each.type not in (type, "NULL") for each, type in zip(given, known.takes)):  # noqa: B905
                raise self._mismatch(f"function {name}", operands, position)
            return Operation(known.operation, tuple(given), known.gives)
        if name in ("ABS", "SIGN"):
            self._count(name, operands, 1, 1, position)
            if operands[0].type not in (*_NUMERIC, "NULL"):
                raise self._mismatch(f"function {name}", operands, position)
            return Operation("abs" if name == "ABS" else "sign", tuple(operands), _result(operands))
        if name == "CONCAT":
            self._count(name, operands, 1, _MOST_ARGUMENTS, position)
            return self.joined(operands, position)
        if name == "NULLIF":
            self._count(name, operands, 2, 2, position)
            first = operands[0]
            equal = Operation("=", self._alike("function NULLIF", operands, position), "BOOL")
            return Operation("case", (equal, Constant(None, "NULL"), first), _result((first,)))
        if name == "IF":
            self._count(name, operands, 3, 3, position)
            return self.case([(operands[0], operands[1])], operands[2], position)
        if name == "IFNULL":
            self._count(name, operands, 2, 2, position)
        else:
            self._count(name, operands, 1, _MOST_ARGUMENTS, position)
        values = self._alike(f"function {name}", operands, position)
        return Operation("coalesce", values, _result(values))

    def joined(self, operands: Sequence[Expression], position: int) -> Expression:
        """CONCAT, or `||`. Constants become one, so that a pattern made of them is one that is known."""
        if any(each.type not in ("STRING", "NULL") for each in operands):
            raise self._mismatch("function CONCAT", operands, position)
        parts = _spread("concat", operands)
        texts = [each.value for each in parts if isinstance(each, Constant) and isinstance(each.value, str)]
        if len(texts) == len(parts):
            return Constant("".join(texts), "STRING")
        return Operation("concat", parts, "STRING")

    def cast(self, value: Expression, type: ValueType, position: int) -> Expression:
        if value.type in (type, "NULL"):
            return value if value.type == type else Operation("cast", (value,), type)
        if type not in _CASTS[value.type]:
            raise invalid(self.query, position, f"Invalid cast from {value.type} to {type}")
        return _cast_constant(value, type) or Operation("cast", (value,), type)

    # ------------------------------------------------------------ types

    def _no_null(self, name: str, operands: Sequence[Expression], position: int) -> None:
        if any(each.type == "NULL" for each in operands):
            raise invalid(self.query, position, f"Operands of {name.upper()} cannot be literal NULL")

    def _all(self, type: ValueType, name: str, operands: Sequence[Expression], position: int) -> None:
        if any(each.type not in (type, "NULL") for each in operands):
            raise self._mismatch(f"operator {name}", operands, position)

    def _alike(self, what: str, operands: Sequence[Expression], position: int) -> tuple[Expression, ...]:
        type = _common(operands)
        if type is None:
            raise self._mismatch(what, operands, position)
        return tuple(coerced(each, type) for each in operands)

    def _count(self, name: str, operands: Sequence[Expression], least: int, most: int, position: int) -> None:
        if not least <= len(operands) <= most:
            wanted = str(least) if least == most else f"{least} to {most}"
            raise invalid(
                self.query,
                position,
                f"Number of arguments does not match for function {name}: it takes {wanted}, not {len(operands)}",
            )

    def _mismatch(self, what: str, operands: Sequence[Expression], position: int) -> Exception:
        types = ", ".join(each.type for each in operands[:10]) + (", …" if len(operands) > 10 else "")
        message = f"No matching signature for {what} for argument types: {types}"
        if any(map(_is_enum, operands)) and any(each.type == "STRING" for each in operands):
            message += f"; {_BARE_WORDS}"
        return invalid(self.query, position, message)


def _is_enum(value: Expression) -> bool:
    """Whether it is a state, or the type of an event; the type of a node is a text."""
    return isinstance(value, FieldValue) and value.type == "INT64" and value.name in ("state", "type")


def _common(operands: Sequence[Expression]) -> ValueType | None:
    """The one type that all can have; None if there is none."""
    types = {each.type for each in operands} - {"NULL"}
    if not types:
        return "NULL"
    if len(types) == 1:
        return types.pop()
    return "DOUBLE" if types == set(_NUMERIC) else None


def _spread(name: OperationName, operands: Sequence[Expression]) -> tuple[Expression, ...]:
    """The operands, and in the place of one that is the same operation its operands: so it nests less."""
    found: list[Expression] = []
    for each in operands:
        found.extend(each.operands if isinstance(each, Operation) and each.name == name else (each,))
    return tuple(found)


def _result(operands: Sequence[Expression]) -> ValueType:
    """The type of an operation that gives one of its operands: where all are NULL, INT64."""
    type = _common(operands)
    return "INT64" if type in (None, "NULL") else type


def coerced(value: Expression, type: ValueType) -> Expression:
    """An integer as a double where a double is wanted; all else as it is."""
    if type != "DOUBLE" or value.type in ("DOUBLE", "NULL"):
        return value
    if isinstance(value, Constant) and value.type == "INT64" and isinstance(value.value, int):
        return Constant(float(value.value), "DOUBLE")
    return Operation("cast", (value,), "DOUBLE")


def _cast_constant(value: Expression, type: ValueType) -> Constant | None:
    """A constant that is cast to what MLMD makes of it itself, as GoogleSQL says, before SQLite sees it; what
    is stored SQLite casts, which truncates doubles and writes a bool as '1' or '0'."""
    if not isinstance(value, Constant):
        return None
    given = value.value
    if isinstance(given, bool):
        return Constant(str(given).lower(), "STRING") if type == "STRING" else None
    if isinstance(given, int) and type == "DOUBLE":
        return Constant(float(given), "DOUBLE")
    if isinstance(given, float) and type == "INT64" and abs(given) < 2**62:
        whole = math.floor(abs(given) + 0.5)
        return Constant(whole if given > 0 else -whole, "INT64")
    if isinstance(given, float) and type == "STRING":
        short = f"{given:.15g}"
        return Constant(short if float(short) == given else f"{given:.17g}", "STRING")
    return None
