"""Places for the nodes of a directed graph and routes for its edges: layers from left to right.

The steps are the usual ones of a layered drawing. Edges that close a cycle are turned round; every node
gets a layer to the right of all that it follows; an edge across several layers passes a bend in each of
them; the order within a layer is what crosses least out of a few sweeps; heights are what keeps edges
straight. Everything is decided by the order of the input, so the same graph gives the same picture.
"""

from __future__ import annotations

from bisect import bisect_right, insort
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import fmean

GAP_BETWEEN_NODES = 16.0
GAP_AT_BEND = 9.0  # edges may pass closer to each other than boxes
GAP_BETWEEN_LAYERS = (40.0, 150.0)  # wider where edges climb steeply
PORT_SPACING = 8.0
PORT_MARGIN = 9.0  # of a box's side, kept free of edges at both ends
SWEEPS = 12


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


@dataclass(slots=True)
class _Graph:
    """The layered graph: real nodes first, then the bends of long edges."""

    real: int
    layer: list[int]
    layers: list[list[int]]
    chains: list[list[int]]  # an edge's nodes from left to right, its bends among them
    before: list[list[int]]
    after: list[list[int]]


def layout(sizes: Sequence[tuple[float, float]], edges: Sequence[tuple[int, int]]) -> Layout:
    """Lay a graph out.

    Args:
        sizes: (width, height) that each node needs, in pixels.
        edges: (source, target) as indices of `sizes`; no edge from a node to itself.
    """
    backward = _closing(len(sizes), edges)
    forward = [(b, a) if turned else (a, b) for (a, b), turned in zip(edges, backward)]
    graph = _with_bends(_layers(len(sizes), forward), forward)
    _order(graph)
    heights = [size[1] for size in sizes] + [0.0] * (len(graph.layer) - len(sizes))
    middles = _middles(graph, heights)
    top = min((middle - height / 2 for middle, height in zip(middles, heights)), default=0.0)
    middles = [middle - top for middle in middles]
    columns = _columns(graph, [size[0] for size in sizes], middles)
    boxes = [
        Box(columns[layer][0], middle - height / 2, columns[layer][1] - columns[layer][0], height, layer)
        for layer, middle, (_, height) in zip(graph.layer, middles, sizes)
    ]
    whole = max((middle + height / 2 for middle, height in zip(middles, heights)), default=0.0)
    return Layout(boxes, _routes(graph, boxes, columns, middles, backward), columns[-1][1] if columns else 0.0, whole)


def _closing(count: int, edges: Sequence[tuple[int, int]]) -> list[bool]:
    """Which edges a depth-first search finds to lead back to where it came from."""
    leaving: list[list[int]] = [[] for _ in range(count)]
    fed = [False] * count
    for number, (source, target) in enumerate(edges):
        leaving[source].append(number)
        fed[target] = True
    backward = [False] * len(edges)
    state = [0] * count  # 0 not seen, 1 on the way, 2 done
    for root in sorted(range(count), key=lambda node: fed[node]):
        if state[root]:
            continue
        state[root] = 1
        path = [(root, iter(leaving[root]))]
        while path:
            node, rest = path[-1]
            number = next(rest, None)
            if number is None:
                state[node] = 2
                path.pop()
                continue
            target = edges[number][1]
            if state[target] == 1:
                backward[number] = True
            elif state[target] == 0:
                state[target] = 1
                path.append((target, iter(leaving[target])))
    return backward


def _layers(count: int, edges: Sequence[tuple[int, int]]) -> list[int]:
    """The longest way to each node; then nodes that feed more than they are fed move to the right, beside
    what they feed."""
    before: list[list[int]] = [[] for _ in range(count)]
    after: list[list[int]] = [[] for _ in range(count)]
    for source, target in edges:
        before[target].append(source)
        after[source].append(target)
    waiting = [len(each) for each in before]
    sorted_nodes = [node for node in range(count) if not waiting[node]]
    layer = [0] * count
    for node in sorted_nodes:  # grows while it is walked
        for target in after[node]:
            layer[target] = max(layer[target], layer[node] + 1)
            waiting[target] -= 1
            if not waiting[target]:
                sorted_nodes.append(target)
    for node in reversed(sorted_nodes):
        if len(after[node]) > len(before[node]):
            layer[node] = max(layer[node], min(layer[target] for target in after[node]) - 1)
    return layer


def _with_bends(layer: list[int], edges: Sequence[tuple[int, int]]) -> _Graph:
    real = len(layer)
    layer = list(layer)
    chains = []
    for source, target in edges:
        chain = [source]
        for between in range(layer[source] + 1, layer[target]):
            chain.append(len(layer))
            layer.append(between)
        chains.append([*chain, target])
    graph = _Graph(real, layer, [[] for _ in range(max(layer, default=-1) + 1)], chains, [], [])
    graph.before = [[] for _ in layer]
    graph.after = [[] for _ in layer]
    for chain in chains:
        for left, right in zip(chain, chain[1:]):
            graph.after[left].append(right)
            graph.before[right].append(left)
    return graph


