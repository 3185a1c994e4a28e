"""What goes with the models or the datasets of a catalogue: metrics, data, runs. Read for all of a page at once, and of
what has a huge lineage only what is nearest."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

from graphmeta.backends.requests import Walk
from graphmeta.model import Artifact, Context, Execution, node_id
from graphmeta.query.flow import Flow, Key, key_of
from graphmeta.query.measurements import Surroundings, metrics_of, numbers_on
from graphmeta.query.production import first_maker, is_run
from graphmeta.query.reading import Reader
from graphmeta.store.store import Store

CatalogueRole = Literal["Model", "Dataset"]
_MOST_NEARBY = 2_000  # nodes that a walk from all of a page looks at
_MOST_STEPS = 1_000  # steps that used one thing: of more, only the newest are looked at
_MOST_RELATED = 20


@dataclass(slots=True)
class Neighbourhood:
    """What goes with one artifact.

    Attributes:
        metrics: of a model: one value a key.
        related: of a model the nearest datasets that it was made from; of a dataset the nearest models made from it.
        assumed: nothing says that `related` are datasets: they are what the step that made the model read.
        cut: there may be more related ones further away, or among older steps, than were looked at.
        step: what made it.
        run: the run that the step belongs to.
    """

    metrics: Mapping[str, int | float | str] = field(default_factory=dict)
    related: Sequence[Artifact] = ()
    assumed: bool = False
    cut: bool = False
    step: Execution | None = None
    run: Context | None = None


def neighbourhoods(store: Store, role: CatalogueRole, artifacts: Sequence[Artifact]) -> list[Neighbourhood]:
    """What goes with each of some models, or of some datasets."""
    found = [Neighbourhood() for _ in artifacts]
    if not artifacts:
        return found
    busy = _busy(store, artifacts)
    pairs = list(zip(artifacts, found, strict=True))
    _add_runs(store, pairs)
    if role == "Model":
        _add_metrics(store, pairs, busy)
        _add_data(store, pairs)
    else:
        _add_models(store, pairs, busy)
    return found


def _busy(store: Store, artifacts: Sequence[Artifact]) -> dict[int, list[int]]:
    """Those that very many steps used, by id, with the ids of the newest of the steps."""
    ids = [node_id(each) for each in artifacts]
    if len(_users(store, ids)) <= _MOST_STEPS:
        return {}
    users = {id: _users(store, [id]) for id in ids}
    return {id: sorted(each)[-_MOST_STEPS // 10 :] for id, each in users.items() if len(each) > _MOST_STEPS}


def _users(store: Store, ids: Sequence[int]) -> Sequence[int]:
    return store.backend.walk(Walk("artifact", ids, "downstream", 1)).execution_ids


def _add_runs(store: Store, pairs: Sequence[tuple[Artifact, Neighbourhood]]) -> None:
    """The step that made each, and its run."""
    starts = [node_id(artifact) for artifact, _ in pairs]
    flow = Flow(store.backend.walk(Walk("artifact", starts, "upstream", 1, events=True)).events)
    reader = Reader(store)
    reader.executions(key.id for artifact, _ in pairs for key in flow.sources(key_of(artifact)))
    for artifact, found in pairs:
        # In the order of the events, which `first_maker` goes by.
        makers = [each for key in flow.sources(key_of(artifact)) for each in reader.executions([key.id])]
        found.step = first_maker(makers)
    reader.read_contexts(node_id(found.step) for _, found in pairs if found.step is not None)
    for _, found in pairs:
        if found.step is not None:
            found.run = next((context for context in reader.contexts_of(found.step) if is_run(context)), None)


def _add_metrics(store: Store, pairs: Sequence[tuple[Artifact, Neighbourhood]], busy: Mapping[int, object]) -> None:
    """What was measured of each model; of one that very many steps used only what it carries itself."""
    reader = Reader(store, [artifact for artifact, _ in pairs if artifact.id not in busy])
    surroundings = Surroundings(reader)
    for artifact, found in pairs:
        if artifact.id in busy:
            found.metrics = dict(numbers_on(artifact))
        else:
            found.metrics = metrics_of(reader, artifact, surroundings).by_key()


def _add_data(store: Store, pairs: Sequence[tuple[Artifact, Neighbourhood]]) -> None:
    """The nearest datasets of each model: those that the step read that made it; else those before, maybe through other
    models; else whatever it read."""
    reader = Reader(store, most=_MOST_NEARBY)
    flow = reader.walk("upstream", [node_id(artifact) for artifact, _ in pairs])
    roles = {key_of(each): reader.role(each) for each in reader.artifacts_for(("Dataset", "Model"), _artifacts(flow))}
    chosen: list[list[Key]] = []
    for artifact, found in pairs:
        start = key_of(artifact)
        nearest = _nearest(flow.upstream([start], barrier=roles).distance, roles)
        nearest = nearest or _nearest(flow.upstream([start]).distance, roles)
        if not nearest:
            makers = [Key("execution", node_id(found.step))] if found.step is not None else flow.sources(start)
            nearest = [key for maker in makers for key in flow.sources(maker) if key != start and key not in roles]
            found.assumed = bool(nearest)
            found.cut = reader.depth is not None
        chosen.append(nearest)
    _set_related(reader, pairs, chosen)


def _nearest(distance: Mapping[Key, int], roles: Mapping[Key, str | None]) -> list[Key]:
    """The datasets that are as near as the nearest."""
    data = [key for key, steps in distance.items() if steps and roles.get(key) == "Dataset"]
    return [key for key in data if distance[key] == distance[data[0]]]


def _add_models(
    store: Store, pairs: Sequence[tuple[Artifact, Neighbourhood]], busy: Mapping[int, Sequence[int]]
) -> None:
    """The models made from each dataset, but not those made from such models: the nearest first."""
    reader = Reader(store, most=_MOST_NEARBY)
    flow = reader.walk("downstream", [node_id(each) for each, _ in pairs if each.id not in busy])
    newest = reader.work_of({step for steps in busy.values() for step in steps})
    known = reader.artifacts_for(("Model",), [*_artifacts(flow), *_artifacts(newest)])
    models = {key_of(each) for each in known}
    chosen: list[list[Key]] = []
    for artifact, found in pairs:
        start = key_of(artifact)
        way = newest if artifact.id in busy else flow
        reached = way.downstream([start], barrier=models).distance
        # Of those equally near the newest first.
        chosen.append(sorted((key for key in reached if key in models), key=lambda key: (reached[key], -key.id)))
        found.cut = artifact.id in busy or reader.depth is not None
    _set_related(reader, pairs, chosen)


def _set_related(
    reader: Reader, pairs: Sequence[tuple[Artifact, Neighbourhood]], chosen: Sequence[Sequence[Key]]
) -> None:
    for (_, found), keys in zip(pairs, chosen, strict=True):
        found.cut = found.cut or len(keys) > _MOST_RELATED
    known = reader.nodes(key for keys in chosen for key in keys[:_MOST_RELATED])
    for (_, found), keys in zip(pairs, chosen, strict=True):
        found.related = [each for key in keys[:_MOST_RELATED] if isinstance(each := known.get(key), Artifact)]


def _artifacts(flow: Flow) -> set[int]:
    return set(flow.events.artifact_ids)
