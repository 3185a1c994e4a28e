"""What has to run again if this was wrong?"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace

import networkx

from graphmeta import words
from graphmeta.model import AnyNode, Artifact, Execution, node_id
from graphmeta.query.answers.impact import LeftOut, Plan, PlannedStep
from graphmeta.query.equality import exact
from graphmeta.query.flow import Flow, Key, key_of
from graphmeta.query.nodes import label
from graphmeta.query.production import is_cached, params_of, state_of
from graphmeta.query.reading import Reader, given_with_lineage
from graphmeta.store.store import Store


def plan(store: Store, node: AnyNode | str, *, most: int | None = None) -> Plan:
    """The steps to run again where a node was wrong, in topological order, and those that can be left out: what did
    not complete, what was cached where other steps of the plan make all that it gave, and what repeats a step of the
    plan on the same inputs and makes what that one makes.

    Of an artifact, all that took it and what came of that; of an execution, itself as well. Steps that made a thing
    from itself, in a cycle, come in the order in which they were recorded, and a note says so.

    Args:
        node: an artifact or an execution, or the name of one.
        most: of what lies downstream, look at so many nodes, those nearest, and note that there are more; None for
            all.

    Raises:
        NotFoundError, AmbiguousNameError: none, or several, answer to `node`.
        InvalidArgumentError: it is a context.
    """
    start = given_with_lineage(store, node)
    reader, key = Reader(store, most=most), key_of(start)
    return _plan(reader, start, reader.walk("downstream", [key.id], key.kind).downstream([key]).distance)


def plan_toward(reader: Reader, replaced: Iterable[tuple[Artifact, Artifact]]) -> Plan:
    """As `plan`, where several artifacts have newer ones in their place, and only of what lies between them and the
    subjects of a reader; the first of them stands for all.

    Args:
        replaced: each artifact with what takes its place; one at least.
    """
    pairs = list(replaced)
    wrong = reader.ancestry.downstream([key_of(old) for old, _ in pairs]).distance
    return replace(_plan(reader, pairs[0][0], wrong), instead={node_id(old): new for old, new in pairs})


def _plan(reader: Reader, start: Artifact | Execution, wrong: Collection[Key]) -> Plan:
    """The plan for what was made from something wrong."""
    executions = {
        key_of(each): each for each in reader.executions(each.id for each in wrong if each.kind == "execution")
    }
    around = reader.work_of([each.id for each in executions])
    left_out = _left_out(reader, executions, around)
    again = {each: execution for each, execution in executions.items() if each not in left_out}
    waits = {each: _waits_for(each, again, executions, around) for each in again}
    order, cyclic = _ordered(waits)
    artifacts = reader.nodes({other for each in again for other in (*around.sources(each), *around.targets(each))})
    steps = [_step(again[each], waits[each], around, wrong, artifacts) for each in order]
    notes = (
        []
        if steps or left_out or reader.depth is not None
        else [f"No step in this store took {label(start)}: nothing has to run again."]
    )
    if cyclic:
        names = ", ".join(label(again[each]) for each in cyclic[:5]) + (", …" if len(cyclic) > 5 else "")
        notes.append(f"{names} made things from themselves, in a circle: they are in the order of recording.")
    notes += reader.notes
    return Plan(
        start,
        steps,
        [LeftOut(executions[each], why) for each, why in sorted(left_out.items())],
        notes,
        reader.depth is None,
    )


def _left_out(reader: Reader, executions: Mapping[Key, Execution], around: Flow) -> dict[Key, str]:
    """Which steps need not run again, and why."""
    reasons: dict[Key, str] = {}
    first: dict[object, Execution] = {}
    for key, execution in executions.items():
        if is_cached(execution):
            continue
        if state_of(execution) in ("FAILED", "CANCELED") and not around.targets(key):
            reasons[key] = f"{state_of(execution).lower()}: nothing came of it"
        else:
            inputs, outputs = frozenset(around.sources(key)), frozenset(around.targets(key))
            same = (execution.type, inputs, outputs, _settings(reader, execution))
            if outputs and same in first:
                reasons[key] = f"the same as {label(first[same])}: step, inputs, parameters and outputs"
            first.setdefault(same, execution)
    # A cached step stands for one that ran. Where that is not in the plan, nothing else makes what came of it anew.
    cached = [key for key, execution in executions.items() if is_cached(execution)]
    made = {output for key in executions.keys() - reasons.keys() - set(cached) for output in around.targets(key)}
    for key in cached:
        if made.issuperset(around.targets(key)):
            reasons[key] = "cached: it took what an earlier step had made"
        made.update(around.targets(key))
    return reasons


def _settings(reader: Reader, execution: Execution) -> object:
    """The parameters of a step, declared and custom, so that two with the same compare equal; what the recorder and
    other systems note of each run is no part of them."""
    chosen = params_of(reader, execution)
    noted = set(chosen.bookkeeping) - words.CODE_KEYS
    return exact({key: value for key, value in chosen.params.items() if key not in noted})


def _waits_for(key: Key, again: Collection[Key], executions: Mapping[Key, Execution], around: Flow) -> set[Key]:
    """The steps of the plan that have to run before one of it: those that make its inputs, and those that make the
    inputs of a cached step that was left out between the two."""
    found: set[Key] = set()
    seen = {key}
    waiting = [key]
    while waiting:
        for made in around.sources(waiting.pop()):
            for maker in around.sources(made):
                if maker in again:
                    found.add(maker)
                elif maker in executions and maker not in seen and is_cached(executions[maker]):
                    seen.add(maker)
                    waiting.append(maker)
    return found - {key}  # a step that rewrites its input waits for nobody


def _ordered(waits: Mapping[Key, Collection[Key]]) -> tuple[list[Key], list[Key]]:
    """The steps in topological order, those recorded first before others; and those that lie on cycles."""
    graph: networkx.DiGraph = networkx.DiGraph()
    graph.add_nodes_from(waits)
    graph.add_edges_from((maker, each) for each, makers in waits.items() for maker in makers)
    circles = [circle for circle in networkx.strongly_connected_components(graph) if len(circle) > 1]
    cyclic = sorted(each for circle in circles for each in circle)
    if not cyclic:
        return list(networkx.lexicographical_topological_sort(graph)), cyclic
    # Steps of one circle stand for each other: order the circles, and within one take them as they were recorded.
    condensed = networkx.condensation(graph)
    first = {number: min(members) for number, members in condensed.nodes(data="members")}
    order = networkx.lexicographical_topological_sort(condensed, key=first.__getitem__)
    return [each for number in order for each in sorted(condensed.nodes[number]["members"])], cyclic


def _step(
    execution: Execution,
    waits: Collection[Key],
    around: Flow,
    wrong: Collection[Key],
    artifacts: Mapping[Key, Artifact | Execution],
) -> PlannedStep:
    def known(keys: Sequence[Key]) -> list[Artifact]:
        return [each for key in keys if isinstance(each := artifacts.get(key), Artifact)]

    key = key_of(execution)
    inputs = around.sources(key)
    return PlannedStep(
        execution,
        after=sorted(maker.id for maker in waits),
        anew=known([each for each in inputs if each in wrong]),
        kept=known([each for each in inputs if each not in wrong]),
        makes=known(around.targets(key)),
    )
