"""What came of this?"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable

from graphmeta.backends.requests import MembershipQuery
from graphmeta.model import AnyNode, Context, Kind
from graphmeta.query.answers.impact import AffectedModel, Impact
from graphmeta.query.flow import Flow, Key, key_of
from graphmeta.query.nodes import label
from graphmeta.query.production import is_run
from graphmeta.query.reading import Reader, given_with_lineage
from graphmeta.store.store import Store


def impact(store: Store, node: AnyNode | str, *, most: int | None = None) -> Impact:
    """Everything that came of a node: the models with their runs, then how much else.

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
    flow = reader.walk("downstream", [key.id], key.kind)
    reached = flow.downstream([key]).distance
    reached.pop(key)
    found = reader.artifacts_for(("Model",), [each.id for each in reached if each.kind == "artifact"])
    models = {key_of(model): model for model in found}
    runs = _runs(reader, [each.id for each in reached if each.kind == "execution"])
    deployed = _above(flow, _of_role(reader, "execution", "Deploy", reached))
    affected = [
        AffectedModel(
            model,
            reached[each],
            runs=_once(run for maker in flow.sources(each) for run in runs.get(maker.id, ())),
            deployed=each in deployed,
        )
        for each, model in models.items()
    ]
    affected.sort(key=lambda each: (each.distance, each.model.id))
    others = {each: steps for each, steps in reached.items() if each not in models}
    notes = [] if reached or reader.depth is not None else [f"Nothing in this store came of {label(start)}."]
    return Impact(
        start,
        affected,
        artifacts=_numbers(reader, "artifact", others),
        executions=_numbers(reader, "execution", others),
        runs=sorted(_once(run for those in runs.values() for run in those), key=lambda run: run.id or 0),
        notes=[*notes, *reader.notes],
        others=others,
        complete=reader.depth is None,
    )


def _runs(reader: Reader, executions: Collection[int]) -> dict[int, list[Context]]:
    """The runs that executions belong to, by execution."""
    if not executions:
        return {}
    pairs = reader.store.backend.memberships(MembershipQuery("execution", node_ids=sorted(executions)))
    contexts = {context.id: context for context in reader.contexts(context for _, context in pairs)}
    found: dict[int, list[Context]] = {}
    for execution, context in pairs:
        if context in contexts and is_run(contexts[context]):
            found.setdefault(execution, []).append(contexts[context])
    return found


def _of_role(reader: Reader, kind: Kind, role: str, keys: Iterable[Key]) -> list[Key]:
    """Those of some nodes whose type has a role."""
    types = set(reader.type_ids(kind, [role]))
    ids = [key.id for key in keys if key.kind == kind] if types else []
    return [Key(kind, row.id) for row in reader.store.rows(kind, ids=ids) if row.type_id in types] if ids else []  # type: ignore[arg-type]


def _above(flow: Flow, keys: list[Key]) -> Collection[Key]:
    return flow.upstream(keys).distance


def _numbers(reader: Reader, kind: Kind, keys: Iterable[Key]) -> dict[str, int]:
    """How many of some nodes there are of each type, by name."""
    ids = [key.id for key in keys if key.kind == kind]
    counted = Counter(row.type for row in reader.store.rows(kind, ids=ids)) if ids else Counter()
    return dict(sorted(counted.items()))


def _once(contexts: Iterable[Context]) -> list[Context]:
    return list({context.id: context for context in contexts}.values())
