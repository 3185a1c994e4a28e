"""What holds for every layered drawing, whatever the graph."""

from __future__ import annotations

from itertools import combinations

from hypothesis import given
from hypothesis import strategies as st

from graphmeta.render.layout import Box, Layout, layout

Edges = list[tuple[int, int]]


@st.composite
def graphs(draw: st.DrawFn) -> tuple[list[tuple[float, float]], Edges]:
    """Sizes and edges of any directed graph without loops of one node; cycles and pieces welcome."""
    count = draw(st.integers(1, 24))
    sizes = draw(st.lists(st.tuples(st.floats(40, 200), st.floats(20, 60)), min_size=count, max_size=count))
    node = st.integers(0, count - 1)
    edges = draw(st.lists(st.tuples(node, node).filter(lambda edge: edge[0] != edge[1]), max_size=60, unique=True))
    return sizes, edges


@given(graphs())
def test_boxes_do_not_overlap(graph: tuple[list[tuple[float, float]], Edges]) -> None:
    boxes = layout(*graph).boxes
    for one, other in combinations(boxes, 2):
        beside = one.x + one.width <= other.x + 1e-6 or other.x + other.width <= one.x + 1e-6
        above = one.y + one.height <= other.y + 1e-6 or other.y + other.height <= one.y + 1e-6
        assert beside or above


@given(graphs())
def test_boxes_are_large_enough_and_inside_the_picture(graph: tuple[list[tuple[float, float]], Edges]) -> None:
    placed = layout(*graph)
    for box, (width, height) in zip(placed.boxes, graph[0], strict=True):
        assert box.width >= width - 1e-6
        assert box.height == height
        assert box.x >= 0
        assert box.y >= -1e-6
        assert box.x + box.width <= placed.width + 1e-6
        assert box.y + box.height <= placed.height + 1e-6


@given(graphs())
def test_edges_point_right_unless_they_close_a_cycle(graph: tuple[list[tuple[float, float]], Edges]) -> None:
    sizes, edges = graph
    placed = layout(sizes, edges)
    for (source, target), route in zip(edges, placed.routes, strict=True):
        assert (placed.boxes[source].layer < placed.boxes[target].layer) != route.backward
        if route.backward:
            assert _reaches(edges, target, source), "only an edge of a cycle may run to the left"


def _reaches(edges: Edges, start: int, goal: int) -> bool:
    seen, waiting = {start}, [start]
    while waiting:
        here = waiting.pop()
        for source, target in edges:
            if source == here and target not in seen:
                seen.add(target)
                waiting.append(target)
    return goal in seen


@given(graphs())
def test_edges_begin_and_end_at_their_boxes(graph: tuple[list[tuple[float, float]], Edges]) -> None:
    sizes, edges = graph
    placed = layout(sizes, edges)
    for (source, target), route in zip(edges, placed.routes, strict=True):
        first, last = route.points[0], route.points[-1]
        assert len(route.points) % 2 == 0
        assert first[0] == _side(placed.boxes[source], right=not route.backward)
        assert last[0] == _side(placed.boxes[target], right=route.backward)
        for (_, y), box in ((first, placed.boxes[source]), (last, placed.boxes[target])):
            assert box.y - 1e-6 <= y <= box.y + box.height + 1e-6


def _side(box: Box, *, right: bool) -> float:
    return box.x + box.width if right else box.x


@given(graphs())
def test_edges_do_not_run_through_boxes(graph: tuple[list[tuple[float, float]], Edges]) -> None:
    placed = layout(*graph)
    for route in placed.routes:
        assert _misses(route.points, placed)


def _misses(points: tuple[tuple[float, float], ...], placed: Layout) -> bool:
    """Curves lie between the columns, and the level pieces across a column in the gaps of its boxes."""
    columns = {(box.x, box.x + box.width) for box in placed.boxes}
    for number in range(0, len(points), 2):
        low, high = sorted((points[number][0], points[number + 1][0]))
        if any(low < right - 1e-6 and left < high - 1e-6 for left, right in columns):
            return False
    for number in range(1, len(points) - 1, 2):
        (x0, y), (x1, level) = points[number], points[number + 1]
        assert y == level
        middle = (x0 + x1) / 2
        for box in placed.boxes:
            if box.x <= middle <= box.x + box.width and box.y < y < box.y + box.height:
                return False
    return True


@given(graphs())
def test_the_same_graph_gives_the_same_picture(graph: tuple[list[tuple[float, float]], Edges]) -> None:
    assert layout(*graph) == layout(*graph)


def test_nothing_to_draw() -> None:
    assert layout([], []) == Layout([], [], 0.0, 0.0)


def test_a_chain_is_a_straight_line() -> None:
    placed = layout([(100.0, 40.0)] * 5, [(0, 1), (1, 2), (2, 3), (3, 4)])
    assert [box.layer for box in placed.boxes] == [0, 1, 2, 3, 4]
    assert {box.y for box in placed.boxes} == {0.0}


def test_two_edges_there_and_back_do_not_lie_on_each_other() -> None:
    there, back = layout([(100.0, 40.0)] * 2, [(0, 1), (1, 0)]).routes
    assert {there.backward, back.backward} == {False, True}
    assert {point[1] for point in there.points}.isdisjoint(point[1] for point in back.points)


def test_a_source_stands_beside_what_it_feeds() -> None:
    # 0 -> 1 -> 2 -> 3, and 4 only feeds 3 and 5, which stands beside 3.
    placed = layout([(100.0, 40.0)] * 6, [(0, 1), (1, 2), (2, 3), (4, 3), (2, 5), (4, 5)])
    assert placed.boxes[4].layer == placed.boxes[3].layer - 1


def test_crossings_that_can_be_avoided_are() -> None:
    placed = layout([(100.0, 40.0)] * 6, [(0, 5), (1, 4), (2, 3)])
    order = [placed.boxes[node].y for node in range(6)]
    assert [sorted(order[:3]).index(order[node]) for node in (0, 1, 2)] == [
        sorted(order[3:]).index(order[node]) for node in (5, 4, 3)
    ]
