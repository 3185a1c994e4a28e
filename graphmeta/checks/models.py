"""Which models the checks of a whole store look at: the latest version of each name, and those that were deployed."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from graphmeta.backends.predicates import And, Compare, Field, OneOf, Predicate
from graphmeta.backends.requests import Order
from graphmeta.model import INPUT_EVENTS, Artifact, node_id
from graphmeta.query.reading import Reader
from graphmeta.query.versions import logical_name
from graphmeta.store.store import Store

MOST = 500  # models that are looked at unless told: of more, nobody would wait for the answer
_VERSIONS = 40  # for each of them so many artifacts are looked at: of one name there may be a million
_PAGE = 2_000
_NEWEST = Order("id", descending=True)


@dataclass(frozen=True, slots=True)
class Chosen:
    """Models to look at.

    Attributes:
        models: the deployed ones first, then the others; of each the last stored first.
        deployed: ids of those that a step which deploys took.
        more: whether there are others, which were not looked for.
    """

    models: list[Artifact]
    deployed: frozenset[int]
    more: bool = False


def models_to_check(store: Store, most: int | None = MOST) -> Chosen:
    """The deployed models and the latest version of every name, by type, each once.

    Args:
        most: so many at most, the deployed ones before the others; None for all.
    """
    reader = Reader(store)
    deployed: dict[int, Artifact] = {}
    names: dict[tuple[int | None, str, str], Artifact] = {}
    types = reader.type_ids("artifact", ("Model",))
    for model in _deployed(reader, types):
        deployed[node_id(model)] = model
        if most is not None and len(deployed) > most:
            break
    more = False
    for number, model in enumerate(_newest(store, types)):
        more = most is not None and (len(names) > most or number == _VERSIONS * most)
        if more:
            break
        names.setdefault((model.type_id, *logical_name(model)), model)
    found = list({**deployed, **{node_id(model): model for model in names.values()}}.values())
    kept = found if most is None else found[:most]
    return Chosen(kept, frozenset(deployed).intersection(map(node_id, kept)), more or len(kept) < len(found))


def _newest(store: Store, types: list[int]) -> Iterator[Artifact]:
    """All artifacts of some types, the last stored first."""
    last: list[Predicate] = []
    while types:
        page = store.artifacts(And([OneOf(Field("type_id"), types), *last]), order=_NEWEST, limit=_PAGE)
        yield from page
        if len(page) < _PAGE:
            return
        last = [Compare(Field("id"), "<", node_id(page[-1]))]


def _deployed(reader: Reader, types: list[int]) -> Iterator[Artifact]:
    """The models that steps which deploy took, those of the last such steps first."""
    store, last = reader.store, list[Predicate]()
    steps = reader.type_ids("execution", ("Deploy",))
    seen: set[int] = set()
    while steps and types:
        page = store.executions(And([OneOf(Field("type_id"), steps), *last]), order=_NEWEST, limit=_PAGE)
        if page:
            columns = store.event_columns(executions=[node_id(step) for step in page])
            pairs = zip(columns.artifact_ids, columns.types, strict=True)
            taken = {id for id, type in pairs if type in INPUT_EVENTS} - seen
            seen |= taken
            models = [each for each in reader.artifacts(taken) if each.type_id in types]
            yield from sorted(models, key=node_id, reverse=True)
        if len(page) < _PAGE:
            return
        last = [Compare(Field("id"), "<", node_id(page[-1]))]
