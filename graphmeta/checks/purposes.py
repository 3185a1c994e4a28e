"""Which steps a model learned in, and which evaluated it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from graphmeta.model import Artifact, node_id
from graphmeta.query.flow import Flow, Key, key_of, union
from graphmeta.query.measurements import Surroundings
from graphmeta.query.production import state_of
from graphmeta.query.reading import Reader
from graphmeta.store.store import Store


@dataclass(frozen=True, slots=True)
class Purposes:
    """What is known of a model's training and evaluation.

    Attributes:
        reader: what was read.
        flow: everything that the model and the evaluations came of, and what the evaluations gave.
        forms: the model, and those that were deployed as it.
        trainers: ids of the steps that learned: the model's own, and those of the models that it builds on.
        evaluators: ids of the steps that evaluated it.
    """

    reader: Reader
    flow: Flow
    forms: Sequence[Artifact]
    trainers: Sequence[int]
    evaluators: Sequence[int]


def purposes(store: Store, model: Artifact, most: int | None) -> Purposes:
    """The steps that a model learned in, and those that evaluated it.

    A step learned where its role is Train or it made a model of the model's making, and neither evaluated nor
    deployed one. A step evaluated where its role is Evaluate and it took the model and did not fail, or where it
    measured it and did not make it.

    Args:
        most: of what each came of look at so many nodes, those nearest; None for all.
    """
    forms = _forms(store, model)
    reader = Reader(store, forms, most)
    flow = reader.ancestry
    trainers = _trainers(reader, flow, forms)
    evaluators = _evaluators(reader, forms)
    if not evaluators:
        return Purposes(reader, flow, forms, trainers, [])
    above = reader.walk("upstream", evaluators, "execution")
    given = reader.work_of(evaluators)  # a step that trains on what an evaluation gave is in the ancestry already
    return Purposes(reader, Flow(union([flow.events, above.events, given.events])), forms, trainers, evaluators)


def _forms(store: Store, model: Artifact) -> list[Artifact]:
    """The model, and where it is what a deployment gave, the models that this took."""
    forms = {node_id(model): model}
    waiting = [model]
    while waiting:
        reader = Reader(store, waiting)
        deployed = [step for step in reader.makers if reader.role(step) == "Deploy"]
        took = {key.id for step in deployed for key in reader.steps.sources(key_of(step))} - forms.keys()
        waiting = reader.artifacts_for(("Model",), took) if took else []
        forms.update((node_id(each), each) for each in waiting)
    return list(forms.values())


def _trainers(reader: Reader, flow: Flow, forms: Sequence[Artifact]) -> list[int]:
    models = {*map(key_of, forms)}
    models.update(key_of(each) for each in reader.artifacts_for(("Model",), set(flow.events.artifact_ids)))
    made = {maker for each in models for maker in flow.sources(each)}
    # (The ancestry holds events of what evaluations of a model gave, where that went into it.)
    above = flow.upstream(map(key_of, forms)).distance
    steps = reader.executions(key.id for key in above if key.kind == "execution")
    return [
        node_id(step)
        for step in steps
        if (role := reader.role(step)) == "Train" or (key_of(step) in made and role not in ("Evaluate", "Deploy"))
    ]


def _evaluators(reader: Reader, forms: Sequence[Artifact]) -> list[int]:
    makers = {node_id(step) for step in reader.makers if reader.role(step) != "Evaluate"}
    users = {key.id for form in forms for key in reader.touching.targets(key_of(form))}
    found = {
        node_id(step)
        for step in reader.executions(users)
        if reader.role(step) == "Evaluate"
        and (state_of(step) not in ("FAILED", "CANCELED") or reader.steps.targets(Key("execution", node_id(step))))
    }
    measured = Surroundings(reader).found
    found.update(each.step.id for form in forms for each in measured[key_of(form)].values())
    return sorted(found - makers)
