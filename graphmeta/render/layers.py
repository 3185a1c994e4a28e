"""Layers of a directed graph from left to right, and the order within each: which node comes where.

Edges that close a cycle are turned round; every node gets a layer to the right of all that it follows; an
edge across several layers passes a bend in each of them; the order within a layer is what crosses least
out of a few sweeps. Everything is decided by the order of the input.
"""

from __future__ import annotations

from bisect import bisect_right, insort
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from graphmeta.render import patience

SWEEPS = 12


@dataclass(slots=True)
class Layered:
    """The layered graph: real nodes first, then the bends of long edges."""

    real: int
    layer: list[int]
    layers: list[list[int]]
    chains: list[list[int]]  # an edge's nodes from left to right, its bends among them
    before: list[list[int]]
    after: list[list[int]]


def closing(count: int, edges: Sequence[tuple[int, int]]) -> list[bool]:
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
            number = next(rest, -1)
            if number < 0:
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


def layers_of(count: int, edges: Sequence[tuple[int, int]]) -> list[int]:
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


def bends(count: int, edges: Sequence[tuple[int, int]]) -> int:
    """How many bends the drawing of a graph would have: most of its time and of its size, where edges are long."""
    forward = turned(edges, closing(count, edges))
    layer = layers_of(count, forward)
    return sum(layer[target] - layer[source] - 1 for source, target in forward)


def turned(edges: Sequence[tuple[int, int]], backward: Sequence[bool]) -> list[tuple[int, int]]:
    """The edges, those that lead back turned round."""
    return [(b, a) if back else (a, b) for (a, b), back in zip(edges, backward, strict=True)]


def with_bends(layer: list[int], edges: Sequence[tuple[int, int]]) -> Layered:
    real = len(layer)
    layer = list(layer)
    chains = []
    for source, target in edges:
        chain = [source]
        for between in range(layer[source] + 1, layer[target]):
            chain.append(len(layer))
            layer.append(between)
        chains.append([*chain, target])
    graph = Layered(real, layer, [[] for _ in range(max(layer, default=-1) + 1)], chains, [], [])
    graph.before = [[] for _ in layer]
    graph.after = [[] for _ in layer]
    for chain in chains:
        for left, right in pairwise(chain):
            graph.after[left].append(right)
            graph.before[right].append(left)
    return graph


def order(graph: Layered) -> None:
    """Order the layers so that few edges cross: nodes stand at the mean place of their neighbours, swept
    to and fro; the best of all sweeps stays.

    Raises:
        ReadGivenUpError: see `patience.check`.
    """
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
        patience.check()
        if not fewest:
            break
        rightward = sweep % 2 == 0
        neighbours = graph.before if rightward else graph.after
        for members in graph.layers if rightward else reversed(graph.layers):
            keys = {node: mean(place, neighbours[node], place[node]) for node in members}
            members.sort(key=keys.__getitem__)
            settle(members)
        crossings = _crossings(graph, place)
        if crossings < fewest:
            best, fewest = [list(members) for members in graph.layers], crossings
    graph.layers = best


def _first_order(graph: Layered) -> list[int]:
    """Depth first from the left, so that what belongs together starts together."""
    seen = [False] * len(graph.layer)
    found = []
    for root in sorted(range(len(graph.layer)), key=lambda node: (graph.layer[node], node)):
        stack = [root]
        while stack:
            node = stack.pop()
            if not seen[node]:
                seen[node] = True
                found.append(node)
                stack.extend(reversed(graph.after[node]))
    return found


def _crossings(graph: Layered, place: Sequence[float]) -> int:
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


def mean(values: Sequence[float], of: Sequence[int], otherwise: float) -> float:
    """The mean of some of the values; `otherwise` where there are none."""
    if not of:
        return otherwise
    return values[of[0]] if len(of) == 1 else sum([values[each] for each in of]) / len(of)