def _order(graph: _Graph) -> None:
    """Order the layers so that few edges cross: nodes stand at the mean place of their neighbours, swept
    to and fro; the best of all sweeps stays."""
    for node in _first_order(graph):
        graph.layers[graph.layer[node]].append(node)
    place = [0.0] * len(graph.layer)

    def settle(members: list[int]) -> None:
        for position, node in enumerate(members):
            place[node] = float(position)

    for members in graph.layers:
        settle(members)
    best, fewest = [list(members) for members in graph.layers], _crossings(graph, place)
    for sweep in range(SWEEPS):
        if not fewest:
            break
        rightward = sweep % 2 == 0
        neighbours = graph.before if rightward else graph.after
        for members in graph.layers if rightward else reversed(graph.layers):
            keys = {node: _mean(place, neighbours[node], place[node]) for node in members}
            members.sort(key=keys.__getitem__)
            settle(members)
        crossings = _crossings(graph, place)
        if crossings < fewest:
            best, fewest = [list(members) for members in graph.layers], crossings
    graph.layers = best


def _first_order(graph: _Graph) -> list[int]:
    """Depth first from the left, so that what belongs together starts together."""
    seen = [False] * len(graph.layer)
    order = []
    for root in sorted(range(len(graph.layer)), key=lambda node: (graph.layer[node], node)):
        stack = [root]
        while stack:
            node = stack.pop()
            if not seen[node]:
                seen[node] = True
                order.append(node)
                stack.extend(reversed(graph.after[node]))
    return order


def _crossings(graph: _Graph, place: Sequence[float]) -> int:
    """How many pairs of edges cross."""
    total = 0
    for members in graph.layers:
        passed: list[float] = []
        for node in sorted(members, key=place.__getitem__):
            targets = [place[target] for target in graph.after[node]]
            total += sum(len(passed) - bisect_right(passed, target) for target in targets)
            for target in targets:
                insort(passed, target)
    return total


def _mean(values: Sequence[float], of: Sequence[int], otherwise: float) -> float:
    return fmean([values[each] for each in of]) if of else otherwise


def _middles(graph: _Graph, heights: Sequence[float]) -> list[float]:
    """The height of each node's middle: as near to its neighbours' as the order and the gaps allow."""
    middle = [0.0] * len(graph.layer)
    weight = [4.0 if node >= graph.real else 1.0 for node in range(len(graph.layer))]  # bends want to be straight
    offsets = [_offsets(members, graph.real, heights) for members in graph.layers]
    for members, offset in zip(graph.layers, offsets):
        for node, distance in zip(members, offset):
            middle[node] = distance - offset[-1] / 2
    both = [[*before, *after] for before, after in zip(graph.before, graph.after)]
    for sweep in range(SWEEPS + 1):
        last = sweep == SWEEPS
        neighbours = both if last or sweep % 4 >= 2 else graph.before if sweep % 2 == 0 else graph.after
        backwards = sweep % 2 == 1
        for index in reversed(range(len(offsets))) if backwards else range(len(offsets)):
            members, offset = graph.layers[index], offsets[index]
            wanted = [_mean(middle, neighbours[node], middle[node]) for node in members]
            placed = _apart(wanted, offset, [weight[node] for node in members])
            for node, value in zip(members, placed):
                middle[node] = value
    return middle


def _offsets(members: Sequence[int], real: int, heights: Sequence[float]) -> list[float]:
    """How far below the first of a layer each of its nodes is at least."""
    offsets = [0.0]
    for above, below in zip(members, members[1:]):
        gap = GAP_BETWEEN_NODES if above < real and below < real else GAP_AT_BEND
        offsets.append(offsets[-1] + heights[above] / 2 + gap + heights[below] / 2)
    return offsets


def _apart(wanted: Sequence[float], offsets: Sequence[float], weights: Sequence[float]) -> list[float]:
    """The places nearest to those wanted (least squares) that keep the order and the distances: blocks
    that would overlap are merged and share their mean (isotonic regression)."""
    blocks: list[tuple[float, float, int]] = []  # mean of (wanted - offset), weight, members
    for want, offset, weight in zip(wanted, offsets, weights):
        mean, heft, size = want - offset, weight, 1
        while blocks and blocks[-1][0] >= mean:
            other, more, members = blocks.pop()
            mean, heft, size = (mean * heft + other * more) / (heft + more), heft + more, size + members
        blocks.append((mean, heft, size))
    levels = [mean for mean, _, size in blocks for _ in range(size)]
    return [level + offset for level, offset in zip(levels, offsets)]


def _columns(graph: _Graph, widths: Sequence[float], middles: Sequence[float]) -> list[tuple[float, float]]:
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
    graph: _Graph,
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


def _ports(graph: _Graph, boxes: Sequence[Box], middles: Sequence[float]) -> tuple[list[float], list[float]]:
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
