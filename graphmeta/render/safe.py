"""Text of unknown origin made fit to be shown: nothing that it holds moves a cursor, hides or reorders.

Names and properties come from whoever wrote the store. Terminals, XML, DOT and Mermaid each have an
escape of their own on top of this one.
"""

from __future__ import annotations

import unicodedata

_SHORT = {"\n": "\\n", "\r": "\\r", "\t": "\\t"}
# Invisible, but parts of words in several scripts and of emoji.
_JOINERS = "\u200c\u200d"


def visible(text: str) -> str:
    """`text` with what cannot be seen (control characters, escapes, reversals of direction, lone
    surrogates) written as Python would: `\\x1b`, `\\n`, `\\u202e`. It is one line."""
    if text.isprintable():
        return text
    return "".join(character if _seen(character) else _escaped(character) for character in text)


def _seen(character: str) -> bool:
    return character.isprintable() or character in _JOINERS or unicodedata.category(character) in ("Zs", "Co")


def _escaped(character: str) -> str:
    code = ord(character)
    if character in _SHORT:
        return _SHORT[character]
    return f"\\x{code:02x}" if code < 0x100 else f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"


def cells(text: str) -> int:
    """How many columns of a terminal `text` takes: two for an ideograph, none for a combining mark."""
    if text.isascii():
        return len(text)
    return sum(_cells(character) for character in text)


def _cells(character: str) -> int:
    if unicodedata.combining(character) or character in _JOINERS or unicodedata.category(character) == "Mn":
        return 0
    return 2 if unicodedata.east_asian_width(character) in "WF" else 1


def shortened(text: str, width: int) -> str:
    """`text` in at most `width` columns, cut in the middle with `…`: both ends of a path and the version
    at the end of a name tell things apart."""
    if len(text) <= width and cells(text) <= width:
        return text
    if width < 2:
        return "…" if width == 1 else ""
    tail = (width - 1) // 3
    return _first(text, width - 1 - tail) + "…" + _last(text, tail)


def _first(text: str, width: int) -> str:
    used = 0
    for position, character in enumerate(text):
        used += _cells(character)
        if used > width:
            return text[:position]
    return text


def _last(text: str, width: int) -> str:
    used = 0
    for position in range(len(text) - 1, -1, -1):
        used += _cells(text[position])
        if used > width:
            return text[position + 1 :]
    return text
