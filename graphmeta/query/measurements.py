"""Which metrics does this model have?"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from graphmeta import words
from graphmeta.model import AnyNode, Artifact
from graphmeta.query.answers.making import Metric, Metrics
from graphmeta.query.flow import Flow, Key, key_of
from graphmeta.query.nodes import display, label
from graphmeta.query.reading import Reader, given_artifact
from graphmeta.store.store import Store
from graphmeta.vocabulary import is_metric


@dataclass(frozen=True, slots=True)
class Measured:
    """A Metrics artifact that may be the model's: who measured, and which other models it may be of."""

    step: Key
    others: set[Key]


def metrics(store: Store, model: AnyNode | str) -> Metrics:
    """The measurements of a model: the numbers on the model itself, on the Metrics artifacts that the step
    that made it wrote beside it, and on those that evaluations made from it, at once or from what they
    made of it first (predict, then score).

    Versions, spans, sizes, ids and times are no measurements (`vocabulary.is_metric`). A step that makes a
    model of its own from this one measures that. Where a step took several models, its inputs and outputs
    are paired by their events' paths (the same key or the same index) or by a property of the metrics that
    names the model; where nothing pairs them the measurements are `shared_with` the other models.

    Raises:
        NotFoundError, AmbiguousNameError, InvalidArgumentError: no artifact, or several, answer to `model`.
    """
    found = given_artifact(store, model, "Model")
    reader = Reader(store, [found])
    return metrics_of(reader, found, Surroundings(reader))


def metrics_of(reader: Reader, model: Artifact, surroundings: Surroundings) -> Metrics:
    """As `metrics`, for a subject of the reader."""
    found = surroundings.found[key_of(model)]
    artifacts = [surroundings.known[key] for key in sorted(found)]
    steps = {step.id: step for step in reader.executions(each.step.id for each in found.values())}
    values = [Metric(key, value, model) for key, value in numbers_on(model)]
    for artifact in artifacts:
        each = found[key_of(artifact)]
        others = [surroundings.known[key] for key in sorted(each.others)]
        values += [Metric(key, value, artifact, steps.get(each.step.id), others) for key, value in numbers_on(artifact)]
    return Metrics(model, values, artifacts, _notes(values, artifacts))


class Surroundings:
    """The steps that made or used the subjects of a reader, and those that used what these made.

    Attributes:
        known: the models and the Metrics artifacts among what they read and made.
        found: the Metrics artifacts of each subject, by key.
    """

    def __init__(self, reader: Reader) -> None:
        self._reader = reader
        self._steps = reader.steps
        self.known = {key_of(subject): subject for subject in reader.subjects}
        self._learn(self._steps)
        # What evaluations made that is neither, as predictions, and who used that.
        between = {
            output.id
            for user in self._users()
            if not self._models(self._steps.targets(user))
            for output in self._steps.targets(user)
            if output not in self.known
        }
        users = reader.events_of_artifacts(between)
        self._further = reader.events_of_executions(
            {key.id for id in between for key in users.targets(Key("artifact", id))} - self._steps.executions()
        )
        self._learn(self._further)
        self.found = {subject: self._measurements(subject) for subject in reader.subject_keys}
        reader.executions(each.step.id for found in self.found.values() for each in found.values())

    def _measurements(self, model: Key) -> dict[Key, Measured]:
        found: dict[Key, Measured] = {}
        makers = self._steps.sources(model)
        for maker in makers:
            made = self._steps.targets(maker)
            self._measure(found, model, self._steps, maker, self._models(made), models_made=True)
        for user in self._steps.targets(model):
            if user in makers or self._models(self._steps.targets(user)):
                continue
            took = self._models(self._steps.sources(user))
            self._measure(found, model, self._steps, user, took)
            for output in self._steps.targets(user):
                for second in self._further.targets(output):
                    if not self._models(self._further.targets(second)):
                        both = dict.fromkeys([*took, *self._models(self._further.sources(second))])
                        self._measure(found, model, self._further, second, list(both))
        return found

    def _measure(
        self,
        found: dict[Key, Measured],
        model: Key,
        flow: Flow,
        step: Key,
        models: list[Key],
        models_made: bool = False,
    ) -> None:
        """Add what a step measured of the model; `models` are all those that it may have measured."""
        measured = [key for key in flow.targets(step) if self._role(key) == "Metrics"]
        for metrics_key in measured:
            owners = self._named(metrics_key, models) or _paired(flow, step, models, models_made, metrics_key, measured)
            if model in owners and metrics_key not in found:
                found[metrics_key] = Measured(step, owners - {model})

    def _named(self, metrics_key: Key, models: list[Key]) -> set[Key]:
        """The model that a property of the metrics names; none where it names none of these, or several."""
        artifact = self.known[metrics_key]
        said = {str(artifact.value(key)) for key in words.MODEL_KEYS if isinstance(artifact.value(key), (str, int))}
        named = {
            key
            for key in models
            for model in [self.known[key]]
            if said & {str(model.id), label(model), display(model), model.name or "", model.uri or ""} - {""}
        }
        return named if len(named) == 1 else set()

    def _users(self) -> Iterator[Key]:
        for subject in self._reader.subjects:
            makers = self._steps.sources(key_of(subject))
            yield from (user for user in self._steps.targets(key_of(subject)) if user not in makers)

    def _learn(self, flow: Flow) -> None:
        for artifact in self._reader.artifacts_for(("Model", "Metrics"), flow.events.artifact_ids):
            self.known[key_of(artifact)] = artifact

    def _role(self, key: Key) -> str | None:
        return self._reader.role(self.known[key]) if key in self.known else None

    def _models(self, keys: Iterable[Key]) -> list[Key]:
        return [key for key in keys if self._role(key) == "Model" or key in self._reader.subject_keys]


