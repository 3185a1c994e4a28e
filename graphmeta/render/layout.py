"""Places for the nodes of a directed graph and routes for its edges: layers from left to right.

The layers and the order within them come from `layers`; here every node gets the height that keeps edges
straight, and every edge its way. The same graph gives the same picture.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from graphmeta.render import patience
from graphmeta.render.layers import SWEEPS, Layered, closing, layers_of, mean, order, turned, with_bends

GAP_BETWEEN_NODES = 16.0
GAP_AT_BEND = 9.0  # edges may pass closer to each other than boxes
GAP_BETWEEN_LAYERS = (40.0, 150.0)  # wider where edges climb steeply
STRAIGHTENINGS = 4
STRAIGHTNESS = 4.0  # how much more what should be level weighs than what it passes
PORT_SPACING = 8.0
PORT_MARGIN = 9.0  # of a box's side, kept free of edges at both ends


@dataclass(frozen=True, slots=True)
class Box:
    """A node's place: its left upper corner and its size. All of a layer are as wide as the widest."""

    x: float
    y: float
    width: float
    height: float
    layer: int


@dataclass(frozen=True, slots=True)
class Route:
    """An edge's way from its source to its target.

    Attributes:
        points: an even number of (x, y): the line bends from the first to the second, from the third to
            the fourth and so on, and is level between the second and the third and so on.
        backward: the edge closes a cycle and runs from right to left.
    """

    points: tuple[tuple[float, float], ...]
    backward: bool


@dataclass(frozen=True, slots=True)
class Layout:
    """Boxes index by index of the sizes given, routes of the edges, and the size of the whole."""

    boxes: list[Box]
    routes: list[Route]
    width: float
    height: float


def layout(sizes: Sequence[tuple[float, float]], edges: Sequence[tuple[int, int]]) -> Layout:
    (
        """Lay a graph out.

    Args:
        sizes: (width, height) that each node needs, in pixels.
        edges: (source, target) as indices of `sizes`; no edge from a node to itself.

    Raises:
        ReadGivenUpError: see `patience.check`.
    """
        ""
    )
    backward = closing(len(sizes), edges)
    forward = turned(edges, backward)
    graph = with_bends(layers_of(len(sizes), forward), forward)
    order(graph)
    heights = [size[1] for size in sizes] + [0.0] * (len(graph.layer) - len(sizes))
    middles = _middles(graph, heights)
    top = min((middle - height / 2 for middle, height in zip(middles, heights, strict=True)), default=0.0)
    middles = [middle - top for middle in middles]
    columns = _columns(graph, [size[0] for size in sizes], middles)
    boxes = [
        Box(columns[layer][0], middle - height / 2, columns[layer][1] - columns[layer][0], height, layer)
        for layer, middle, (_, height) in zip(graph.layer, middles, sizes, strict=False)  # bends have no size
    ]
    whole = max((middle + height / 2 for middle, height in zip(middles, heights, strict=True)), default=0.0)
    return Layout(boxes, _routes(graph, boxes, columns, middles, backward), columns[-1][1] if columns else 0.0, whole)


def _middles(graph: Layered, heights: Sequence[float]) -> list[float]:
    """The height of each node's middle: as near to its neighbours' as the order and the gaps allow."""
    middle = [0.0] * len(graph.layer)
    weight = [4.0 if node >= graph.real else 1.0 for node in range(len(graph.layer))]  # bends want to be straight
    offsets = [_offsets(members, graph.real, heights) for members in graph.layers]
    for members, offset in zip(graph.layers, offsets, strict=True):
        for node, distance in zip(members, offset, strict=True):
            middle[node] = distance - offset[-1] / 2
    both = [[*before, *after] for before, after in zip(graph.before, graph.after, strict=True)]
    for sweep in range(SWEEPS + 1):
        patience.check()
        last = sweep == SWEEPS
        neighbours = both if last or sweep % 4 >= 2 else graph.before if sweep % 2 == 0 else graph.after
        backwards = sweep % 2 == 1
        for index in reversed(range(len(offsets))) if backwards else range(len(offsets)):
            members, offset = graph.layers[index], offsets[index]
            wanted = [mean(middle, neighbours[node], middle[node]) for node in members]
            _settle(middle, members, wanted, offset, weight)
    _straighten(graph, middle, offsets)
    return middle


def _settle(
    middle: list[float],
    members: Sequence[int],
    wanted: Sequence[float],
    offset: Sequence[float],
    weight: Sequence[float],
) -> None:
    placed = _apart(wanted, offset, [weight[node] for node in members])
    for node, value in zip(members, placed, strict=True):
        middle[node] = value


