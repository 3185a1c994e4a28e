"""The newest version that a store has of each of many things."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from graphmeta.backends.predicates import And, Compare, Field, KnownAs, OneOf, Or, Predicate, StartsWith
from graphmeta.backends.requests import Order
from graphmeta.model import Artifact, node_id
from graphmeta.portions import portions
from graphmeta.query.versions import Thing, age, thing
from graphmeta.store.store import Store

_AT_ONCE = 200  # names in one request
_PAGE = 2_000
_NEWEST = Order("id", descending=True)
_GONE = ("PENDING", "MARKED_FOR_DELETION", "DELETED", "ABANDONED")


def newest_of(store: Store, things: Iterable[Thing]) -> dict[Thing, list[Artifact]]:
    """The versions of each of some things that are there to be used, the newest first; of what has thousands, the
    last stored."""
    found: dict[Thing, dict[int, Artifact]] = {}
    every = sorted(set(things))
    for type_id in sorted({each.type_id for each in every}):
        for by in ("name", "folder", "uri"):
            same_kind = [each for each in every if (each.type_id, each.by) == (type_id, by)]
            for some in portions(same_kind, _AT_ONCE):
                for artifact in _versions(store, some):
                    same = thing(artifact)
                    if same is not None and artifact.state not in _GONE:
                        found.setdefault(same, {})[node_id(artifact)] = artifact
    return {same: sorted(found[same].values(), key=age, reverse=True) for same in every if same in found}


def _versions(store: Store, things: Sequence[Thing]) -> Iterator[Artifact]:
    """Versions of things of one type that are known by the same, the last stored first: until there are no more, or
    some of each were met."""
    wanted = {each.text: each for each in things}
    below: list[Predicate] = []
    while wanted:
        same_type = OneOf(Field("type_id"), [things[0].type_id])
        where = And([_called(things[0].by, list(wanted)), same_type, *below])
        page = store.artifacts(where, order=_NEWEST, limit=_PAGE)
        yield from page
        if len(page) < _PAGE:
            return
        for artifact in page:
            if (same := thing(artifact)) is not None:
                wanted.pop(same.text, None)
        below = [Compare(Field("id"), "<", node_id(page[-1]))]


def _called(by: str, texts: Sequence[str]) -> Predicate:
    if by == "name":
        return KnownAs(texts)
    if by == "uri":
        return OneOf(Field("uri"), texts)
    return Or([StartsWith(Field("uri"), f"{text}/") for text in texts])
