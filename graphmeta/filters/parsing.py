"""The grammar of operators: tokens to a typed expression, by precedence climbing, with GoogleSQL's precedences."""

from __future__ import annotations

from collections.abc import Mapping

from graphmeta.backends.expressions import (
    Constant,
    Expression,
    FieldValue,
    Operation,
    OperationName,
)
from graphmeta.errors import InvalidArgumentError
from graphmeta.filters.names import enum_values
from graphmeta.filters.operands import LOOSEST, Operands
from graphmeta.filters.tokens import invalid
from graphmeta.model import Kind

DEEPEST = 100  # how far parentheses may nest, with all that is in them
DEEPEST_OPERATION = 12  # how far operations may nest: SQLite's parser has room for not many more
LARGEST = 10_000  # operations in all; alternatives of an IN do not count

# The loosest first. NOT stands between AND and the comparisons, which cannot follow one another.
_OR, _AND, _NOT, _COMPARISON, _BITS_OR, _BITS_AND, _SHIFT, _SUM, _PRODUCT, _SIGN = range(LOOSEST, 11)
_COMPARISONS: Mapping[str, OperationName] = {
    "=": "=",
    "!=": "<>",
    "<>": "<>",
    "<": "<",
    "<=": "<=",
    ">": ">",
    ">=": ">=",
    "LIKE": "like",
}
_ARITHMETIC: Mapping[str, tuple[int, OperationName]] = {
    "|": (_BITS_OR, "|"),
    "&": (_BITS_AND, "&"),
    "<<": (_SHIFT, "<<"),
    ">>": (_SHIFT, ">>"),
    "+": (_SUM, "+"),
    "-": (_SUM, "-"),
    "*": (_PRODUCT, "*"),
    "/": (_PRODUCT, "/"),
    "||": (_PRODUCT, "concat"),
}
_LOGIC: Mapping[str, tuple[int, OperationName]] = {"OR": (_OR, "or"), "AND": (_AND, "and")}


def parse_expression(query: str, kind: Kind) -> Expression:
    """The typed expression that a query is.

    Raises:
        InvalidArgumentError: it is not one, or not of type BOOL.
    """
    parser = _Parser(query, kind)
    found = parser.expression()
    parser.expect_end()
    if found.type != "BOOL":
        shown = query if len(query) <= 200 else f"{query[:199]}…"
        raise InvalidArgumentError(
            f"Invalid `filter_query`: Given query string is not a valid boolean expression: {shown}; "
            "a comparison is wanted, as id = 1"
        )
    _check_size(found)
    return found


def _check_size(expression: Expression) -> None:
    """Refuse what a store would choke on: parts of a query may be in its expression more than once."""
    operations = 0
    waiting = [(expression, 1)]
    while waiting:
        each, depth = waiting.pop()
        if isinstance(each, Operation):
            operations += 1
            waiting.extend((operand, depth + 1) for operand in each.operands)
        elif isinstance(each, Constant) and each.type == "DOUBLE":
            operations += 1  # each is a parameter of its own, where integers and texts travel as one list
        if depth > DEEPEST_OPERATION:
            raise InvalidArgumentError(
                f"Invalid `filter_query`: Its operations are nested more than {DEEPEST_OPERATION} levels deep."
            )
        if operations > LARGEST:
            raise InvalidArgumentError(f"Invalid `filter_query`: It has more than {LARGEST:,} operations.")


