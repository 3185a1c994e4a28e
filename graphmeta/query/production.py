"""Which run made this, with which hyperparameters?"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from graphmeta import words
from graphmeta.errors import InvalidArgumentError
from graphmeta.model import AnyNode, Artifact, Context, Execution, Properties, Type, Value
from graphmeta.query.answers.making import Origin, Params
from graphmeta.query.flow import key_of
from graphmeta.query.nodes import label
from graphmeta.query.reading import Reader, given
from graphmeta.store.store import Store
from graphmeta.vocabulary import ANNOTATION_TYPE, ENVIRONMENT_TYPE, RECORDED_EXECUTION, folded

_LONGEST_STATE = 40  # characters: a property may hold anything


@dataclass(frozen=True, slots=True)
class Producer:
    """The step that made an artifact, or None; the other steps that are said to have, by id; why."""

    execution: Execution | None
    others: tuple[Execution, ...] = ()
    notes: tuple[str, ...] = ()


def origin(store: Store, node: AnyNode | str) -> Origin:
    """The step that made a node, and the run and the other contexts that the step belongs to.

    Of several makers it is the first that completed and was not CACHED; the others are listed.

    Args:
        node: an artifact; or an execution, which is its own origin; or the name of one.

    Raises:
        NotFoundError, AmbiguousNameError: none, or several, answer to `node`.
        InvalidArgumentError: it is a context.
    """
    reader, found = subject(store, node)
    return origin_of(reader, found)


def origin_of(reader: Reader, node: Artifact | Execution) -> Origin:
    """As `origin`, for a subject of the reader or an execution."""
    made = producer(reader, node)
    if made.execution is None:
        return Origin(node, None, others=made.others, notes=made.notes)
    belongs = reader.contexts_of(made.execution)
    environment = next((context for context in belongs if context.type == ENVIRONMENT_TYPE), None)
    run = next((context for context in belongs if is_run(context)), None)
    above = [] if run is None else reader.parents_of(run)
    experiment = experiment_among(above, belongs)
    named = [each.id for each in (environment, run, experiment) if each is not None]
    notes = list(made.notes)
    if run is None:
        notes.append(f"{label(made.execution)} belongs to no context that is a run.")
    return Origin(
        node,
        made.execution,
        run=run,
        experiment=experiment,
        environment=environment,
        contexts=[context for context in belongs if context.id not in named],
        others=made.others,
        notes=notes,
    )


def params(store: Store, model: AnyNode | str) -> Params:
    """The hyperparameters of a model: the properties, declared and custom, of the step that made it.

    What the recorder itself notes of a step (`vocabulary.RECORDED_EXECUTION`) is left out; what other
    systems note of theirs comes last and is listed as `bookkeeping`.

    Args:
        model: an artifact; or an execution, for its own; or the name of one.

    Raises:
        NotFoundError, AmbiguousNameError: none, or several, answer to `model`.
        InvalidArgumentError: it is a context.
    """
    reader, found = subject(store, model)
    return params_of(reader, found)


def params_of(reader: Reader, model: Artifact | Execution) -> Params:
    """As `params`, for a subject of the reader or an execution."""
    made = producer(reader, model)
    if made.execution is None:
        return Params(model, None, notes=made.notes)
    values = _properties(made.execution, reader.types.get(made.execution.type_id or 0))
    bookkeeping = sorted(key for key in values if _is_bookkeeping(key))
    chosen = sorted(set(values) - set(bookkeeping))
    notes = list(made.notes)
    if reader.role(made.execution) == "Deploy" and isinstance(model, Artifact):
        notes.append(f"{label(made.execution)} deployed a model and did not train it: ask about its input as well.")
    if not chosen:
        notes.append(f"{label(made.execution)}, which made it, has no parameters recorded.")
    ordered = {key: values[key] for key in [*chosen, *bookkeeping]}
    return Params(model, made.execution, ordered, bookkeeping, notes)


def producer(reader: Reader, node: Artifact | Execution) -> Producer:
    """The step that made a subject of the reader: the first that completed and was not cached, else the
    first that was not cached. An execution is its own producer."""
    if isinstance(node, Execution):
        return Producer(node)
    order = [key.id for key in reader.touching.sources(key_of(node))]
    makers = {maker.id: maker for maker in reader.makers}
    ranked = sorted((makers[id] for id in order if id in makers), key=_rank)
    if not ranked:
        return Producer(None, notes=(f"No step in this store made {label(node)}: it was not recorded.",))
    first = ranked[0]
    notes = []
    if is_cached(first):
        original = cached_from(reader, first)
        if original is not None:
            ranked.insert(0, original)
            first = original
            notes.append(f"Only cached steps are recorded as its makers; {label(first)} is the one they name.")
        else:
            notes.append("Only cached steps are recorded as its makers; the one that ran is not in this store.")
    elif state_of(first) in ("FAILED", "CANCELED"):
        notes.append(f"{label(first)}, which made it, did not complete: {state_of(first)}.")
    ran = [maker for maker in ranked[1:] if not is_cached(maker) and _rank(maker) == _rank(first)]
    if ran:
        notes.append(f"{len(ran)} more made it again; {label(first)} was the first.")
    return Producer(first, tuple(sorted(ranked[1:], key=lambda each: each.id or 0)), tuple(notes))


def first_maker(makers: Sequence[Execution]) -> Execution | None:
    """Of the steps that are said to have made a thing, in the order of their events, the likeliest: the first that
    completed and was not cached, else the first that was not cached."""
    return min(makers, key=_rank, default=None)


def state_of(execution: Execution) -> str:
    """How a step ended, as one of MLMD's states: its own, unless a property says more than it does. Kale and
    older TFX keep the state there ("complete", "cached"), and Kale leaves its own RUNNING for ever."""
    said = execution.value("kubeflow-kale.org/state") or execution.value("state")
    word = state_word(said) if isinstance(said, str) else ""
    if execution.state in (None, "UNKNOWN", "NEW", "RUNNING") and word in ("COMPLETE", "FAILED", "CACHED", "CANCELED"):
        return word
    return execution.state or "UNKNOWN"


def state_word(said: str) -> str:
    """A state as a property says it, as one of MLMD's words where it is one."""
    word = said[:_LONGEST_STATE].upper()
    return {"CANCELLED": "CANCELED", "SUCCEEDED": "COMPLETE", "COMPLETED": "COMPLETE"}.get(word, word)