def _straighten(graph: Layered, middle: list[float], offsets: Sequence[Sequence[float]]) -> None:
    """Draw long edges and chains level as far as the order allows."""
    weight = [1.0] * len(graph.layer)
    runs = _runs(graph)
    for run in runs:
        for node in run:
            weight[node] = STRAIGHTNESS
    for _ in range(STRAIGHTENINGS if runs else 0):
        patience.check()
        wanted = list(middle)
        for run in runs:
            level = mean(middle, run, 0.0)
            for node in run:
                wanted[node] = level
        for members, offset in zip(graph.layers, offsets, strict=True):
            _settle(middle, members, [wanted[node] for node in members], offset, weight)


def _runs(graph: Layered) -> list[list[int]]:
    """Nodes and bends in a row, each of which only follows the one before, and that only leads to it."""
    following = [after[0] if len(after) == 1 and len(graph.before[after[0]]) == 1 else -1 for after in graph.after]
    inner = set(following)
    runs = []
    for first, second in enumerate(following):
        if second >= 0 and first not in inner:
            run = [first]
            while following[run[-1]] >= 0:
                run.append(following[run[-1]])
            runs.append(run)
    return runs


def _offsets(members: Sequence[int], real: int, heights: Sequence[float]) -> list[float]:
    """How far below the first of a layer each of its nodes is at least."""
    offsets = [0.0]
    for above, below in pairwise(members):
        gap = GAP_BETWEEN_NODES if above < real and below < real else GAP_AT_BEND
        offsets.append(offsets[-1] + heights[above] / 2 + gap + heights[below] / 2)
    return offsets


def _apart(wanted: Sequence[float], offsets: Sequence[float], weights: Sequence[float]) -> list[float]:
    """The places nearest to those wanted (least squares) that keep the order and the distances: blocks
    that would overlap are merged and share their mean (isotonic regression)."""
    blocks: list[tuple[float, float, int]] = []  # mean of (wanted - offset), weight, members
    for want, offset, weight in zip(wanted, offsets, weights, strict=True):
        mean, heft, size = want - offset, weight, 1
        while blocks and blocks[-1][0] >= mean:
            other, more, members = blocks.pop()
            mean, heft, size = (mean * heft + other * more) / (heft + more), heft + more, size + members
        blocks.append((mean, heft, size))
    levels = [mean for mean, _, size in blocks for _ in range(size)]
    return [level + offset for level, offset in zip(levels, offsets, strict=True)]


def _columns(graph: Layered, widths: Sequence[float], middles: Sequence[float]) -> list[tuple[float, float]]:
    """The left and right end of each layer."""
    columns = []
    x = 0.0
    for members in graph.layers:
        width = max((widths[node] for node in members if node < graph.real), default=0.0)
        columns.append((x, x + width))
        climb = max((abs(middles[node] - middles[to]) for node in members for to in graph.after[node]), default=0.0)
        low, high = GAP_BETWEEN_LAYERS
        x += width + min(high, low + climb / 6)
    return columns


def _routes(
    graph: Layered,
    boxes: Sequence[Box],
    columns: Sequence[tuple[float, float]],
    middles: Sequence[float],
    backward: Sequence[bool],
) -> list[Route]:
    leaving, entering = _ports(graph, boxes, middles)
    routes = []
    for number, chain in enumerate(graph.chains):
        source, target = boxes[chain[0]], boxes[chain[-1]]
        points = [(source.x + source.width, leaving[number])]
        for bend in chain[1:-1]:
            left, right = columns[graph.layer[bend]]
            points += [(left, middles[bend]), (right, middles[bend])]
        points.append((target.x, entering[number]))
        routes.append(Route(tuple(reversed(points) if backward[number] else points), backward[number]))
    return routes


def _ports(graph: Layered, boxes: Sequence[Box], middles: Sequence[float]) -> tuple[list[float], list[float]]:
    """Where each edge leaves its left box and enters its right one: side by side, in the order of where
    they come from or go to."""
    leaving, entering = [0.0] * len(graph.chains), [0.0] * len(graph.chains)
    right_of: list[list[int]] = [[] for _ in boxes]
    left_of: list[list[int]] = [[] for _ in boxes]
    for number, chain in enumerate(graph.chains):
        right_of[chain[0]].append(number)
        left_of[chain[-1]].append(number)
    for sides, ports, next_to_end in ((right_of, leaving, 1), (left_of, entering, -2)):
        for node, numbers in enumerate(sides):
            numbers.sort(key=lambda number: (middles[graph.chains[number][next_to_end]], number))
            spacing = min(PORT_SPACING, (boxes[node].height - 2 * PORT_MARGIN) / max(1, len(numbers) - 1))
            for position, number in enumerate(numbers):
                ports[number] = middles[node] + spacing * (position - (len(numbers) - 1) / 2)
    for number, chain in enumerate(graph.chains):
        # Almost level looks like a mistake: where a side has one edge only, it is free to give way.
        if len(chain) == 2 and abs(leaving[number] - entering[number]) < PORT_MARGIN:
            if len(right_of[chain[0]]) == 1:
                leaving[number] = entering[number]
            elif len(left_of[chain[1]]) == 1:
                entering[number] = leaving[number]
    return leaving, entering
