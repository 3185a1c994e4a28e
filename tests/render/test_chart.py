"""The chart of a number: what it shows is where it says, and what it cannot show it says."""

from __future__ import annotations

import math
import re
from itertools import pairwise
from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st

from graphmeta.render.chart import Point, draw

SVG = "{http://www.w3.org/2000/svg}"


def points(*values: object, **more: object) -> list[Point]:
    return [Point(f"net@{n}", f"@{n}", value, **more) for n, value in enumerate(values, 1)]  # type: ignore[arg-type]


def texts(svg: ElementTree.Element) -> list[str]:
    return [text.text or "" for text in svg.iter(f"{SVG}text")]


def scale(svg: ElementTree.Element) -> list[tuple[float, float]]:
    """(value, height) of the ticks, the lowest first."""
    heights = [
        float(re.findall(r"M\S+ (\S+)H", each.get("d") or "")[0])
        for each in svg.iter(f"{SVG}path")
        if "axis" in (each.get("class") or "")
    ]
    written = [
        float(text.text.replace(",", "").replace("−", "-"))
        for text in svg.iter(f"{SVG}text")
        if text.get("text-anchor") == "end"
    ]  # type: ignore[union-attr]
    return list(zip(written, heights, strict=True))


def circles(svg: ElementTree.Element) -> list[tuple[float, float]]:
    return sorted((float(each.get("cx") or 0), float(each.get("cy") or 0)) for each in svg.iter(f"{SVG}circle"))


numbers = st.integers(-(2**63), 2**63 - 1) | st.floats(allow_nan=False, allow_infinity=False)


@given(st.lists(numbers, min_size=1, max_size=12))
def test_every_number_is_drawn_within_the_scale_and_in_its_order(values: list[float]) -> None:
    svg = ElementTree.fromstring(draw(points(*values), "loss"))
    places = circles(svg)
    assert len(places) == len(values)
    assert [x for x, _ in places] == sorted({x for x, _ in places})
    ticks = scale(svg)
    top, bottom = ticks[-1][1], ticks[0][1]
    for (_, y), value in zip(places, values, strict=True):
        assert top - 0.1 <= y <= bottom + 0.1
        for (_, other), beside in zip(places, values, strict=True):
            assert value <= beside or y <= other
    assert 2 <= len(ticks) <= 9
    assert max(float(svg.get("width") or 0), 0) >= max(x for x, _ in places)


@given(st.lists(st.floats(-1e6, 1e6).map(lambda value: round(value, 3)), min_size=2, max_size=12, unique=True))
def test_heights_are_what_the_scale_says(values: list[float]) -> None:
    svg = ElementTree.fromstring(draw(points(*values), "loss"))
    (low, bottom), (high, top) = (lambda ticks: (ticks[0], ticks[-1]))(scale(svg))
    for (_, y), value in zip(circles(svg), values, strict=True):
        assert math.isclose(y, bottom + (value - low) / (high - low) * (top - bottom), abs_tol=0.06)


@pytest.mark.parametrize(
    ("values", "ticks"),
    [
        ((0.9464, 0.9583, 0.9643), ["0.945", "0.950", "0.955", "0.960", "0.965"]),
        ((0, 100), ["0", "20", "40", "60", "80", "100"]),
        ((-1, 1), ["−1.0", "−0.5", "0.0", "0.5", "1.0"]),
        ((5,), ["4.4", "4.6", "4.8", "5.0", "5.2", "5.4", "5.6"]),
        ((0,), ["−1.0", "−0.5", "0.0", "0.5", "1.0"]),
        ((1e-9, 5e-9), ["1e−9", "2e−9", "3e−9", "4e−9", "5e−9"]),
        ((1e12, 1.5e12), ["1.0e+12", "1.1e+12", "1.2e+12", "1.3e+12", "1.4e+12", "1.5e+12"]),
        ((1_000_000, 1_000_004), ["1,000,000", "1,000,001", "1,000,002", "1,000,003", "1,000,004"]),
    ],
)
def test_ticks_are_round_numbers(values: tuple[float, ...], ticks: list[str]) -> None:
    assert [text for text in texts(ElementTree.fromstring(draw(points(*values), "loss"))) if text in ticks] == ticks


