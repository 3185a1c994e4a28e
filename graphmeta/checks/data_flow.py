"""The data alone of what went into a model and into its evaluations: which data made which, and by which steps.

Of what a step read its Datasets are the data; where it read none, what nothing says to be something else. A Dataset
that holds several parts (TFX's Examples of `train` and `eval`) stands here once for each part.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from graphmeta import vocabulary, words
from graphmeta.checks.data_artifacts import DataArtifacts, names_of_parts
from graphmeta.checks.parting import Spot
from graphmeta.model import Execution
from graphmeta.query.flow import Flow, Key
from graphmeta.query.likeness import step_name
from graphmeta.query.reading import Reader

_Part = tuple[int, str]  # an artifact's id and the name of a part of it
_Lane = tuple[str, list[_Part], list[_Part]]  # its name, what went in, what came out


@dataclass(slots=True)
class DataFlow:
    """A graph of data and steps.

    Attributes:
        before, after: the edges, either way round, each with the id of the artifact at its end: two artifacts of the
            same bytes may be one node.
        trained, evaluated: what the steps that trained read, and those that evaluated, each with (artifact id,
            step id).
        splits: the steps that split.
        wholes: what those gave that is no part, by its name.
    """

    before: dict[Spot, dict[Spot, int]] = field(default_factory=dict)
    after: dict[Spot, dict[Spot, int]] = field(default_factory=dict)
    trained: dict[Spot, tuple[int, int]] = field(default_factory=dict)
    evaluated: dict[Spot, tuple[int, int]] = field(default_factory=dict)
    splits: set[Spot] = field(default_factory=set)
    wholes: set[Spot] = field(default_factory=set)

    def add(self, source: Spot, target: Spot, artifact: int) -> None:
        """Add an edge."""
        self.after.setdefault(source, {}).setdefault(target, artifact)
        self.before.setdefault(target, {}).setdefault(source, artifact)


class Data:
    """What is known of the artifacts and the steps of some events, as far as it decides what is data.

    Attributes:
        flow: the events.
        artifacts: what is known of the artifacts alone.
        parts: of artifacts that hold several parts, their names.
        guessed: ids of artifacts that were taken for data though no type says so.
        aside: (step id, artifact id) of what a step read for the other purpose: data to evaluate on by a step that
            trained, and the other way round.
        defaults: (step id, part) where a step of TFX's read the part that it does unless told.
        unsure: (step id, artifact id) where a step read some of the parts of an artifact, and nothing says which.
        apart: ids of steps that took several data and gave several under the same keys: whether they kept them apart
            nothing says.
    """

    def __init__(self, reader: Reader, flow: Flow, trainers: Iterable[int], evaluators: Iterable[int]) -> None:
        self.flow = flow
        self._trainers, self._evaluators = set(trainers), set(evaluators)
        self.artifacts = DataArtifacts(reader, sorted(set(flow.events.artifact_ids)))
        self.parts = self.artifacts.parts
        self._is_dataset = set(self.artifacts.datasets)
        self._steps = {step.id or 0: step for step in reader.executions(flow.executions())}
        self.guessed: set[int] = set()
        self.aside: set[tuple[int, int]] = set()
        self.defaults: set[tuple[int, str]] = set()
        self.unsure: set[tuple[int, int]] = set()
        self.apart: set[int] = set()
        purposes = self._trainers | self._evaluators
        self._inputs = {id: self._inputs_of(id) for id in self._steps}
        # What counts as data where it is all that one of them read does where another read more.
        self._is_dataset |= {id for step in purposes & self._inputs.keys() for id in self._inputs[step]} & self.guessed
        self._inputs.update((id, self._inputs_of(id)) for id in sorted(purposes & self._inputs.keys()))

    # ------------------------------------------------------------ what is known

    def _inputs_of(self, step: int) -> list[int]:
        """The data that a step read."""
        read = [key.id for key in self.flow.sources(Key("execution", step)) if key.id in self.artifacts.possible]
        data = [id for id in read if id in self._is_dataset]
        if not data:
            data = read
            self.guessed.update(read)
        if step in self._trainers:
            return self._without(step, data, words.EVALUATION_PARTS, words.TRAINING_PARTS)
        if step in self._evaluators:
            return self._without(step, data, words.TRAINING_PARTS, words.EVALUATION_PARTS)
        return data

    def _without(self, step: int, data: list[int], other: set[str], own: set[str]) -> list[int]:
        """What a step read for its own purpose: all that it read where no key says otherwise."""
        aside = {id for id in data if self._key_says(step, id, other) and not self._key_says(step, id, own)}
        if len(aside) == len(data):
            return data
        self.aside.update((step, id) for id in aside)
        return [id for id in data if id not in aside]

    def _key_says(self, step: int, artifact: int, known: set[str]) -> bool:
        paths = self.flow.paths(Key("artifact", artifact), Key("execution", step), False)
        return any(isinstance(part, str) and vocabulary.says(part, known) for path in paths for part in path)

    @property
    def missing(self) -> dict[int, list[int]]:
        """The ids of artifacts that a step read and that are not in the store, by the step's id."""
        return {
            key.id: sorted(gone)
            for key in self.flow.before
            if key.kind == "execution"
            and (gone := {each.id for each in self.flow.sources(key)} & self.artifacts.missing)
        }

    @property
    def is_unsure(self) -> bool:
        """Whether nothing says something that may matter."""
        return bool(self.unsure or self.apart or self.artifacts.places)

    # ------------------------------------------------------------ the graph

    def graph(self, *, same_content: bool, possible: bool) -> DataFlow:
        """The data with the steps between.

        Args:
            same_content: artifacts of the same bytes are one node.
            possible: also what may be, and nothing says so: that a step read every part of a thing, that it made each
                thing that it gave of everything that it took, and that what lies at one place is the same.
        """
        graph = DataFlow()
        artifacts = self.artifacts
        same = artifacts.may_be_same if possible else artifacts.same if same_content else {}
        for id, step in self._steps.items():
            read = self._spots_read(step, possible)
            made = [
                (artifact, part)
                for key in self.flow.targets(Key("execution", id))
                if (artifact := key.id) in self.artifacts.possible
                for part in self.parts.get(artifact, ("",))
            ]
            for artifact, part in read:
                self._purpose(graph, _spot(artifact, part, same), artifact, id)
            splits = self._splits(step, made)
            for lane, into, out in self._lanes(id, read, made, one=possible or splits):
                middle = Spot("execution", id, lane)
                if splits:
                    graph.splits.add(middle)
                for artifact, part in into:
                    graph.add(_spot(artifact, part, same), middle, artifact)
                for artifact, part in out:
                    if splits and not part and artifact in artifacts.wholes:
                        graph.wholes.add(_spot(artifact, part, same))
                    graph.add(middle, _spot(artifact, part, same), artifact)
        return graph

    def _purpose(self, graph: DataFlow, spot: Spot, artifact: int, step: int) -> None:
        """Note what a step read something for."""
        trains = step in self._trainers
        if (step, artifact) in self.aside:
            trains = not trains
            if trains:
                return  # an evaluation that measures the training data, too, trains on nothing
        elif not trains and step not in self._evaluators:
            return
        (graph.trained if trains else graph.evaluated).setdefault(spot, (artifact, step))

    def _spots_read(self, step: Execution, possible: bool) -> list[_Part]:
        """The data that a step read, with the parts of it."""
        id = step.id or 0
        aside = [artifact for each, artifact in sorted(self.aside) if each == id] if self.aside else []
        found: list[_Part] = []
        for artifact in [*self._inputs[id], *aside]:
            parts = self.parts.get(artifact)
            if parts is None:
                found.append((artifact, ""))
                continue
            known = self._parts_read(step, artifact, parts)
            if known is None:
                self.unsure.add((id, artifact))
                known = parts if possible else ()
            found += [(artifact, part) for part in known]
        return found

    def _parts_read(self, step: Execution, artifact: int, parts: Sequence[str]) -> Sequence[str] | None:
        """Which of the parts of an artifact a step read; None where nothing says."""
        id = step.id or 0
        paths = self.flow.paths(Key("artifact", artifact), Key("execution", id), False)
        words_of = [each for path in paths for each in path if isinstance(each, str)]
        said = [part for part in parts if any(vocabulary.says(each, {vocabulary.folded(part)}) for each in words_of)]
        if said:
            return said
        if id not in self._trainers and id not in self._evaluators:
            return parts if self._carries(id, parts) else None
        for key in words.READ_PARTS_KEYS["Train" if id in self._trainers else "Evaluate"]:
            named = [part for part in names_of_parts(step.value(key)) if part in parts]
            if named:
                return named
        default = next((part for start, part in words.READ_PARTS_DEFAULTS.items() if step.type.startswith(start)), None)
        if default not in parts:
            return None
        self.defaults.add((id, str(default)))
        return [str(default)]

    def _carries(self, step: int, parts: Sequence[str]) -> bool:
        """Whether a step gave something that holds parts of the same names: each is made of the one of its name."""
        made = self.flow.targets(Key("execution", step))
        return any(set(self.parts.get(key.id, ())) == set(parts) for key in made)

    def _splits(self, step: Execution, made: Sequence[_Part]) -> bool:
        """Whether a step splits: its name says so, or one thing that it made holds several parts that none of what it
        read held."""
        if vocabulary.says(step.type, words.SPLITS) or vocabulary.says(step_name(step), words.SPLITS):
            return True
        read = [set(self.parts.get(artifact, ())) for artifact in self._inputs[step.id or 0]]
        return any(part and set(self.parts[artifact]) not in read for artifact, part in made)

    def _lanes(self, step: int, read: list[_Part], made: list[_Part], *, one: bool) -> Iterable[_Lane]:
        """What a step did apart: by the parts that it carried on, or by the keys under which it took and gave things.

        Args:
            one: whether keys are to be left aside.
        """
        carried = {part for _, part in read if part} & {part for _, part in made if part}
        if carried:
            for lane in sorted(carried):
                yield lane, [each for each in read if each[1] in (lane, "")], [each for each in made if each[1] == lane]
            made = [each for each in made if each[1] not in carried]
            if made:
                yield "", read, made
            return
        keys = {} if one or len(made) < 2 else {each: self._purpose_of_key(step, each[0], True) for each in made}
        lanes = set(keys.values())
        own: dict[_Part, str] = {}
        if len(lanes) > 1 and "" not in lanes:
            own = {each: self._purpose_of_key(step, each[0], False) for each in read}
        if not own or not lanes <= set(own.values()):
            yield "", read, made
            return
        self.apart.add(step)
        for lane in sorted(lanes):
            into = [each for each in read if own[each] == lane or own[each] not in lanes]
            yield lane, into, [each for each in made if keys[each] == lane]

    def _purpose_of_key(self, step: int, artifact: int, output: bool) -> str:
        """What the keys of a step's input or output say that it is for: the key itself where they say neither."""
        paths = self.flow.paths(Key("artifact", artifact), Key("execution", step), output)
        keys = sorted({part for path in paths for part in path if isinstance(part, str)})
        for purpose, known in (("train", words.TRAINING_PARTS), ("test", words.EVALUATION_PARTS)):
            if any(vocabulary.says(key, known) for key in keys):
                return purpose
        return ".".join(keys)


def _spot(artifact: int, part: str, same: Mapping[int, int]) -> Spot:
    return Spot("artifact", same.get(artifact, artifact), part)
