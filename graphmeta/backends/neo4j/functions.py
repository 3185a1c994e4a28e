"""SQLite's operators and functions in Cypher, which has others: numbers, texts and casts.

A part that is needed more than once is bound to a name, `head([name IN [part] | …])`, or a nested expression
would grow without bounds.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import Any

_CASTS = {"INT64": "toInteger", "DOUBLE": "toFloat", "STRING": "toString"}
_TRIMS = {"trim": "BOTH", "ltrim": "LEADING", "rtrim": "TRAILING"}
_LOWER, _UPPER = "abcdefghijklmnopqrstuvwxyz", "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
_SMALLEST = -(2**63)
# Doubles below this stand for integers that fit, however a sum of two was rounded.
_SURELY_FITS = float(2**63 - 4096)
_LONGEST_TEXT = 1_000_000_000
_LONGEST_NUMBER = 400
# More % in a pattern may overflow Java's stack, which ends the thread. What is no regular expression is an error that
# shows it, where Cypher cannot raise one.
_MOST_SEGMENTS = 1_001
_TOO_MANY_WILDCARDS = "(a pattern of LIKE has more than 1,000 times %"
# How SQLite reads a number at the beginning of a text.
_INTEGER = r"[ \t\n\x0B\f\r]*[+-]?[0-9]+"
_DOUBLE = r"[ \t\n\x0B\f\r]*[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)([eE][+-]?[0-9]+)?"


class Functions:
    """Writes operations on parts that are Cypher already.

    Args:
        parameter: makes a parameter with a value, and says how Cypher names it.
    """

    def __init__(self, parameter: Callable[[Any], str]) -> None:
        self.parameter = parameter
        self.bound = 0

    def bind(self, text: str, body: Callable[[str], str], *, where: str = "") -> str:
        """The body with a name for a part; null where the condition on the name does not hold."""
        name = f"v{self.bound}"
        self.bound += 1
        condition = f" WHERE {where.format(name)}" if where else ""
        return f"head([{name} IN [{text}]{condition} | {body(name)}])"

    # ------------------------------------------------------------ numbers

    def of_numbers(self, name: str, texts: Sequence[str], *, integers: bool) -> str:
        if name == "abs":
            return self.bind(texts[0], "abs({0})".format, where=f"{{0}} <> {self.parameter(_SMALLEST)}")
        if name == "negative" and not integers:
            return f"(-{texts[0]})"
        if name == "negative":
            smallest, beyond = self.parameter(_SMALLEST), self.parameter(-float(_SMALLEST))
            return self.bind(texts[0], lambda v: f"CASE WHEN {v} = {smallest} THEN {beyond} ELSE -{v} END")
        left, right = texts
        if name in ("&", "|"):
            return self._bits(name, left, right)
        if name in ("<<", ">>"):
            return self._shifted(name, left, right)
        if name == "mod":
            return self.bind(right, lambda by: f"{left} % {by}", where="{0} <> 0")
        if name == "/":
            quotient = self.bind(right, lambda by: f"{left} / {by}", where="{0} <> 0")
            return self.bind(quotient, lambda v: v, where="{0} = {0}")
        if name not in ("+", "-", "*"):
            raise TypeError(f"not an operation: {name!r}")
        if not integers:
            return self.bind(f"{left} {name} {right}", lambda v: v, where="{0} = {0}")
        fits = self.parameter(_SURELY_FITS)

        def overflowing(a: str, b: str) -> str:
            double = f"toFloat({a}) {name} toFloat({b})"
            return f"CASE WHEN abs({double}) < {fits} THEN {a} {name} {b} ELSE {double} END"

        return self.bind(left, lambda a: self.bind(right, lambda b: overflowing(a, b)))

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
            return self.bind(total, lambda v: f"CASE WHEN {negative} THEN -1 - {v} ELSE {v} END")

        there = "{0} IS NOT NULL"
        return self.bind(left, lambda a: self.bind(right, lambda b: combined(a, b), where=there), where=there)

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
                return self.bind(
                    quotient(v, unit),
                    lambda q: (
                        f"CASE WHEN {n} = 63 THEN 0 ELSE ({v} - {q} * {unit}) * {powers}[{n}] END "
                        f"+ CASE WHEN {q} % 2 = 0 THEN 0 ELSE {smallest} END"
                    ),
                )

            shifted = self.bind(f"{powers}[63 - {n}]", moved)
            return f"CASE WHEN {n} > 63 THEN 0 WHEN {n} = 0 THEN {v} ELSE {shifted} END"

        first, second = (left, right) if name == "<<" else (right, left)

        def either(v: str, n: str) -> str:
            return self.bind(f"-{n}", lambda m: f"CASE WHEN {n} < 0 THEN {second(v, m)} ELSE {first(v, n)} END")

        clamped = "CASE WHEN {0} > 64 THEN 64 WHEN {0} < -64 THEN -64 ELSE {0} END"
        there = "{0} IS NOT NULL"
        return self.bind(
            value,
            lambda v: self.bind(
                places,
                lambda given: self.bind(clamped.format(given), lambda n: either(v, n)),
                where=there,
            ),
            where=there,
        )

    # ------------------------------------------------------------ texts

    def of_texts(self, name: str, texts: Sequence[str]) -> str:
        if name in ("lower", "upper"):
            pairs = list(zip(_UPPER, _LOWER, strict=True) if name == "lower" else zip(_LOWER, _UPPER, strict=True))
            letters = self.parameter([list(pair) for pair in pairs])
            return f"reduce(text = {texts[0]}, pair IN {letters} | replace(text, pair[0], pair[1]))"
        if name in _TRIMS:
            return f"trim({_TRIMS[name]} {self.parameter(' ')} FROM {texts[0]})"
        if name == "replace":
            text, old, new = texts
            empty = self.parameter("")
            return self.bind(
                text,
                lambda v: self.bind(
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
            return self.bind(
                base,
                lambda b: self.bind(
                    width,
                    lambda w: self.bind(clamped.format(w), lambda n: cut(v, b, n)),
                    where="{0} IS NOT NULL",
                ),
            )

        return self.bind(
            text,
            lambda v: self.bind(
                start,
                lambda s: self.bind(clamped.format(s), lambda clear: based(v, clear)),
                where="{0} IS NOT NULL",
            ),
            where="{0} IS NOT NULL",
        )

    def _like(self, text: str, pattern: str) -> str:
        """A pattern that is not known yet becomes on the way what `regex` makes of one that is."""
        quoted = "segment"
        for old, new in (("\\E", r"\E\\E\Q"), ("_", r"\E.\Q")):
            quoted = f"replace({quoted}, {self.parameter(old)}, {self.parameter(new)})"
        begin, end = self.parameter(r"\Q"), self.parameter(r"\E")
        segments = f"[segment IN split({pattern}, {self.parameter('%')}) | {begin} + {quoted} + {end}]"
        lazy, close, rest = self.parameter("(?>.*?"), self.parameter(")"), self.parameter(".*")

        def joined(v: str) -> str:
            middle = f"reduce(regex = {v}[0], segment IN {v}[1..-1] | regex + {lazy} + segment + {close})"
            few, no = self.parameter(_MOST_SEGMENTS), self.parameter(_TOO_MANY_WILDCARDS)
            several = f"WHEN size({v}) > {few} THEN {no} ELSE {middle} + {rest} + {v}[-1]"
            return f"CASE WHEN size({v}) = 1 THEN {v}[0] {several} END"

        return f"({text} =~ ({self.parameter('(?is)')} + {self.bind(segments, joined)}))"

    # ------------------------------------------------------------ casts

    def cast(self, source: str, target: str, text: str) -> str:
        if source == "NULL":
            return "null"
        if target == "BOOL":
            return f"({text} <> 0)"
        if source == "BOOL":
            one, none = ("1", "0") if target == "INT64" else (self.parameter("1"), self.parameter("0"))
            return self.bind(text, lambda v: f"CASE WHEN {v} THEN {one} WHEN NOT {v} THEN {none} END")
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
            return self.bind(f"ltrim(substring({v}, 0, coalesce(last({ends}), 0)))", read)

        return self.bind(text, found, where="{0} IS NOT NULL")


def regex(pattern: str) -> str:
    """A pattern of LIKE as Java's regular expression. Case is that of ASCII. What stands between two % is found
    at the first place where it fits, which is enough, and never looked for again: no pattern takes for ever."""
    first, *others = (_segment(each) for each in re.split("%+", pattern))
    if not others:
        return f"(?is){first}"
    *middle, last = others
    return f"(?is){first}" + "".join(f"(?>.*?{each})" for each in middle) + f".*{last}"


def _segment(text: str) -> str:
    return "".join("." if each == "_" else rf"\x{{{ord(each):x}}}" for each in text)