def test_a_scale_that_does_not_begin_at_nought_says_so() -> None:
    said = "The scale goes from 0.945 to 0.965: it does not begin at 0."
    assert said in texts(ElementTree.fromstring(draw(points(0.9464, 0.9643), "auc")))
    assert not [text for text in texts(ElementTree.fromstring(draw(points(0.1, 0.9), "auc"))) if "begin" in text]


@pytest.mark.parametrize("left_out", ["NaN", math.nan, math.inf, "Infinity", None, True, "text"])
def test_what_is_no_finite_number_is_left_out_and_said(left_out: object) -> None:
    svg = ElementTree.fromstring(draw(points(1.0, left_out, 3.0, 4.0), "loss"))
    assert len(circles(svg)) == 3
    assert any(text.startswith("Not drawn, for want of a finite number: @2 (") for text in texts(svg))
    trend = next(each for each in svg.iter(f"{SVG}path") if each.get("class") == "gm-trend")
    assert (trend.get("d") or "").count("M") == 2  # no line across what is not there


def test_no_line_leads_over_a_gap() -> None:
    svg = ElementTree.fromstring(draw([*points(1, 2), Point("net@9", "@9", 3, gap=True), *points(4)], "loss"))
    trend = next(each for each in svg.iter(f"{SVG}path") if each.get("class") == "gm-trend")
    assert re.sub(r"[^ML]", "", trend.get("d") or "") == "MLML"


def test_nothing_to_draw_is_said() -> None:
    svg = ElementTree.fromstring(draw(points("NaN", None, "NaN", "NaN", "NaN"), "loss"))
    assert not circles(svg)
    assert "Not drawn, for want of a finite number: @1 (NaN), @2 (none), @3 (NaN) and 2 more." in texts(svg)


def test_points_are_links_with_names() -> None:
    svg = ElementTree.fromstring(
        draw([*points(0.5, link="/artifact/1"), Point("net@9", "@9", 0.7, "/artifact/9", True)], "auc")
    )
    links = [(each.get("href"), each.get("aria-label"), each.get("class")) for each in svg.iter(f"{SVG}a")]
    assert links == [
        ("/artifact/1", "net@1: 0.5", "gm-point"),
        ("/artifact/9", "net@9: 0.7, compared", "gm-point gm-marked"),
    ]
    assert "Large, filled points are those that are compared." in texts(svg)
    assert svg.get("aria-label") == "auc by version"


def test_names_are_harmless() -> None:
    bad = '"><script>alert(1)</script>&\x1b\u202e' + "x" * 500
    drawn = draw([Point(bad, bad, 0.5, '/artifact/1?a=1&b="2"', True), Point(bad, bad, bad)], bad, style=True)
    assert "<script" not in drawn
    assert "\x1b" not in drawn
    assert "\u202e" not in drawn
    ElementTree.fromstring(drawn)


def test_names_below_the_axis_do_not_touch() -> None:
    svg = ElementTree.fromstring(
        draw([Point(f"net@{n}", f"version-{n}", n, marked=n == 150) for n in range(300)], "auc")
    )
    below = sorted(
        float(each.get("x") or 0) for each in svg.iter(f"{SVG}text") if (each.text or "").startswith("version-")
    )
    assert "version-150" in texts(svg)
    assert len(below) > 5
    assert all(after - before > 70 for before, after in pairwise(below))


def test_the_style_comes_along_where_it_is_wanted() -> None:
    assert "<style>" in draw(points(1, 2), "auc", style=True)
    assert "<style>" not in draw(points(1, 2), "auc")
    assert draw(points(1, 2), "auc") == draw(points(1, 2), "auc")