def _paired(
    flow: Flow, step: Key, models: list[Key], models_made: bool, metrics_key: Key, measured: list[Key]
) -> set[Key]:
    """The models that a step's Metrics artifact is of, by the paths of the events; all where they do not say."""
    if len(models) < 2:
        return set(models)
    paths = {key: flow.paths(key, step, models_made) for key in models}
    own = flow.paths(metrics_key, step, True)
    for part in (_whole, _key):
        said = {part(path) for path in own} - {None}
        same = {model for model in models if said & {part(path) for path in paths[model]}}
        if len(same) == 1:
            return same
    # By index, where there is one Metrics artifact for each model.
    indexes = {model: {_index(path) for path in paths[model]} for model in models}
    beside = [{_index(path) for path in flow.paths(key, step, True)} for key in measured]
    if all(len(each) == 1 for each in [*indexes.values(), *beside]):
        read = [each for model in models for each in indexes[model]]
        written = {each for one in beside for each in one}
        if None not in read and len(set(read)) == len(models) == len(beside) and set(read) == written:
            return {model for model in models if indexes[model] == {_index(path) for path in own}}
    return set(models)


def _whole(path: tuple[str | int, ...]) -> object:
    return path or None


def _key(path: tuple[str | int, ...]) -> object:
    return path[0] if path and isinstance(path[0], str) else None


def _index(path: tuple[str | int, ...]) -> int | None:
    return path[-1] if path and isinstance(path[-1], int) else None


def numbers_on(artifact: Artifact) -> list[tuple[str, int | float | str]]:
    """The measurements among an artifact's own properties, declared and custom, by key."""
    both = [*artifact.properties.items(), *artifact.custom_properties.items()]
    return sorted(
        ((key, value) for key, value in both if is_metric(key, value) and isinstance(value, (int, float, str))),
        key=lambda pair: pair[0],
    )


def _notes(values: list[Metric], artifacts: list[Artifact]) -> list[str]:
    notes = []
    with_numbers = {metric.artifact.id for metric in values}
    for artifact in artifacts:
        if artifact.id not in with_numbers:
            where = f"; its content is at {artifact.uri}" if artifact.uri else ""
            notes.append(f"{label(artifact)} ({artifact.type}) holds no numbers in the store{where}.")
    for shared in sorted({label(metric.artifact) for metric in values if metric.shared_with}):
        notes.append(f"{shared} was measured from several models, and nothing says which number is whose: shared.")
    seen: dict[str, set[object]] = {}
    for metric in values:
        seen.setdefault(metric.key, set()).add(metric.value)
    several = sorted(key for key, different in seen.items() if len(different) > 1)
    if several:
        notes.append(f"Measured more than once, with different results: {', '.join(several)}.")
    if not values and not artifacts:
        notes.append("No metrics are recorded: neither on the model nor on a Metrics artifact made with or from it.")
    return notes
