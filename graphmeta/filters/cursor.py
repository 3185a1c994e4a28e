"""A place among the tokens of a query, and what to say where another one was expected."""

from __future__ import annotations

from graphmeta.errors import InvalidArgumentError
from graphmeta.filters.tokens import Token, invalid, tokenise

_KEYWORDS = frozenset(
    "AND AS BETWEEN CASE CAST ELSE END EXISTS FALSE FROM IN IS LIKE NOT NULL OR SELECT THEN TRUE WHEN".split()  # noqa: SIM905
)


class Cursor:
    """Goes through the tokens of a query, one after the other.

    Raises, from what expects something:
        InvalidArgumentError: something else is there.
    """

    def __init__(self, query: str) -> None:
        self.query = query
        self.tokens = tokenise(query)
        self.place = 0

    @property
    def token(self) -> Token:
        return self.tokens[self.place]

    def word(self) -> str:
        """The current sign, or keyword in upper case; '' for anything else."""
        token = self.tokens[self.place]
        if token.kind == "sign":
            return token.text
        if token.kind == "word":
            upper = token.text.upper()
            return upper if upper in _KEYWORDS else ""
        return ""

    def accept(self, word: str) -> bool:
        """Go on if this is the current word."""
        if self.word() != word:
            return False
        self.place += 1
        return True

    def expect(self, word: str) -> None:
        if not self.accept(word):
            raise self.unexpected(f"Expected {_shown(word)} but got")

    def expect_end(self) -> None:
        if self.token.kind != "end":
            raise self.unexpected("Expected end of input but got")

    def unexpected(self, start: str = "Unexpected") -> InvalidArgumentError:
        token = self.token
        if token.kind == "end":
            shown = "end of expression"
        elif token.kind == "string":
            shown = f"string literal {token.text[:40]}"
        else:
            shown = _shown(self.word() or token.text[:40])
        return invalid(self.query, token.position, f"Syntax error: {start} {shown}")


def _shown(word: str) -> str:
    return f"keyword {word}" if word in _KEYWORDS else f'"{word}"'
