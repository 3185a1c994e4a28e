"""Steps in time: where bars lie, what stands beside them, and the axis."""

from __future__ import annotations

from itertools import pairwise
from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st

from graphmeta.render.timeline import NAMES, PLOT, Bar, distance, draw, ticks
from tests.render.drawings import HOSTILE, texts

SVG = "{http://www.w3.org/2000/svg}"
SECOND = 1000
START = 1_795_000_000_000


def step(name: str, began: int, ended: int | None, state: str = "COMPLETE") -> Bar:
    """A bar, in seconds from the start."""
    return Bar(
        name, state, "Train", START + began * SECOND, None if ended is None else START + ended * SECOND, "/x?a&b"
    )


def rows(picture: str) -> list[ElementTree.Element]:
    return list(ElementTree.fromstring(picture).iter(f"{SVG}a"))


def box(row: ElementTree.Element) -> tuple[float, float]:
    """Left and right of a bar, from the beginning of the axis."""
    (found,) = [each for each in row.iter(f"{SVG}rect") if "gm-orange" in (each.get("class") or "")]
    left = float(found.get("x", "")) - NAMES
    return left, left + float(found.get("width", ""))


def said(row: ElementTree.Element) -> str:
    return row.get("aria-label", "")


def test_bars_lie_where_their_steps_were_in_time() -> None:
    first, second = (box(row) for row in rows(draw([step("a", 0, 10), step("b", 10, 40)], START)))
    assert first[1] == pytest.approx(second[0], abs=0.2)
    assert (second[1] - second[0]) == pytest.approx(3 * (first[1] - first[0]), abs=0.3)
    assert second[1] - first[0] == pytest.approx(PLOT, abs=0.2)


def test_each_step_is_a_link_that_says_what_the_bar_shows() -> None:
    (row,) = rows(draw([step("train", 0, 90, "FAILED")], START))
    assert row.get("href") == "/x?a&b"
    assert said(row).startswith("train: 1 min 30 s, failed, began ")
    assert row.findtext(f"{SVG}title") == said(row)


@pytest.mark.parametrize("state", ["FAILED", "CANCELED", "CACHED", "RUNNING", "NEW"])
def test_a_state_that_is_not_expected_is_written_and_dashed(state: str) -> None:
    ordinary = draw([step("train", 0, 9)], START)
    odd = draw([step("train", 0, None if state in ("RUNNING", "NEW") else 9, state)], START + 9 * SECOND)
    assert state.lower() in "".join(ElementTree.fromstring(odd).itertext())
    assert "stroke-dasharray" in odd
    assert "stroke-dasharray" not in ordinary
    assert "complete" not in ordinary


def test_a_step_that_runs_is_open_and_reaches_to_now() -> None:
    (done, running) = rows(draw([step("a", 0, 5), step("b", 5, None, "RUNNING")], START + 20 * SECOND))
    assert said(running).startswith("b: running for 15 s")
    assert not [each for each in running.iter(f"{SVG}rect") if "gm-orange" in (each.get("class") or "")]
    assert [each for each in running.iter(f"{SVG}path") if "gm-orange" in (each.get("class") or "")]
    assert box(done)[1] == pytest.approx(box(done)[0] + PLOT / 4, abs=0.2)


def test_a_step_that_ended_before_it_began_is_drawn_as_a_moment() -> None:
    (row,) = rows(draw([step("odd clock", 5, 1)], START))
    left, right = box(row)
    assert right > left
    assert "0 s" in said(row)


def test_a_short_step_beside_a_long_one_is_still_seen() -> None:
    short, _ = (box(row) for row in rows(draw([step("a", 0, 0), step("b", 0, 1_000_000)], START)))
    assert short[1] - short[0] >= 3


@pytest.mark.parametrize("number", [1, 2, 200])
def test_rows_stand_below_one_another_within_the_picture(number: int) -> None:
    picture = draw([step(f"step {each}", each, each + 3) for each in range(number)], START)
    root = ElementTree.fromstring(picture)
    tops = [float(next(row.iter(f"{SVG}rect")).get("y", "")) for row in rows(picture)]
    assert len(tops) == number
    assert tops == sorted(set(tops))
    assert tops[-1] + 26 <= float(root.get("height", ""))
    assert (root.get("aria-label") or "").startswith(f"Timeline: {number} step")


@given(name=texts, state=st.sampled_from(["COMPLETE", "FAILED", "RUNNING"]))
def test_any_name_gives_a_well_formed_picture(name: str, state: str) -> None:
    picture = draw([step(name, 0, 3, state)], START)
    assert len(rows(picture)) == 1
    assert picture == draw([step(name, 0, 3, state)], START)


@pytest.mark.parametrize("name", HOSTILE, ids=range(len(HOSTILE)))
def test_hostile_names_are_text(name: str) -> None:
    picture = draw([step(name, 0, 3)], START)
    root = ElementTree.fromstring(picture)
    assert {element.tag.removeprefix(SVG) for element in root.iter()} <= {"svg", "title", "rect", "path", "text", "a"}
    assert len(picture) < 5_000


@given(st.integers(min_value=1, max_value=10**14))
def test_ticks_are_few_and_evenly_apart(span: int) -> None:
    found = ticks(span)
    assert found[0] == 0
    assert 1 <= len(found) <= 8
    assert found[-1] <= span
    assert len({after - before for before, after in pairwise(found)}) <= 1
    assert span < 3 or len(found) >= 2


@pytest.mark.parametrize(
    ("milliseconds", "said"),
    [
        (0, "0"),
        (50, "50 ms"),
        (2_000, "2 s"),
        (90_000, "1 min 30 s"),
        (7_200_000, "2 h"),
        (36 * 3_600_000, "1 d 12 h"),
        (3 * 86_400_000, "3 d"),
    ],
)
def test_a_distance_is_said_in_its_largest_units(milliseconds: int, said: str) -> None:
    assert distance(milliseconds) == said
