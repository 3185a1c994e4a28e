"""What a page may be asked in its query string: read once, described once, for pages and OpenAPI alike."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from graphmeta.errors import InvalidArgumentError

# Characters of one value: however they are written, an address of it is one that servers and proxies take.
LONGEST = 4_000
_MOST_VALUES = 50  # of one name
_MOST_STEPS = 1_000_000
# Not `int` alone, which takes 1_0 and the digits of every script.
_WHOLE = re.compile("-?[0-9]{1,19}")


@dataclass(frozen=True, slots=True)
class Parameter:
    """One name of a query string.

    Attributes:
        about: what it does, for the OpenAPI document.
        read: a value from a text that is not empty.
        schema: of the text, as JSON Schema.
        default: where it is not given or empty.
        many: may be given again and again; the value is a tuple.
        required: without it there is no page.
    """

    name: str
    about: str
    read: Callable[[str], Any]
    schema: Mapping[str, Any]
    default: Any = None
    many: bool = False
    required: bool = False


def text(name: str, about: str, default: str | None = None, *, required: bool = False, many: bool = False) -> Parameter:
    """A text as it is; with `many`, a tuple of them."""
    return Parameter(name, about, str, {"type": "string"}, () if many else default, many, required)


def count(name: str, about: str, default: int, *, least: int = 0, most: int) -> Parameter:
    """A whole number within bounds."""

    def read(given: str) -> int:
        number = _whole(given)
        if number is None or not least <= number <= most:
            raise InvalidArgumentError(f"{name} is a whole number from {least} to {most}, not {given[:50]!r}.")
        return number

    schema = {"type": "integer", "minimum": least, "maximum": most, "default": default}
    return Parameter(name, about, read, schema, default)


def steps(name: str, about: str, default: int | str) -> Parameter:
    """So many node steps, or `all`."""

    def read(given: str) -> int | str:
        number = _whole(given)
        if given == "all":
            return given
        if number is None or not 0 <= number <= _MOST_STEPS:
            raise InvalidArgumentError(f"{name} counts node steps: 0, 1, 2, … or all, and not {given[:50]!r}.")
        return number

    schema = {
        "oneOf": [{"type": "integer", "minimum": 0, "maximum": _MOST_STEPS}, {"const": "all"}],
        "default": default,
    }
    return Parameter(name, about, read, schema, default)


def choice(name: str, about: str, choices: Sequence[str], default: str | None = None) -> Parameter:
    """One of a few words."""

    def read(given: str) -> str:
        if given not in choices:
            raise InvalidArgumentError(f"{name} is one of {', '.join(choices)}, not {given[:50]!r}.")
        return given

    schema: dict[str, Any] = {"type": "string", "enum": list(choices)}
    return Parameter(name, about, read, schema if default is None else {**schema, "default": default}, default)


def flag(name: str, about: str) -> Parameter:
    """Whether something holds: `1`; `0` or nothing is no."""

    def read(given: str) -> bool:
        if given not in ("0", "1"):
            raise InvalidArgumentError(f"{name} is 1 or 0, not {given[:50]!r}.")
        return given == "1"

    return Parameter(name, about, read, {"type": "string", "enum": ["0", "1"]}, False)


def names(name: str, about: str) -> Parameter:
    """Nodes, by ids or names: separated by commas, or given again and again. The value is a tuple of texts;
    a bare number is an artifact's id."""

    def read(given: str) -> tuple[str, ...]:
        return tuple(f"artifact/{part}" if part.isascii() and part.isdigit() else part for part in _parts(given))

    return Parameter(name, about, read, {"type": "string"}, (), many=True)


def node(name: str, about: str) -> Parameter:
    """One node by id or name; a bare number is an artifact's id."""

    def read(given: str) -> str:
        given = given.strip()
        return f"artifact/{given}" if given.isascii() and given.isdigit() else given

    return Parameter(name, about, read, {"type": "string"})


AT = text("at", "Answer from what had been recorded by then: 2026-11-23, 2026-11-23T12:30.")


def read_all(parameters: Sequence[Parameter], given: Sequence[tuple[str, str]]) -> dict[str, Any]:
    """The values of a query string's pairs by name; what no parameter is called is overlooked.

    Raises:
        InvalidArgumentError: a value that cannot be read, or that is missing.
    """
    texts: dict[str, list[str]] = {}
    for key, value in given:
        if len(value) > LONGEST:
            raise InvalidArgumentError(f"{key[:50]} takes {LONGEST} characters at most, and these are {len(value)}.")
        if value.strip():
            texts.setdefault(key, []).append(value)
    values = {}
    for each in parameters:
        found = texts.get(each.name)
        if found is None and each.required:
            raise InvalidArgumentError(f"{each.name} is missing: {each.about}")
        if found is None:
            values[each.name] = each.default
        elif each.many:
            values[each.name] = _joined(each, found)
        else:
            values[each.name] = each.read(found[-1])
    return values


def _parts(given: str) -> list[str]:
    return [part.strip() for part in given.split(",") if part.strip()]


def _joined(parameter: Parameter, texts: Sequence[str]) -> tuple[Any, ...]:
    """All values of a parameter that is given again and again; one that is itself several is joined with the others."""
    if (length := sum(map(len, texts))) > LONGEST:
        raise InvalidArgumentError(f"{parameter.name} takes {LONGEST} characters in all, and these are {length}.")
    read = [parameter.read(text) for text in texts]
    found = tuple(one for value in read for one in (value if isinstance(value, tuple) else [value]))
    if len(found) > _MOST_VALUES:
        raise InvalidArgumentError(f"{parameter.name} takes {_MOST_VALUES} at most, and these are {len(found)}.")
    return found


def _whole(given: str) -> int | None:
    given = given.strip()
    return int(given) if _WHOLE.fullmatch(given) else None
