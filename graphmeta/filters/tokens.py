"""The text of a `filter_query` as tokens: the words of GoogleSQL that MLMD 1.17.1 takes, and no others.

A path to a property or to a field of a neighbour is one token, as MLMD has it: its key is any word, be it a
number or a keyword, or any text in back quotes, dots and slashes included.
"""

from __future__ import annotations

import re
from typing import Any, Literal, NamedTuple

from graphmeta.errors import InvalidArgumentError

TokenKind = Literal["word", "quoted", "property", "neighbour", "number", "string", "integers", "sign", "end"]
LONGEST = 1_000_000  # characters

_SCANNER = re.compile(
    r"""
      (?P<space>    \s+ | --[^\n]* | \#[^\n]* | /\*.*?\*/ )
    | (?P<property> (custom_properties|properties)\.(?:([A-Za-z0-9_]+)|`([^`\n]+)`)
                    \.(int_value|double_value|string_value|bool_value)(?![A-Za-z0-9_]) )
    | (?P<neighbour>(parent_contexts|child_contexts|contexts|events|artifacts|executions)_([A-Za-z0-9_]+)
                    \.(?:([A-Za-z0-9_]+)|`([A-Za-z0-9_]+)`) )
    | (?P<string>   [rRbB]{0,2} (?: '{3}(?:\\.|[^\\])*?'{3} | "{3}(?:\\.|[^\\])*?"{3}
                    | '(?:\\.|[^'\\\n])*' | "(?:\\.|[^"\\\n])*" ) )
    | (?P<word>     [A-Za-z_][A-Za-z0-9_]* )
    | (?P<quoted>   `(?:\\.|[^`\\\n])*` )
    | (?P<number>   0[xX][0-9a-fA-F]+ | (?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][+-]?[0-9]+)? )
    | (?P<sign>     != | <> | <= | >= | << | >> | \|\| | /(?!\*) | [-=<>+*&|~(),.;] )
    """,
    re.VERBOSE | re.DOTALL,
)
# A list of integers behind IN, which may be long, is read as one.
_INTEGERS = re.compile(r"\s*\((\s*[0-9]{1,18}\s*(?:,\s*[0-9]{1,18}\s*)*)\)")
_OPENINGS = {"'": "string literal", '"': "string literal", "`": "identifier literal", "/": "comment"}
_RELATIONS = {
    "contexts": "context",
    "events": "event",
    "parent_contexts": "parent",
    "child_contexts": "child",
    "artifacts": "artifact",
    "executions": "execution",
}


class Token(NamedTuple):
    """A word of a query.

    Attributes:
        text: as it stands in the query, for messages.
        value: of a string or a number its value, of integers a list, of a property (key, custom, the name of
            the value's field), of a neighbour (relation, alias, field), of others the text.
        position: where it begins, from 0.
    """

    kind: TokenKind
    text: str
    value: Any
    position: int


def invalid(query: str, position: int, message: str) -> InvalidArgumentError:
    """The error that says what is wrong with a query and where, as line and column from 1."""
    line = query.count("\n", 0, position) + 1
    column = position - (query.rfind("\n", 0, position) + 1) + 1
    return InvalidArgumentError(f"Invalid `filter_query`: {message} [at {line}:{column}]")


def tokenise(query: str) -> list[Token]:
    """The tokens of a query, the last one of kind `end`.

    Raises:
        InvalidArgumentError: something in it is no word of the language, or it is too long.
    """
    if len(query) > LONGEST:
        raise InvalidArgumentError(f"Invalid `filter_query`: It is longer than {LONGEST:,} characters.")
    found: list[Token] = []
    position = 0
    while position < len(query):
        if found and found[-1].kind == "word" and found[-1].text.upper() == "IN":
            integers = _INTEGERS.match(query, position)
            if integers:
                found.append(Token("integers", "(", [int(each) for each in integers[1].split(",")], position))
                position = integers.end()
                continue
        match = _SCANNER.match(query, position)
        if match is None:
            raise _illegal(query, position)
        if match.lastgroup != "space":
            found.append(_token(query, match))
        position = match.end()
    found.append(Token("end", "", "", len(query.rstrip())))
    return found


