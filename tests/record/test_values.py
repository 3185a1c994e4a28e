"""Parameters of every kind become values that a store holds."""

from __future__ import annotations

import argparse
import collections
import dataclasses
import datetime
import enum
import fractions
import math
import pathlib
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from graphmeta.record.values import to_properties, to_value
from graphmeta.store.values import check_custom


@dataclasses.dataclass
class Inner:
    depth: int = 3


@dataclasses.dataclass
class Config:
    lr: float = 0.1
    inner: Inner = dataclasses.field(default_factory=Inner)


class Colour(enum.Enum):
    RED = "red"


class Level(enum.IntEnum):
    HIGH = 3


class Bare:
    def __init__(self) -> None:
        self.lr = 0.1


class Hostile:
    def __repr__(self) -> str:
        raise RuntimeError("no")

    def __getattr__(self, name: str) -> Any:
        raise RuntimeError("no")


Point = collections.namedtuple("Point", "x y")
cyclic: list[Any] = []
cyclic.append(cyclic)


@pytest.mark.parametrize(
    ("given", "stored"),
    [
        (1, 1),
        (1.5, 1.5),
        ("a", "a"),
        ("", ""),
        (True, True),
        (None, "None"),
        (2**63 - 1, 2**63 - 1),
        (2**63, "9223372036854775808"),
        (math.nan, "NaN"),
        (math.inf, "Infinity"),
        (-math.inf, "-Infinity"),
        (-0.0, -0.0),
        ([1, 2.5, None, "a", True], '[1, 2.5, null, "a", true]'),
        ([math.nan, "é"], '["NaN", "é"]'),
        ((1, (2, 3)), "[1, [2, 3]]"),
        ({3}, "[3]"),
        ({"a": {"b": [1, None]}}, {"a": {"b": [1, None]}}),
        ({1: 2, None: 2**60, "n": math.nan}, {"1": 2, "None": "1152921504606846976", "n": "NaN"}),
        (Config(), {"lr": 0.1, "inner": {"depth": 3}}),
        (argparse.Namespace(a=1), {"a": 1}),
        (Point(1, 2), {"x": 1, "y": 2}),
        (Colour.RED, "red"),
        (Level.HIGH, 3),
        (datetime.date(2024, 5, 1), "2024-05-01"),
        (pathlib.PurePosixPath("a/b"), "a/b"),
        (fractions.Fraction(1, 3), "Fraction(1, 3)"),
        (b"ab", "b'ab'"),
        (len, "builtins.len"),
        (Config, f"{__name__}.Config"),
        ("half \ud800", "half \\ud800"),
        ("mlmd-struct::x", '"mlmd-struct::x"'),
    ],
)
def test_values(given: object, stored: object) -> None:
    value = to_value(given)
    assert value == stored
    assert type(value) is type(stored)


def test_numbers_of_numpy() -> None:
    numpy = pytest.importorskip("numpy")
    for number, stored in [
        (numpy.float64(0.5), 0.5),
        (numpy.float32(0.5), 0.5),
        (numpy.int64(3), 3),
        (numpy.bool_(True), True),
        (numpy.array(2.5), 2.5),
        (numpy.float64("nan"), "NaN"),
        (numpy.array([1, 2]), "[1, 2]"),
        (numpy.array([0.5]), "[0.5]"),
        ([numpy.int64(1)], "[1]"),
        (numpy.str_("a"), "a"),
    ]:
        value = to_value(number)
        assert value == stored
        assert type(value) is type(stored)
    assert isinstance(to_value(numpy.zeros(100_000)), str)
    assert len(str(to_value(numpy.zeros(100_000)))) <= 1000


def test_long_text_is_kept_and_a_long_repr_is_cut() -> None:
    assert to_value("x" * 100_000) == "x" * 100_000
    assert len(str(to_value(b"x" * 100_000))) == 1000


def test_nothing_raises() -> None:
    for value in (Hostile(), cyclic, {"self": cyclic}, [Hostile()], object(), {Hostile(): 1}):
        check_custom({"key": to_value(value)}, "a test")
    check_custom(to_properties(Hostile()), "a test")


@pytest.mark.parametrize(
    ("params", "stored"),
    [
        (None, {}),
        ({}, {}),
        ({"a": 1, 2: "b"}, {"a": 1, "2": "b"}),
        (argparse.Namespace(lr=0.1), {"lr": 0.1}),
        (Config(), {"lr": 0.1, "inner": {"depth": 3}}),
        (Point(1, 2), {"x": 1, "y": 2}),
        (Bare(), {"lr": 0.1}),
        (3, {"value": 3}),
    ],
)
def test_forms_of_params(params: object, stored: dict[str, object]) -> None:
    assert to_properties(params) == stored


anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(st.characters()) | st.binary(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(st.characters()) | st.integers(), inner) | st.tuples(inner),
    max_leaves=20,
)


@given(st.dictionaries(st.text(st.characters()), anything))
def test_whatever_comes_out_the_store_takes(params: dict[str, object]) -> None:
    stored = to_properties(params)
    assert check_custom(stored, "a test") == stored
