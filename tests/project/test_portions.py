"""Many things, so many at a time."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from graphmeta.portions import bundles, portions, together

THINGS = st.lists(st.integers(), max_size=30)
NUMBERS = st.integers(1, 8)


@given(THINGS, NUMBERS)
def test_all_come_in_order_in_portions_that_are_full(things: list[int], number: int) -> None:
    found = list(portions(things, number))
    assert [thing for some in found for thing in some] == things
    assert all(len(some) == number for some in found[:-1])
    assert all(0 < len(some) <= number for some in found)
    assert list(bundles(iter(things), number)) == found


def test_a_bundle_comes_before_what_follows_it_was_looked_at() -> None:
    coming = iter([1, 2, 3])
    assert next(bundles(coming, 2)) == [1, 2]
    assert list(coming) == [3]


@given(st.lists(st.lists(st.integers(), max_size=5), max_size=20), NUMBERS)
def test_pieces_stay_together(pieces: list[list[int]], number: int) -> None:
    found = list(together(pieces, number))
    assert [thing for some in found for thing in some] == [thing for piece in pieces for thing in piece]
    left = [piece for piece in pieces if piece]
    for some in found:
        own = []
        while sum(map(len, own)) < len(some):
            own.append(left.pop(0))
        assert sum(own, []) == some  # noqa: RUF017 (few)
        assert len(some) <= number or len(own) == 1
        assert not left or len(some) + len(left[0]) > number
