"""The grammar of operands: literals, names, parentheses, CASE, CAST, calls of functions."""

from __future__ import annotations

from abc import ABC, abstractmethod

from graphmeta.backends.expressions import TRUE, Constant, Expression, PropertyValue
from graphmeta.filters.checking import CAST_TYPES, FUNCTIONS, Checker
from graphmeta.filters.cursor import Cursor
from graphmeta.filters.names import PROPERTY_TYPES, field_value, neighbour_value, unknown_path
from graphmeta.filters.tokens import Token, invalid
from graphmeta.model import INT64, Kind

LOOSEST = 1  # how tightly the operator binds that binds least
_NULL = Constant(None, "NULL")


class Operands(Cursor, ABC):
    """Reads what stands between operators."""

    def __init__(self, query: str, kind: Kind) -> None:
        super().__init__(query)
        self.kind = kind
        self.check = Checker(query)

    @abstractmethod
    def expression(self, loosest: int = LOOSEST) -> Expression:
        """The longest expression from here whose operators bind as tightly as `loosest` or more."""

    def operand(self) -> Expression:
        """The operand that is here."""
        token, word = self.token, self.word()
        if word in ("(", "CASE", "CAST", "EXISTS", "NULL", "TRUE", "FALSE"):
            self.place += 1
            if word == "(":
                return self._parenthesised()
            if word == "CASE":
                return self._case(token.position)
            if word == "CAST":
                return self._cast(token.position)
            if word == "EXISTS":
                self.expect("(")
                self.selected()
                return TRUE
            return _NULL if word == "NULL" else Constant(word == "TRUE", "BOOL")
        if token.kind in ("sign", "end", "integers") or word:
            raise self.unexpected()
        self.place += 1
        if token.kind == "number":
            return self.number(token.value, token)
        if token.kind == "string":
            return Constant(token.value, "STRING")
        following = self.token
        if following.kind == "sign" and following.text == ".":
            raise unknown_path(self.query, token, self.kind)
        if token.kind == "property":
            key, custom, field = token.value
            return PropertyValue(key, custom, PROPERTY_TYPES[field])
        if token.kind == "neighbour":
            return neighbour_value(self.query, token, self.kind)
        if following.kind == "sign" and following.text == "(":
            return self._call(token)
        return field_value(self.query, token, self.kind)

    def number(self, value: int | float, token: Token) -> Expression:
        """A number as its constant.

        Args:
            token: where it stands.
        """
        if isinstance(value, int):
            if value in INT64:
                return Constant(value, "INT64")
            if value < 0:
                raise invalid(self.query, token.position, f"Invalid integer literal: {value}")
        return Constant(float(value), "DOUBLE")  # an integer here is GoogleSQL's UINT64

    def _parenthesised(self) -> Expression:
        if self.word() == "SELECT":
            return self.selected()
        found = self.expression()
        self.expect(")")
        return found

    def selected(self) -> Expression:
        """`SELECT value)`, which is the value: there are no tables to select from."""
        self.expect("SELECT")
        found = self.expression()
        self.expect(")")
        return found

    def _case(self, position: int) -> Expression:
        subject = None if self.word() == "WHEN" else self.expression()
        pairs = []
        while self.accept("WHEN"):
            at = self.token.position
            condition = self.expression()
            if subject is not None:
                condition = self.check.among(subject, [condition], at)
            self.expect("THEN")
            pairs.append((condition, self.expression()))
        if not pairs:
            raise self.unexpected("Expected keyword WHEN but got")
        last = self.expression() if self.accept("ELSE") else _NULL
        self.expect("END")
        return self.check.case(pairs, last, position)

    def _cast(self, position: int) -> Expression:
        self.expect("(")
        value = self.expression()
        self.expect("AS")
        token = self.token
        type = CAST_TYPES.get(token.text.upper()) if token.kind == "word" else None
        if type is None:
            known = ", ".join(dict.fromkeys(CAST_TYPES.values()))
            raise invalid(self.query, token.position, f"Type not found: {token.text[:40]}; a cast is to one of {known}")
        self.place += 1
        self.expect(")")
        return self.check.cast(value, type, position)

    def _call(self, token: Token) -> Expression:
        name = str(token.value).upper()
        if name not in FUNCTIONS or name == "CAST":
            raise invalid(
                self.query,
                token.position,
                f"Function not found: {token.text[:40]}; there are {', '.join(sorted(FUNCTIONS))}",
            )
        self.expect("(")
        operands = []
        if not self.accept(")"):
            operands.append(self.expression())
            while self.accept(","):
                operands.append(self.expression())
            self.expect(")")
        return self.check.function(name, operands, token.position)