class _Parser(Operands):
    def __init__(self, query: str, kind: Kind) -> None:
        super().__init__(query, kind)
        self.depth = 0

    # ------------------------------------------------------------ operators

    def expression(self, loosest: int = LOOSEST) -> Expression:
        depth = self.depth
        self._deeper()
        left = self._prefixed(loosest)
        while True:
            position = self.token.position
            word = self.word()
            if word in _LOGIC:
                level, name = _LOGIC[word]
                if level < loosest:
                    break
                parts = [left]
                while self.accept(word):
                    parts.append(self.expression(level + 1))
                left = self.check.logic(name, parts, position)
            elif word in _ARITHMETIC:
                level, name = _ARITHMETIC[word]
                if level < loosest:
                    break
                self._deeper()
                self.place += 1
                right = self.expression(level + 1)
                if name == "concat":
                    left = self.check.joined((left, right), position)
                else:
                    left = self.check.arithmetic(name, left, right, position)
            elif loosest <= _COMPARISON and (word in _COMPARISONS or word in ("IN", "BETWEEN", "IS", "NOT")):
                left = self._comparison(left, word, position)
                # What binds more tightly was taken by the right side; another comparison cannot follow.
                following = self.word()
                if following in _COMPARISONS or following in ("IN", "BETWEEN", "IS", "NOT"):
                    raise self.unexpected("A comparison beside another must be parenthesized; unexpected")
            else:
                break
        self.depth = depth
        return left

    def _deeper(self) -> None:
        self.depth += 1
        if self.depth > DEEPEST:
            raise invalid(self.query, self.token.position, f"It is nested more than {DEEPEST} levels deep")

    def _prefixed(self, loosest: int) -> Expression:
        token, word = self.token, self.word()
        if word == "NOT":
            if loosest > _NOT:
                raise self.unexpected()
            self.place += 1
            return self.check.logic("not", (self.expression(_NOT),), token.position)
        if word not in ("-", "+", "~"):
            return self.operand()
        self.place += 1
        following = self.token
        if word == "-" and following.kind == "number":
            self.place += 1
            return self.number(-following.value, following)
        value = self.expression(_SIGN)
        if word == "+":
            if value.type not in ("INT64", "DOUBLE"):
                raise invalid(self.query, token.position, f"No matching signature for operator + for {value.type}")
            return value
        return self.check.sign("negative" if word == "-" else "~", value, token.position)

    def _comparison(self, left: Expression, word: str, position: int) -> Expression:
        if word == "IS":
            return self._is(left, position)
        negated = self.accept("NOT")
        word = self.word()
        if negated and word not in ("IN", "BETWEEN", "LIKE"):
            raise self.unexpected("Expected keyword BETWEEN or keyword IN or keyword LIKE but got")
        named = self._enum(left, word)
        self.place += 1
        if named is not None:
            return self._enum_comparison(left, word, negated, named, position)
        if word == "IN":
            found = self.check.among(left, self._alternatives(), position)
        elif word == "BETWEEN":
            low = self.expression(_BITS_OR)
            self.expect("AND")
            found = self.check.between(left, low, self.expression(_BITS_OR), position)
        else:
            found = self.check.compare(_COMPARISONS[word], left, self.expression(_BITS_OR), position)
        return self.check.logic("not", (found,), position) if negated else found

    def _is(self, left: Expression, position: int) -> Expression:
        self.place += 1
        negated = self.accept("NOT")
        word = self.word() or self.token.text.upper()
        tests: Mapping[str, OperationName] = {
            "NULL": "is null",
            "UNKNOWN": "is null",
            "TRUE": "is true",
            "FALSE": "is false",
        }
        if word not in tests or self.token.kind != "word":
            raise self.unexpected("Expected keyword FALSE or keyword NULL or keyword TRUE or keyword UNKNOWN but got")
        self.place += 1
        found = self.check.test(tests[word], left, position)
        return self.check.logic("not", (found,), position) if negated else found

    def _alternatives(self) -> list[Expression]:
        """What stands in the parentheses behind IN."""
        if self.token.kind == "integers":
            numbers = self.token.value
            self.place += 1
            return [Constant(number, "INT64") for number in numbers]
        self.expect("(")
        if self.word() == "SELECT":
            return [self.selected()]
        found = [self.expression()]
        while self.accept(","):
            found.append(self.expression())
        self.expect(")")
        return found

    # ------------------------------------------------------------ enumerations

    def _enum(self, left: Expression, word: str) -> Mapping[str, int] | None:
        """The names that an enum may be compared with, where a bare enum stands before =, !=, IN or NOT IN."""
        if word not in ("=", "!=", "IN") or not isinstance(left, FieldValue):
            return None
        if not self._names_follow(word):
            return None
        before = self.tokens[self.place - 1]
        if before.kind == "word" and before.text.upper() == "NOT":
            before = self.tokens[self.place - 2]
        if before.kind == "neighbour":
            return enum_values(before.value[2], before.value[0])
        return enum_values(before.text, None) if before.kind == "word" else None

    def _names_follow(self, word: str) -> bool:
        """Whether behind the operator stands what MLMD reads as names of an enum: words, or numbers, which it then
        refuses. A lone number in parentheses, `state IN (2)`, it takes as a number."""
        following = [*self.tokens[self.place + 1 : self.place + 3], self.tokens[-1], self.tokens[-1]]
        if word != "IN":
            return following[0].kind in ("word", "number")
        if following[0].kind == "integers":
            return len(following[0].value) > 1
        return following[0].text == "(" and following[1].kind == "word"

    def _enum_comparison(
        self, left: Expression, word: str, negated: bool, names: Mapping[str, int], position: int
    ) -> Expression:
        """A comparison of an enum with names; what differs from them may also be unset."""
        if word == "IN":
            self.place += self.token.kind == "sign"  # (numbers are one token with their parentheses)
            numbers = [self._enum_number(names)]
            while self.accept(","):
                numbers.append(self._enum_number(names))
            self.expect(")")
        else:
            numbers = [self._enum_number(names)]
        found = self.check.among(left, [Constant(number, "INT64") for number in numbers], position)
        if not negated and word != "!=":
            return found
        unset = self.check.test("is null", left, position)
        return self.check.logic("or", (unset, self.check.logic("not", (found,), position)), position)

    def _enum_number(self, names: Mapping[str, int]) -> int:
        token = self.token
        if token.kind != "word" or token.text not in names:
            shown = str(token.value[0]) if token.kind == "integers" else token.text[:40] or "end of expression"
            raise invalid(
                self.query,
                token.position,
                f"Unsupported enum value specified in the query: {shown}; it is one of {', '.join(names)}",
            )
        self.place += 1
        return names[token.text]
