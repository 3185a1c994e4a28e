"""Which models used this dataset, and which share one?"""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence
from itertools import compress
from typing import Literal

from graphmeta.backends.predicates import Field, StartsWith
from graphmeta.errors import InvalidArgumentError, NotFoundError
from graphmeta.model import AnyNode, Artifact, Context, Execution
from graphmeta.query.answers.uses import Datasets, Models, ModelUse, Sibling, Siblings
from graphmeta.query.flow import Flow, Key, key_of
from graphmeta.query.inputs import datasets_of
from graphmeta.query.nodes import label
from graphmeta.query.reading import Reader, given, given_artifact
from graphmeta.query.versions import version_of, versions
from graphmeta.store.store import Store


def models(
    store: Store, using: AnyNode | str | None = None, *, direct: bool = False, every_version: bool = False
) -> Models:
    """The models that were made from a dataset, nearest first; or all models.

    Args:
        using: an artifact, an execution, or the name of one; a bare name means a dataset. A text that ends with `/*`
            means every artifact, but for models, whose URI begins so. None asks for all models.
        direct: only models whose own step read it.
        every_version: made from any version of it.

    Raises:
        NotFoundError, AmbiguousNameError: none, or several, answer to `using`.
        InvalidArgumentError: it is a context.
    """
    reader = Reader(store)
    if using is None:
        return Models([], [ModelUse(model) for model in reader.artifacts_for(("Model",))])
    starts = _starts(reader, using, every_version)
    keys = {key_of(start): start for start in starts}
    flow = reader.walk("downstream", [key.id for key in keys], next(iter(keys)).kind)
    distance, previous = flow.downstream(keys)
    found = reader.artifacts_for(("Model",), [k.id for k in distance if k.kind == "artifact" and k not in keys])

    ways: dict[Key, list[Key]] = {}
    for model in found:
        way = [previous[key_of(model)]]
        while way[-1] not in keys:
            way.append(previous[way[-1]])
        ways[key_of(model)] = way[::-1]
    known = reader.nodes(k for way in ways.values() for k in way[1:] if k.kind == "artifact")
    uses = []
    for model in found:
        steps, way = distance[key_of(model)], ways[key_of(model)]
        between = [each for k in way[1:] if isinstance(each := known.get(k), Artifact)]
        if steps <= 2 or not direct:
            uses.append(ModelUse(model, steps <= 2, steps, between, keys[way[0]]))
    uses.sort(key=lambda use: (use.distance, use.model.id))
    return Models(starts, uses, _notes_on_models(store, using, starts, uses, direct))


def _starts(reader: Reader, using: AnyNode | str, every_version: bool) -> list[Artifact | Execution]:
    """The nodes that a question about models is about."""
    store = reader.store
    if isinstance(using, str) and using.endswith("/*"):
        found = [each for each in store.artifacts(StartsWith(Field("uri"), using[:-1])) if reader.role(each) != "Model"]
        if not found:
            raise NotFoundError(
                f"No artifact in {store.url}, models left out, has a URI that begins with {using[:-1][:200]}."
            )
        return list(found)
    start = given(store, using, ("artifact", "execution"), "Dataset")
    if isinstance(start, Context):
        raise InvalidArgumentError(
            f"{label(start)} is a context, and models are made from artifacts. Name a dataset, as Dataset:train.csv."
        )
    if every_version and isinstance(start, Artifact):
        return sorted(versions(store, start), key=lambda each: each.id or 0)
    return [start]


def _notes_on_models(
    store: Store, using: AnyNode | str, starts: Sequence[AnyNode], uses: Sequence[ModelUse], direct: bool
) -> list[str]:
    if len(starts) > 1:
        what = using if isinstance(using, str) and using.endswith("/*") else f"{len(starts)} versions of it"
        return [] if uses else [f"No model in this store comes of {what}."]
    start = starts[0]
    notes = [] if uses else [f"No model in this store {'read' if direct else 'comes of'} {label(start)}."]
    if isinstance(start, Artifact) and version_of(start) is not None:
        others = [label(each) for each in versions(store, start, limit=10) if each.id != start.id]
        if others:
            these = f"These are the models of {label(start)}; there are" if uses else "There are"
            notes.append(f"{these} other versions of it: {', '.join(others)}.")
    return notes


def siblings(store: Store, model: AnyNode | str) -> Siblings:
    """The models that share a dataset with a model, and which datasets.

    Datasets are those of `datasets(store, model)`, further up ones too.

    Raises:
        NotFoundError, AmbiguousNameError, InvalidArgumentError: no artifact, or several, answer to `model`.
    """
    found = given_artifact(store, model, "Model")
    reader = Reader(store, [found])
    return siblings_of(reader, found, datasets_of(reader, found))


def siblings_of(reader: Reader, model: Artifact, used: Datasets) -> Siblings:
    """As `siblings`, for a subject of the reader whose datasets are known."""
    data = {key_of(use.dataset): use.dataset for use in sorted(used.uses, key=lambda use: use.dataset.id or 0)}
    if not data:
        return Siblings(model, [], used.notes or ["No dataset of it is known, so none can be shared."])
    flow = reader.walk("downstream", [key.id for key in data])
    start = key_of(model)
    reached = _made_from(flow, list(data))
    found = reader.artifacts_for(("Model",), [key.id for key in reached if key.kind == "artifact" and key != start])
    descendants = flow.downstream([start]).distance
    ancestors = reader.ancestry.upstream([start]).distance
    direct = {key_of(use.dataset) for use in used.uses if use.direct}
    result = []
    for other in found:
        key = key_of(other)
        read = {above for maker in flow.sources(key) for above in flow.sources(maker)}
        relation: Literal["sibling", "ancestor", "descendant"] = "sibling"
        if key in descendants:
            relation = "descendant"
        elif key in ancestors:
            relation = "ancestor"
        shared = list(compress(data.values(), map(int, reversed(f"{reached[key]:b}"))))
        result.append(Sibling(other, shared, direct=not direct.isdisjoint(read), relation=relation))
    result.sort(key=lambda sibling: (not sibling.direct, sibling.model.id))
    notes = list(used.notes)
    if not result:
        notes.append("No other model in this store shares a dataset with it.")
    return Siblings(model, result, notes)


def _made_from(flow: Flow, starts: list[Key]) -> dict[Key, int]:
    """Every node that comes of the starts, with a bit set for each start that it comes of."""
    reached = {start: 1 << bit for bit, start in enumerate(starts)}
    queue = deque(starts)
    waiting = set(starts)
    while queue:
        node = queue.popleft()
        waiting.discard(node)
        for after in flow.targets(node):
            before = reached.get(after, 0)
            reached[after] = before | reached[node]
            if reached[after] != before and after not in waiting:
                waiting.add(after)
                queue.append(after)
    return reached
