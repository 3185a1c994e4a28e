"""What counts as versions of one thing, and which is the newest that a store has of each."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from graphmeta.backends.predicates import And, Compare, Field, KnownAs, OneOf, Or, Predicate, StartsWith
from graphmeta.backends.requests import Order
from graphmeta.model import Artifact, node_id
from graphmeta.portions import portions
from graphmeta.query.nodes import display
from graphmeta.query.versions import age
from graphmeta.store.store import Store
from graphmeta.vocabulary import display_name

_AT_ONCE = 200  # names in one request
_PAGE = 2_000
_NEWEST = Order("id", descending=True)
_GONE = ("PENDING", "MARKED_FOR_DELETION", "DELETED", "ABANDONED")


class Thing(NamedTuple):
    """What the versions of a thing have in common.

    Attributes:
        by: "name"; "folder", of what TFX writes to `…/Trainer/model/17`; or "uri", of what has no name: whatever is
            stored there once more, with another digest.
        text: that name, folder or URI.
    """

    type_id: int
    by: str
    text: str


def thing(artifact: Artifact) -> Thing | None:
    """What an artifact is a version of; None where nothing says."""
    folder, _, last = (artifact.uri or "").rstrip("/").rpartition("/")
    deep = len([part for part in folder.rpartition("://")[2].split("/") if part]) > 2
    if not artifact.name and deep and last.isdecimal():
        return Thing(artifact.type_id or 0, "folder", folder)
    if display_name(artifact.name, None, artifact.properties, artifact.custom_properties):
        return Thing(artifact.type_id or 0, "name", display(artifact))
    if artifact.uri and isinstance(artifact.value("digest"), str):
        return Thing(artifact.type_id or 0, "uri", artifact.uri)
    return None


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
