"""Which nodes of a graph are alike, so that one may stand for all of them: the 140 trainings of one dataset.

Nodes are alike that belong to one family and whose neighbours are the same or alike, and theirs, and so on (the
coarsest stable partition, or bisimulation). So a folded picture has an edge exactly where the whole one has edges, and
no cycle that the whole one has not.
"""

from __future__ import annotations

import re
from collections.abc import Hashable, Iterable, Mapping, Sequence

from graphmeta.render import patience

FEWEST = 3  # two that are alike are drawn as two

# What tells repetitions of one thing apart: a version, a counter, a date, a digest, a UUID.
_VERSION = re.compile(r"@\d+$")
_COUNTED = re.compile(
    r"[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}|\b(?=[a-f]*\d)[0-9a-f]{7,}\b|\d+(?:[-_.:T]?\d+)*"
)


def family(name: str) -> str:
    """A name without what tells repetitions apart: `churn` of `churn@3`, `shard-…` of `shard-0017`."""
    return _COUNTED.sub("…", _VERSION.sub("", name[:1000])) or name


def classes(families: Sequence[Hashable], edges: Sequence[tuple[int, int]]) -> list[list[int]]:
    """The nodes that can share a vertex. Those of one vertex have edges from and to the same vertices.

    Args:
        families: of each node; nodes of different ones never share.
        edges: (source, target) as indices of `families`, each once.

    Returns:
        the members of each class of at least `FEWEST`, ascending, without an edge between two of them. The time
        is about proportional to the number of edges, times the logarithm of that of nodes.

    Raises:
        ReadGivenUpError: see `patience.check`.
    """
    partition = _Partition(families, edges)
    news: Mapping[int, Iterable[int]] = dict(enumerate(partition.counts))  # at first, all is new
    within: Sequence[tuple[int, int]] = edges
    while news:
        while news:
            patience.check()
            news = partition.noted(partition.split(news))
        news = partition.noted(partition.scatter(within))
        within = ()  # parts of a class without an edge inside have none either
    return [sorted(members) for members in partition.members if len(members) >= FEWEST]


class _Partition:
    """Classes of nodes that are split by the classes of their neighbours until nothing changes; the largest part
    of a class keeps its name, so that every node changes class a few times only.

    Attributes:
        owner: each node's class.
        members: each class's nodes.
        beside: each node's neighbours, with 1 where the node lies before them.
        changed: the classes that came to be or lost members since `scatter` last looked.
        counts: how many neighbours each node has of each class at each side; only kept for nodes that are not alone.
    """

    def __init__(self, families: Sequence[Hashable], edges: Sequence[tuple[int, int]]) -> None:
        first: dict[Hashable, int] = {}
        self.owner = [first.setdefault(each, len(first)) for each in families]
        self.members: list[dict[int, None]] = [{} for _ in first]
        for node, name in enumerate(self.owner):
            self.members[name][node] = None
        self.changed = dict.fromkeys(range(len(self.members)))
        self.beside: list[list[tuple[int, int]]] = [[] for _ in families]
        self.counts: list[dict[int, int]] = [{} for _ in families]
        for source, target in edges:
            self.beside[source].append((target, 1))
            self.beside[target].append((source, 0))
        for node, neighbours in enumerate(self.beside):
            for other, before in neighbours:
                side = 2 * self.owner[node] + before
                self.counts[other][side] = self.counts[other].get(side, 0) + 1

    def noted(self, moved: Iterable[tuple[int, int]]) -> dict[int, set[int]]:
        """What is new about the neighbours of nodes that moved from an old class to the one that owns them now."""
        owner, members, counts = self.owner, self.members, self.counts
        news: dict[int, set[int]] = {}
        for node, old in moved:
            new = owner[node]
            for other, before in self.beside[node]:
                if len(members[owner[other]]) == 1:  # cannot be split, so nobody asks what is new about it
                    continue
                count, found = counts[other], news.setdefault(other, set())
                came, went = 2 * new + before, 2 * old + before
                count[came] = count.get(came, 0) + 1
                found.add(came)
                count[went] -= 1
                if not count[went]:
                    del count[went]
                    found.add(~went)  # none of that class is left there
        return news

    def split(self, news: Mapping[int, Iterable[int]]) -> list[tuple[int, int]]:
        """Split each class by what is new about its members; gives (node, its old class) of those that moved."""
        parts: dict[int, dict[frozenset[int], list[int]]] = {}
        for node, found in news.items():
            parts.setdefault(self.owner[node], {}).setdefault(frozenset(found), []).append(node)
        moved: list[tuple[int, int]] = []
        for name, groups in parts.items():
            apart = list(groups.values())
            rest = len(self.members[name]) - sum(map(len, apart))
            largest = max(apart, key=len)
            if rest < len(largest):
                if rest:
                    told = {node for group in apart for node in group}
                    apart.append([node for node in self.members[name] if node not in told])
                apart.remove(largest)
            for group in apart:
                moved.extend(self._move(group, name))
        return moved

    def scatter(self, edges: Iterable[tuple[int, int]]) -> list[tuple[int, int]]:
        """Take apart what is not to be folded: the classes of too few, and those that an edge of their own would
        get lost in."""
        looped = {self.owner[source] for source, target in edges if self.owner[source] == self.owner[target]}
        moved: list[tuple[int, int]] = []
        changed, self.changed = self.changed, {}
        for name in changed:
            if 1 < len(self.members[name]) < FEWEST or name in looped:
                for node in list(self.members[name])[1:]:
                    moved.extend(self._move([node], name))
        return moved

    def _move(self, group: Sequence[int], old: int) -> list[tuple[int, int]]:
        for node in group:
            del self.members[old][node]
            self.owner[node] = len(self.members)
        self.changed.update({old: None, len(self.members): None})
        self.members.append(dict.fromkeys(group))
        return [(node, old) for node in group]