def _token(query: str, match: re.Match[str]) -> Token:
    kind: TokenKind = match.lastgroup  # type: ignore[assignment]
    text, position, value = match[0], match.start(), match[0]
    parsed: Any = value
    if kind == "property":
        space, word, quoted, field = match.group(3, 4, 5, 6)
        parsed = (quoted if word is None else word, space == "custom_properties", field)
    elif kind == "neighbour":
        relation, alias, word, quoted = match.group(8, 9, 10, 11)
        parsed = (_RELATIONS[relation], alias, word or quoted)
    elif kind == "string":
        parsed = _string(query, text, position)
    elif kind == "number":
        if re.match(r"[A-Za-z0-9_]", query[match.end() : match.end() + 1]):
            raise invalid(query, match.end(), "Syntax error: Missing whitespace between literal and alias")
        parsed = _number(query, text, position)
    elif kind == "quoted":
        parsed = text[1:-1]
        if not parsed:
            raise invalid(query, position, "Syntax error: Invalid empty identifier")
    return Token(kind, text, parsed, position)


def _illegal(query: str, position: int) -> InvalidArgumentError:
    character = query[position]
    if character in _OPENINGS:
        return invalid(query, position, f"Syntax error: Unclosed {_OPENINGS[character]}")
    if character in "@?":
        return invalid(query, position, "Query parameters are not supported; write the value itself")
    return invalid(query, position, f"Syntax error: Illegal input character {character!r}")


def _number(query: str, text: str, position: int) -> int | float:
    if text[:2] in ("0x", "0X"):
        value = int(text, 16) if len(text) < 30 else 2**64
    elif text.isdigit():
        value = int(text) if len(text) < 30 else 2**64
    else:
        number = float(text)
        if number == float("inf"):
            raise invalid(query, position, f"Invalid floating point literal: {text[:40]}")
        return number
    if value >= 2**64:
        raise invalid(query, position, f"Invalid integer literal: {text[:40]}")
    return value


# ---------------------------------------------------------------- string literals

_ESCAPE = re.compile(
    r"\\(?:([abfnrtv\\'\"`?])|[xX]([0-9a-fA-F]{2})|u([0-9a-fA-F]{4})|U([0-9a-fA-F]{8})|([0-3][0-7]{2})|)", re.S
)
_SIMPLE = {"a": "\a", "b": "\b", "f": "\f", "n": "\n", "r": "\r", "t": "\t", "v": "\v"}


def _string(query: str, text: str, position: int) -> str:
    """The value of a string literal."""
    quotes = min(index for index in (text.find("'"), text.find('"')) if index >= 0)
    prefix = text[:quotes].lower()
    if "b" in prefix or prefix == "rr":
        raise invalid(query, position, "Bytes are not supported; write a string without the prefix b")
    width = 3 if text[quotes : quotes + 3] in ("'''", '"""') and len(text) - quotes >= 6 else 1
    body = text[quotes + width : -width]
    if width == 3:
        body = body.replace("\r\n", "\n").replace("\r", "\n")
    if prefix == "r" or "\\" not in body:
        return _checked(query, body, position)
    start = position + quotes + width

    def plain(match: re.Match[str]) -> str:
        simple, *numbers, octal = match.groups()
        if simple is not None:
            return _SIMPLE.get(simple, simple)
        code = next((int(number, 16) for number in numbers if number is not None), None)
        if octal is not None:
            code = int(octal, 8)
        if code is None or code > 0x10FFFF or 0xD800 <= code < 0xE000:
            shown = body[match.start() : match.start() + 2]
            raise invalid(query, start + match.start(), f"Syntax error: Illegal escape sequence: {shown}")
        return chr(code)

    return _checked(query, _ESCAPE.sub(plain, body), position)


def _checked(query: str, text: str, position: int) -> str:
    if any("\ud800" <= character < "\ue000" for character in text) if not text.isascii() else False:
        raise invalid(query, position, "Syntax error: A string has half of a character (a surrogate)")
    return text
