"""How do models compare, and everything about one of them at once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from graphmeta import words
from graphmeta.errors import InvalidArgumentError
from graphmeta.model import AnyNode, Artifact, Value
from graphmeta.query.answers.making import Environment, Metrics, Origin, Params
from graphmeta.query.answers.several import SECTIONS, Comparison, ComparisonRow, Explanation, Section
from graphmeta.query.answers.uses import Datasets
from graphmeta.query.descent import siblings_of
from graphmeta.query.equality import exact, leaves
from graphmeta.query.inputs import datasets_of
from graphmeta.query.measurements import Surroundings, metrics_of
from graphmeta.query.nodes import display, label
from graphmeta.query.production import origin_of, params_of, state_of
from graphmeta.query.reading import Reader, given_artifact
from graphmeta.query.software import environment_of
from graphmeta.query.versions import version_before, versions
from graphmeta.store.store import Store

_RUN_KEYS = ("user", "host", "command")

Answers = tuple[Datasets, Params, Metrics, Origin, Environment]


def compare(store: Store, nodes: Sequence[AnyNode | str], *, most: int | None = None) -> Comparison:
    """Models side by side: parameters, metrics, datasets, code, environment and run.

    Structs are compared key by key (`inputs.lr`). A dataset's key is its name without the version, its
    value the name with it.

    Args:
        nodes: two artifacts or more, or their names.
        most: of all that they were made from, look at so many nodes, those nearest; a note says that there are more.
            None for all.

    Raises:
        InvalidArgumentError: fewer than two, or one that is no artifact.
        NotFoundError, AmbiguousNameError: none, or several, answer to one of them.
    """
    if len(nodes) < 2:
        raise InvalidArgumentError(
            f"A comparison is of two models or more, and {len(nodes)} {'was' if len(nodes) == 1 else 'were'} given. "
            "Name them all, as Model:churn@2 Model:churn@3."
        )
    found = [given_artifact(store, node, "Model") for node in nodes]
    reader = Reader(store, found, most)
    surroundings = Surroundings(reader)
    answer = comparison_of(found, [_answers(reader, model, surroundings) for model in found])
    return replace(answer, notes=[*answer.notes, *reader.notes])


def explain(store: Store, model: AnyNode | str) -> Explanation:
    """The seven questions about a model, its siblings, and how it compares with the version before it.

    Raises:
        NotFoundError, AmbiguousNameError, InvalidArgumentError: no artifact, or several, answer to `model`.
    """
    found = given_artifact(store, model, "Model")
    before = version_before(found, versions(store, found))
    subjects = [found] if before is None else [before, found]
    reader = Reader(store, subjects)
    surroundings = Surroundings(reader)
    answers = [_answers(reader, each, surroundings) for each in subjects]
    used, chosen, measured, made, software = answers[-1]
    return Explanation(
        found,
        datasets=used,
        params=chosen,
        metrics=measured,
        origin=made,
        environment=software,
        siblings=siblings_of(reader, found, used),
        comparison=None if before is None else comparison_of(subjects, answers),
    )


def comparison_of(nodes: Sequence[Artifact], answers: Sequence[Answers]) -> Comparison:
    """Answers about some models, side by side."""
    columns = [_column(*each) for each in answers]
    rows = []
    for section in SECTIONS:
        keys = dict.fromkeys(key for column in columns for key in column[section])
        for key in keys:
            values = [column[section].get(key) for column in columns]
            rows.append(ComparisonRow(section, key, values, differs=len({exact(value) for value in values}) > 1))
    notes = [f"{label(node)}: {note}" for node, each in zip(nodes, answers, strict=True) for note in _doubts(each)]
    return Comparison(nodes, rows, notes)


def _answers(reader: Reader, model: Artifact, surroundings: Surroundings) -> Answers:
    made = origin_of(reader, model)
    return (
        datasets_of(reader, model),
        params_of(reader, model),
        metrics_of(reader, model, surroundings),
        made,
        environment_of(reader, model, made),
    )


def _column(
    used: Datasets, chosen: Params, measured: Metrics, made: Origin, software: Environment
) -> dict[Section, dict[str, Value]]:
    """What there is to compare of one model, by section and key."""
    execution = made.execution
    code = {key: execution.value(key) for key in sorted(words.CODE_KEYS)} if execution is not None else {}
    found: dict[Section, dict[str, Value | None]] = {
        "params": {
            path: value
            for key, value in chosen.params.items()
            if key not in words.CODE_KEYS
            for path, value in leaves(key, value)
        },
        "metrics": dict(sorted(measured.by_key().items())),
        "datasets": _versions(used),
        "code": code,
        "environment": {
            **software.details,
            **{each.name: each.version for each in [*software.frameworks, *software.packages]},
        },
        "run": _run(made),
    }
    return {name: {k: v for k, v in values.items() if v is not None} for name, values in found.items()}


def _versions(used: Datasets) -> dict[str, Value | None]:
    """Which version of each dataset a model came of."""
    found: dict[str, list[str]] = {}
    for use in used.uses:
        found.setdefault(display(use.dataset), []).append(label(use.dataset))
    return {name: ", ".join(sorted(labels)) for name, labels in found.items()}


def _run(made: Origin) -> dict[str, Value | None]:
    execution, run = made.execution, made.run
    found: dict[str, Value | None] = {
        "run": None if run is None else label(run),
        "experiment": None if made.experiment is None else label(made.experiment),
        "step": None if execution is None else display(execution),
        "state": None if execution is None else state_of(execution),
        "made": None if execution is None else execution.created,
    }
    if run is not None:
        found.update((key, run.value(key)) for key in _RUN_KEYS)
    return found


def _doubts(answers: Answers) -> list[str]:
    """The notes of the single answers, each once."""
    return list(dict.fromkeys(note for answer in answers for note in answer.notes))
