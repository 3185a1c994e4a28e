"""What has to run again if this was wrong?"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

import networkx

from graphmeta.model import AnyNode, Artifact, Execution
from graphmeta.query.answers.impact import LeftOut, Plan, PlannedStep
from graphmeta.query.flow import Flow, Key, key_of
from graphmeta.query.nodes import label
from graphmeta.query.production import is_cached, state_of
from graphmeta.query.reading import Reader, given_with_lineage
from graphmeta.store.store import Store


def plan(store: Store, node: AnyNode | str) -> Plan:
    """The steps to run again where a node was wrong, in topological order, and those that can be left out: what did
    not complete, what was cached (it took what a step of the plan makes, or will), and what repeats a step of the plan
    on the same inputs and makes what that one makes.

    Of an artifact, all that took it and what came of that; of an execution, itself as well. Steps that made a thing
    from itself, in a cycle, come in the order in which they were recorded, and a note says so.

    Args:
        node: an artifact or an execution, or the name of one.

    Raises:
        NotFoundError, AmbiguousNameError: none, or several, answer to `node`.
        InvalidArgumentError: it is a context.
    """
    start = given_with_lineage(store, node)
    reader, key = Reader(store), key_of(start)
    wrong = reader.walk("downstream", [key.id], key.kind).downstream([key]).distance
    executions = {
        key_of(each): each for each in reader.executions(each.id for each in wrong if each.kind == "execution")
    }
    around = reader.work_of([each.id for each in executions])
    left_out = _left_out(executions, around)
    again = {each: execution for each, execution in executions.items() if each not in left_out}
    order, cyclic = _ordered(again, around)
    artifacts = reader.nodes({other for each in again for other in (*around.sources(each), *around.targets(each))})
    steps = [_step(each, again, around, wrong, artifacts) for each in order]
    notes = [] if steps or left_out else [f"No step in this store took {label(start)}: nothing has to run again."]
    if cyclic:
        names = ", ".join(label(again[each]) for each in cyclic[:5]) + (", …" if len(cyclic) > 5 else "")
        notes.append(f"{names} made things from themselves, in a circle: they are in the order of recording.")
    return Plan(start, steps, [LeftOut(executions[each], why) for each, why in sorted(left_out.items())], notes)


def _left_out(executions: Mapping[Key, Execution], around: Flow) -> dict[Key, str]:
    """Which steps need not run again, and why."""
    reasons: dict[Key, str] = {}
    first: dict[object, Execution] = {}
    for key, execution in executions.items():
        if is_cached(execution):
            reasons[key] = "cached: it took what an earlier step had made"
        elif state_of(execution) in ("FAILED", "CANCELED") and not around.targets(key):
            reasons[key] = f"{state_of(execution).lower()}: nothing came of it"
        else:
            inputs, outputs = frozenset(around.sources(key)), frozenset(around.targets(key))
            same = (execution.type, inputs, outputs, _settings(execution))
            if outputs and same in first:
                reasons[key] = f"the same as {label(first[same])}: step, inputs, parameters and outputs"
            first.setdefault(same, execution)
    return reasons


def _settings(execution: Execution) -> str:
    """The parameters of a step, so that two with the same compare equal."""
    return repr(sorted(execution.custom_properties.items(), key=lambda item: item[0]))


def _ordered(again: Mapping[Key, Execution], around: Flow) -> tuple[list[Key], list[Key]]:
    """The steps in topological order, those recorded first before others; and those that lie on cycles."""
    graph: networkx.DiGraph = networkx.DiGraph()
    graph.add_nodes_from(again)
    for each in again:
        for made in around.targets(each):
            graph.add_edges_from((each, after) for after in around.targets(made) if after in again)
    circles = [circle for circle in networkx.strongly_connected_components(graph) if len(circle) > 1]
    graph.remove_edges_from(list(networkx.selfloop_edges(graph)))  # a step that rewrites its input waits for nobody
    cyclic = sorted(each for circle in circles for each in circle)
    if not cyclic:
        return list(networkx.lexicographical_topological_sort(graph)), cyclic
    # Steps of one circle stand for each other: order the circles, and within one take them as they were recorded.
    condensed = networkx.condensation(graph)
    first = {number: min(members) for number, members in condensed.nodes(data="members")}
    order = networkx.lexicographical_topological_sort(condensed, key=first.__getitem__)
    return [each for number in order for each in sorted(condensed.nodes[number]["members"])], cyclic


def _step(
    key: Key,
    again: Mapping[Key, Execution],
    around: Flow,
    wrong: Collection[Key],
    artifacts: Mapping[Key, Artifact | Execution],
) -> PlannedStep:
    def known(keys: Sequence[Key]) -> list[Artifact]:
        return [each for key in keys if isinstance(each := artifacts.get(key), Artifact)]

    inputs = around.sources(key)
    after = {maker.id for made in inputs for maker in around.sources(made) if maker in again and maker != key}
    return PlannedStep(
        again[key],
        after=sorted(after),
        anew=known([each for each in inputs if each in wrong]),
        kept=known([each for each in inputs if each not in wrong]),
        makes=known(around.targets(key)),
    )