def is_cached(execution: Execution) -> bool:
    """Whether the step did not run, and its outputs are those of an earlier one."""
    return state_of(execution) == "CACHED" or bool(execution.value("cached_execution_id"))


def _rank(execution: Execution) -> int:
    """Lower is likelier to be the step that made a thing."""
    if is_cached(execution):
        return 3
    return {"COMPLETE": 0, "FAILED": 2, "CANCELED": 2}.get(state_of(execution), 1)


def cached_from(reader: Reader, execution: Execution) -> Execution | None:
    """The execution that ran, whose outputs a cached one of Kubeflow Pipelines took, maybe through others."""
    seen: set[int | None] = set()
    while is_cached(execution):
        seen.add(execution.id)
        said = str(execution.value("cached_execution_id") or "")
        found = reader.executions([int(said)]) if said.isascii() and said.isdecimal() and len(said) < 19 else []
        if not found or found[0].id in seen:
            return None
        execution = found[0]
    return execution


def subject(store: Store, node: AnyNode | str) -> tuple[Reader, Artifact | Execution]:
    """The node that a question about making is about, and a reader for it."""
    found = given(store, node, ("artifact", "execution"), "Model")
    if isinstance(found, Context):
        raise InvalidArgumentError(
            f"{label(found)} is a context; steps make artifacts, as Model:churn. `graphmeta show {label(found)}` "
            "lists what belongs to it."
        )
    return Reader(store, [found] if isinstance(found, Artifact) else []), found


def _properties(execution: Execution, type: Type | None) -> Properties:
    """Declared and custom properties in one: what the recorder writes of its own accord left out, and a
    custom property whose key is declared too told apart."""
    declared = execution.properties
    if type is not None and RECORDED_EXECUTION.items() <= type.properties.items():
        declared = {key: value for key, value in declared.items() if key not in RECORDED_EXECUTION}
    values: dict[str, Value] = dict(declared)
    for key, value in execution.custom_properties.items():
        values[f"{key} (custom)" if key in declared else key] = value
    return values


def _is_bookkeeping(key: str) -> bool:
    return key in words.BOOKKEEPING or key.startswith(tuple(words.BOOKKEEPING_PREFIXES))


def is_run(context: Context) -> bool:
    """Whether a context is a run, by the last word of its type's name."""
    return says_run(context.type)


def says_run(type_name: str) -> bool:
    """Whether contexts of a type are runs."""
    return _last_word(type_name) in words.RUN_TYPES


def experiment_among(above: Sequence[Context], belongs: Sequence[Context]) -> Context | None:
    """What a run is part of: an experiment or a pipeline.

    Args:
        above: its parents; one of them it is in any case.
        belongs: the contexts that its steps belong to, where no link says more.
    """
    said = (each for each in [*above, *belongs] if _last_word(each.type) in words.EXPERIMENT_TYPES)
    return next(said, above[0] if above else None)


def is_bookkeeping(type_name: str) -> bool:
    """Whether contexts of a type say nothing to people in a list: what a step ran in, which the recorder keeps beside
    it, annotations, which are shown with their nodes, and what pipeline systems write for themselves."""
    return type_name in (ENVIRONMENT_TYPE, ANNOTATION_TYPE) or _last_word(type_name) in words.BOOKKEEPING_TYPES


def _last_word(type_name: str) -> str:
    """`pipelinerun` of `system.PipelineRun` and of `pipeline_run`."""
    return folded(type_name.replace("/", ".").rsplit(".", 1)[-1])
