"""Runs: which there are, how each came out, and what came of it. Read for all of a page at once, a bounded part."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from graphmeta.backends.as_of import AsOfBackend
from graphmeta.backends.predicates import Compare, Field, OneOf, Predicate
from graphmeta.backends.requests import MembershipQuery, ParentQuery
from graphmeta.backends.rows import EventColumns
from graphmeta.model import Artifact, Context, Execution, Type, node_id
from graphmeta.query.listing import Wanted, part
from graphmeta.query.lookup import nodes_with_ids
from graphmeta.query.measurements import numbers_on
from graphmeta.query.production import experiment_among, is_run, says_run, state_of, state_word
from graphmeta.query.reading import Reader
from graphmeta.query.timing import GOING, Timed, moment, timed
from graphmeta.store.store import Store

STATES = ("RUNNING", "COMPLETE", "FAILED", "CANCELED")
LOOKED_THROUGH = 2_000  # runs, for those in a state: what that is only their steps say
_AT_ONCE = 200
_MOST_STEPS = 2_000  # of some runs together, and of a context whose runs only its steps know
_MOST_CONTEXTS = 2_000
_MADE = ("OUTPUT", "DECLARED_OUTPUT")


@dataclass(slots=True)
class Outcome:
    """A run, and what came of it.

    Attributes:
        state: what the run says, else what its steps say; None where neither does.
        began, ended: milliseconds since the epoch; None where nothing says, and `ended` of one that still runs.
        steps: how many there are.
        cut: only the last of them were looked at.
        experiment: what it is part of.
        models: that its steps made, by id.
        metrics: the numbers on the models and Metrics artifacts that its steps made, of several the last one's.
    """

    run: Context
    state: str | None = None
    began: int | None = None
    ended: int | None = None
    steps: int = 0
    cut: bool = False
    experiment: Context | None = None
    models: list[Artifact] = field(default_factory=list)
    metrics: dict[str, int | float | str] = field(default_factory=dict)


class Runs(NamedTuple):
    """Some runs, the last stored first.

    Attributes:
        total: how many there are, whatever their state; None of a store as it was, which would have to be counted.
        next: what to give as `below` for the runs that follow; None where there are none.
        looked_through: so many were looked through, and there are others, where fewer are in the state than asked for.
    """

    outcomes: list[Outcome]
    total: int | None
    next: int | None
    looked_through: int | None


def runs(store: Store, *, state: str | None = None, below: int | None = None, limit: int = 50) -> Runs:
    """The runs of a store, the last stored first; what is a run its type says (see `production.is_run`).

    Args:
        state: only those in one of `STATES`.
        below: only those whose id is lower.
        limit: so many at most.
    """
    types = [type for type in store.types("context", system=True) if says_run(type.name)]
    total = _total(store, types)
    if not types or total == 0:
        return Runs([], total, None, None)
    found: list[Context] = []
    looked, next_below = 0, below
    while True:
        # One more than is looked at says whether there are more.
        wanted = limit if state is None else _AT_ONCE
        page = _page(store, types, next_below, wanted + 1)
        done = len(page) <= wanted
        page = page if state is None else page[:wanted]
        found += page if state is None else _in_state(store, page, state)
        looked += len(page)
        next_below = node_id(page[-1]) if page else None
        done = done or state is None or len(found) > limit
        if done or looked >= LOOKED_THROUGH:
            break
    shown = found[:limit]
    if len(found) > limit:
        return Runs(outcomes(store, shown), total, node_id(shown[-1]), None)
    return Runs(outcomes(store, shown), total, None if done else next_below, None if done else looked)


def _page(store: Store, types: Sequence[Type], below: int | None, limit: int) -> list[Context]:
    where: list[Predicate] = [OneOf(Field("type_id"), sorted(type.id or 0 for type in types))]
    if below is not None:
        where.append(Compare(Field("id"), "<", below))
    found = part(store, Wanted("context", where, few=True), limit).nodes
    return [each for each in found if isinstance(each, Context)]


def _total(store: Store, types: Sequence[Type]) -> int | None:
    if isinstance(store.backend, AsOfBackend):
        return None
    ids = {type.id for type in types}
    return sum(count.number for count in store.counts() if count.type_id in ids)


def _in_state(store: Store, some: Sequence[Context], state: str) -> list[Context]:
    """Those of some runs that are in a state."""
    known = _steps_of(store, some)
    executions = nodes_with_ids(store, "execution", [id for ids in known.taken.values() for id in ids])
    found = []
    for run in some:
        steps = [executions[id] for id in known.taken[node_id(run)] if id in executions]
        states = [state_of(step) for step in steps if isinstance(step, Execution)]
        if _state(run, states) == state:
            found.append(run)
    return found


def parts_of(store: Store, context: Context, executions: Sequence[int]) -> list[int]:
    """The ids of the runs of a context, the newest first: its children; where it has none and is no run itself, the
    runs that its steps belong to, for not every program links the two.

    Args:
        executions: the ids of its steps, ascending.
    """
    children = [child for child, _ in store.backend.parents(ParentQuery(parent_ids=[node_id(context)]))]
    if children or is_run(context) or not executions:
        return sorted(set(children), reverse=True)
    pairs = store.backend.memberships(MembershipQuery("execution", node_ids=executions[-_MOST_STEPS:]))
    others = sorted({each for _, each in pairs} - {node_id(context)}, reverse=True)[:_MOST_CONTEXTS]
    known = nodes_with_ids(store, "context", others)
    return [id for id in others if isinstance(each := known.get(id), Context) and is_run(each)]


def outcomes(store: Store, some: Sequence[Context]) -> list[Outcome]:
    """How some runs came out, in their order; in a number of reads that does not grow with theirs."""
    found = {node_id(run): Outcome(run) for run in some}
    known = _steps_of(store, some)
    reader = Reader(store)
    executions = reader.executions(id for ids in known.taken.values() for id in ids)
    events = store.event_columns(executions=[node_id(each) for each in executions]) if executions else EventColumns()
    times = {node_id(each.execution): each for each in timed(executions, events)}
    for run, outcome in found.items():
        outcome.steps, taken = known.numbers[run], known.taken[run]
        outcome.cut = len(taken) < outcome.steps
        _set_times(outcome, [times[id] for id in taken if id in times])
    _add_experiments(reader, found, known.taken)
    _add_products(reader, found, known.taken, events)
    return list(found.values())


class _Steps(NamedTuple):
    """The steps of some runs, by run.

    Attributes:
        numbers: how many there are.
        taken: the ids of the last of them, ascending: as many as there is room for, so that those with few have all.
    """

    numbers: Mapping[int, int]
    taken: Mapping[int, Sequence[int]]


def _steps_of(store: Store, some: Sequence[Context]) -> _Steps:
    steps: dict[int, list[int]] = {node_id(run): [] for run in some}
    if steps:
        for execution, run in store.backend.memberships(MembershipQuery("execution", context_ids=sorted(steps))):
            steps[run].append(execution)
    room, taken = _MOST_STEPS, {}
    fewest = sorted(steps, key=lambda run: len(steps[run]))
    for left, run in zip(range(len(fewest), 0, -1), fewest, strict=True):
        taken[run] = sorted(steps[run])[-max(1, room // left) :]
        room -= len(taken[run])
    return _Steps({run: len(ids) for run, ids in steps.items()}, taken)


def _set_times(outcome: Outcome, steps: Sequence[Timed]) -> None:
    run = outcome.run
    outcome.state = _state(run, [step.state for step in steps])
    first = min((step.began for step in steps if step.began is not None), default=None)
    outcome.began = moment(run, "started") or (None if outcome.cut else first) or run.created or None
    outcome.ended = moment(run, "ended")
    if outcome.ended is None and outcome.state not in (None, *GOING):
        outcome.ended = max((step.ended for step in steps if step.ended is not None), default=None)
    if outcome.ended is not None and outcome.began is not None:
        outcome.ended = max(outcome.began, outcome.ended)


def said_state(run: Context) -> str | None:
    """The state of a run as a property says it."""
    said = run.value("state")
    return state_word(said) if isinstance(said, str) and said else None


def _state(run: Context, steps: Sequence[str]) -> str | None:
    """Contexts have no state in MLMD: a property says it, or the steps do."""
    said = said_state(run)
    if said is not None:
        return said
    going = any(state in GOING for state in steps)
    for state, holds in (("FAILED", "FAILED" in steps), ("RUNNING", going), ("CANCELED", "CANCELED" in steps)):
        if holds:
            return state
    return "COMPLETE" if any(state in ("COMPLETE", "CACHED") for state in steps) else None


def _add_experiments(reader: Reader, found: Mapping[int, Outcome], steps: Mapping[int, Sequence[int]]) -> None:
    """What each is part of; where no link says it, a context that its last step belongs to as well."""
    last = {run: reader.executions(ids[-1:]) for run, ids in steps.items()}
    reader.contexts(found)
    reader.read_contexts(node_id(step) for some in last.values() for step in some)
    for run, outcome in found.items():
        belongs = [context for step in last[run] for context in reader.contexts_of(step) if context.id != run]
        outcome.experiment = experiment_among(reader.parents_of(outcome.run), belongs)


def _add_products(
    reader: Reader, found: Mapping[int, Outcome], steps: Mapping[int, Sequence[int]], events: EventColumns
) -> None:
    run_of = {execution: run for run, executions in steps.items() for execution in executions}
    # A run whose steps were cached has what they took from elsewhere, too.
    makers: dict[int, set[int]] = {}
    for _, artifact, execution, type, _, _ in events.rows():
        if type in _MADE:
            makers.setdefault(artifact, set()).add(run_of[execution])
    for output in reader.artifacts_for(("Model", "Metrics"), makers):
        for run in makers[node_id(output)]:
            found[run].metrics.update(numbers_on(output))
            if reader.role(output) == "Model":
                found[run].models.append(output)
