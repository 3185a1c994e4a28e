"""What counts as versions of one thing, and which is the newest that a store has of each."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from graphmeta.backends.predicates import And, Field, KnownAs, OneOf, Or, Predicate, StartsWith
from graphmeta.model import Artifact
from graphmeta.query.comparison import age
from graphmeta.query.nodes import display
from graphmeta.store.store import Store
from graphmeta.vocabulary import display_name

_AT_ONCE = 200  # names in one request
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
    if not artifact.name and folder and last.isdecimal():
        return Thing(artifact.type_id or 0, "folder", folder)
    if display_name(artifact.name, None, artifact.properties, artifact.custom_properties):
        return Thing(artifact.type_id or 0, "name", display(artifact))
    if artifact.uri and isinstance(artifact.value("digest"), str):
        return Thing(artifact.type_id or 0, "uri", artifact.uri)
    return None


def newest_of(store: Store, things: Iterable[Thing]) -> dict[Thing, list[Artifact]]:
    """The versions of each of some things that are there to be used, the newest first."""
    wanted = set(things)
    found: dict[Thing, dict[int, Artifact]] = {}
    for where in _conditions(sorted(wanted)):
        for artifact in store.artifacts(where):
            same = thing(artifact)
            if same in wanted and artifact.state not in _GONE:
                found.setdefault(same, {})[artifact.id or 0] = artifact
    return {same: sorted(versions.values(), key=age, reverse=True) for same, versions in found.items()}


def _conditions(things: Sequence[Thing]) -> Iterator[Predicate]:
    for type_id in sorted({each.type_id for each in things}):
        same_type = OneOf(Field("type_id"), [type_id])
        for by in ("name", "folder", "uri"):
            texts = [each.text for each in things if (each.type_id, each.by) == (type_id, by)]
            for first in range(0, len(texts), _AT_ONCE):
                yield And((_called(by, texts[first : first + _AT_ONCE]), same_type))


def _called(by: str, texts: Sequence[str]) -> Predicate:
    if by == "name":
        return KnownAs(texts)
    if by == "uri":
        return OneOf(Field("uri"), texts)
    return Or([StartsWith(Field("uri"), f"{text}/") for text in texts])
