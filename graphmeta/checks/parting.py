"""Where the ways to what a model was trained on and to what it was evaluated on part: the one place where it is
decided what a leak is, on a graph of data and steps alone.

All of it is linear in the graph: nothing is enumerated but nodes and edges.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

import networkx


class Spot(NamedTuple):
    """A node of the graph: an artifact or a step, or a part of one.

    Attributes:
        kind: "artifact" or "execution".
        part: of an artifact that holds several parts, which; of a step that does several things apart, which; else "".
    """

    kind: str
    id: int
    part: str = ""


Steps = Mapping[Spot, Mapping[Spot, object]]


@dataclass(frozen=True, slots=True)
class Leak:
    """How something that was evaluated on is no stranger to the training.

    Attributes:
        evaluated: the data that an evaluation took.
        to_training: the way from where the two ways part, or from the data itself, to what was trained on.
        to_evaluation: the way from there to the data; only itself where it, or what came of it, was trained on.
        beside_split: whether both ways pass a step that also took what a split had given: a table that was joined to
            both parts, or one step over both, may give nothing away.
    """

    evaluated: Spot
    to_training: Sequence[Spot]
    to_evaluation: Sequence[Spot]
    beside_split: bool = False

    @property
    def trained_on(self) -> bool:
        """Whether the data itself, or what was made of it, was trained on."""
        return len(self.to_evaluation) == 1


@dataclass(frozen=True, slots=True)
class Parting:
    """What came out.

    Attributes:
        leaks: one for each data that leaks, the shortest ways.
        splits: the steps that make it right that others share an ancestor with the training.
        overlapping: those of them of which nothing says that what they gave does not overlap: several that each split
            the same, and what gave the whole beside its parts.
    """

    leaks: Sequence[Leak] = ()
    splits: Sequence[Spot] = ()
    overlapping: Sequence[Spot] = ()


def parting(
    before: Steps,
    after: Steps,
    trained: Collection[Spot],
    evaluated: Collection[Spot],
    splits: Collection[Spot],
    *,
    wholes: Collection[Spot] = (),
    strict: bool = False,
) -> Parting:
    """Which of the data that a model was evaluated on leaks.

    It leaks where it, or what was made of it, was trained on. And it leaks where it has an ancestor in common with what
    was trained on, or came of that itself, and the ways to the two part at a step that does not split, or at two
    readers of one thing that are not both splits.

    Args:
        before: artifacts and steps, each with what it was made from at once.
        after: the same edges the other way round.
        trained, evaluated: artifacts.
        splits: the steps that split.
        wholes: what a split gave that is no part, by its name.
        strict: count as a leak what is one where splits overlap.
    """
    to_training = _toward(before, trained)
    taken = [Leak(each, _along(to_training, each), [each]) for each in sorted(evaluated) if each in to_training]
    others = {each for each in evaluated if each not in to_training}
    above = _toward(before, others)
    common = to_training.keys() & above.keys()
    scene = _Scene(before, after, set(trained), to_training, above, common, set(splits), set(wholes), strict)
    scene.look()
    return Parting([*taken, *scene.leaks(sorted(others))], sorted(scene.used), sorted(scene.overlapping))


def _toward(before: Steps, ends: Iterable[Spot]) -> dict[Spot, Spot | None]:
    """Everything that leads to one of the ends, with the next node on a shortest way there."""
    found: dict[Spot, Spot | None] = dict.fromkeys(sorted(ends))
    waiting = deque(found)
    while waiting:
        node = waiting.popleft()
        for other in before.get(node, ()):
            if other not in found:
                found[other] = node
                waiting.append(other)
    return found


def _along(toward: Mapping[Spot, Spot | None], start: Spot) -> list[Spot]:
    """The way from a node to the nearest end."""
    way = [start]
    while (following := toward[way[-1]]) is not None:
        way.append(following)
    return way


class _Branch(NamedTuple):
    """How one gets from where ways part to the first artifact of a branch: (artifact, step, artifact)."""

    origin: Spot
    step: Spot
    first: Spot


@dataclass(slots=True)
class _Scene:
    before: Steps
    after: Steps
    trained: set[Spot]
    to_training: Mapping[Spot, Spot | None]
    above: Mapping[Spot, Spot | None]
    common: Collection[Spot]
    splits: set[Spot]
    wholes: set[Spot]
    strict: bool
    used: set[Spot] = field(default_factory=set)
    overlapping: set[Spot] = field(default_factory=set)
    parts: set[Spot] = field(default_factory=set)  # all that came of the splits in `used`
    # The branches toward evaluation that leak, by their first artifact, each with the way to training it parted from.
    wrong: dict[Spot, tuple[_Branch, list[Spot]]] = field(default_factory=dict)

    def look(self) -> None:
        """Look at every place where ways may part. What lies on one circle came of one another, and is one place."""
        graph: networkx.DiGraph = networkx.DiGraph()
        graph.add_nodes_from(sorted(self.common))
        graph.add_edges_from(
            (node, other) for node in self.common for other in self.after.get(node, ()) if other in self.common
        )
        for circle in networkx.strongly_connected_components(graph):
            self._at_artifacts(sorted(each for each in circle if each.kind == "artifact"), circle)
            for step in sorted(each for each in circle if each.kind == "execution"):
                self._at_step(step, circle)
        self.parts = {*_toward(self.after, self.used)} - self.used

    def _at_artifacts(self, artifacts: Sequence[Spot], circle: Collection[Spot]) -> None:
        """Readers of one artifact, or of those on one circle."""
        branches = [
            _Branch(artifact, step, made)
            for artifact in artifacts
            for step in self.after.get(artifact, ())
            for made in self.after.get(step, ())
            if made not in circle
        ]
        toward_training = {each.step: each for each in branches if each.first in self.to_training}
        toward_evaluation = [each for each in branches if each.first in self.above]
        itself = next((each for each in artifacts if each in self.trained), None)
        no_splits = [each for step, each in toward_training.items() if step not in self.splits]
        for branch in toward_evaluation:
            if itself is not None:
                self._is_wrong(branch, _along(self.to_training, branch.origin))
                continue
            # Of two splits of one thing nothing is known to be in both, and nothing to be in one alone.
            splits = branch.step in self.splits and not self.strict
            others = no_splits[:2] if splits else [*toward_training.values()][:2]
            other = next((each for each in others if each.step != branch.step), None)
            if other is not None:
                self._is_wrong(branch, [other.origin, other.step, *_along(self.to_training, other.first)])
            elif toward_training.keys() - {branch.step}:
                self.used.update([branch.step, *toward_training])
                self.overlapping.update([branch.step, *toward_training])

    def _at_step(self, step: Spot, circle: Collection[Spot]) -> None:
        """Outputs of one step."""
        origin = next(iter(sorted(self.before.get(step, ()))), None)
        if origin is None:
            return  # it made them of nothing that is known
        made = sorted(each for each in self.after.get(step, ()) if each not in circle)
        toward_training = [each for each in made if each in self.to_training]
        for first in made:
            other = next((each for each in toward_training if each != first), None)
            if first not in self.above or other is None:
                continue
            whole = not self.wholes.isdisjoint((first, other))
            if step in self.splits and not (self.strict and whole):
                self.used.add(step)
                self.overlapping.update([step] if whole else [])
            else:
                self._is_wrong(_Branch(origin, step, first), [origin, step, *_along(self.to_training, other)])

    def _is_wrong(self, branch: _Branch, to_training: list[Spot]) -> None:
        known = self.wrong.get(branch.first)
        if known is None or len(to_training) < len(known[1]):
            self.wrong[branch.first] = (branch, to_training)

    def leaks(self, evaluated: Iterable[Spot]) -> list[Leak]:
        """What of the data lies on a branch that leaks, with the shortest way from where it parted."""
        previous: dict[Spot, Spot | None] = dict.fromkeys(sorted(self.wrong))
        waiting = deque(previous)
        while waiting:
            node = waiting.popleft()
            for other in self.after.get(node, ()):
                if other in self.above and other not in previous:
                    previous[other] = node
                    waiting.append(other)
        found = []
        for each in evaluated:
            if each in previous:
                way = _along(previous, each)
                branch, to_training = self.wrong[way[-1]]
                to_evaluation = [branch.origin, branch.step, *reversed(way)]
                beside = self._is_beside_split(to_training) and self._is_beside_split(to_evaluation)
                found.append(Leak(each, to_training, to_evaluation, beside))
        return found

    def _is_beside_split(self, way: Sequence[Spot]) -> bool:
        """Whether a step of a way took something else that a split had given, or that came of it."""
        steps = [spot for spot in way if spot.kind == "execution" and spot not in self.splits]
        return any(other in self.parts and other not in way for step in steps for other in self.before.get(step, ()))
