"""A catalogue of models or of datasets: one entry a name, the last stored first, each with its latest version."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from graphmeta import vocabulary
from graphmeta.backends.predicates import And, Compare, Field, KnownAs, OneOf, Predicate
from graphmeta.backends.requests import Order
from graphmeta.errors import InvalidArgumentError
from graphmeta.model import Artifact, node_id
from graphmeta.query.neighbourhood import CatalogueRole, Neighbourhood, neighbourhoods
from graphmeta.query.nodes import display
from graphmeta.query.reading import Reader
from graphmeta.query.versions import logical_name
from graphmeta.store.store import Store

MOST_LOOKED_AT = 10_000
_FIRST_PAGE = 1_000
_PLENTY = 10  # versions: of what has more than that among the newest artifacts nobody asks for the exact number
_MOST_OLDER = 1_000
_TRIED = 200
_NEWEST = Order("id", descending=True)
# An engine sorts all artifacts of a type to find the newest. Where more than a tenth of the newest artifacts are of
# these types, it is quicker to go through all artifacts, whatever their type.
_COMMON = 0.1


@dataclass(slots=True)
class Entry:
    """One name in a catalogue.

    Attributes:
        name: what people call it.
        latest: the version that was stored last.
        previous: the one before it; None where there is none.
        versions: how many there are of this name and type.
        more: there may be more versions than that, for older artifacts were not looked at.
        folder: how the URIs of all versions begin, where it is this that they have in common; else ''.
        beside: what goes with the latest version.
    """

    name: str
    latest: Artifact
    folder: str = ""
    previous: Artifact | None = None
    versions: int = 1
    more: bool = False
    beside: Neighbourhood = field(default_factory=Neighbourhood)


@dataclass(frozen=True, slots=True)
class Catalogue:
    """Entries, the last stored first.

    Attributes:
        types: names of the types of this role, whose artifacts count.
        looked_at: how many artifacts of these types were looked at.
        complete: whether those are all.
        next: what to give as `below` for the next page; None where this is the last one.
        notes: sentences about what was left out.
    """

    entries: Sequence[Entry]
    types: Sequence[str] = ()
    looked_at: int = 0
    complete: bool = True
    next: int | None = None
    notes: Sequence[str] = ()


def catalogue(
    store: Store,
    role: CatalogueRole,
    *,
    name: str | None = None,
    type: str | None = None,
    below: int | None = None,
    limit: int = 20,
    most: int = MOST_LOOKED_AT,
) -> Catalogue:
    """The models or the datasets of a store by name; artifacts of one type and one display name are versions of it.

    Types say what is a model or a dataset (`vocabulary.role`). Only the newest artifacts are looked at, so that the
    time does not grow with the store.

    Args:
        name: only names that hold this text, in upper or lower case.
        type: only artifacts of the type with this name.
        below: only names whose latest version has a lower id.
        limit: entries at most.
        most: artifacts to look at.

    Raises:
        InvalidArgumentError: no type of the role is called `type`.
    """
    wanted, types = _types(store, role, type)
    names_met = _Names(name, below)
    complete = False
    for found, is_last in _pages(store, wanted, most):
        names_met.add(found)
        complete = is_last
        if len(names_met.entries) > limit:
            break
    if name and not complete and len(names_met.entries) <= limit:
        # It may be that only older artifacts are called exactly so.
        names_met.add(_older(store, [name], wanted, names_met.last), older=True)
    entries = names_met.entries[:limit]
    if not complete:
        _count_older(store, wanted, entries, names_met.last)
    for entry, beside in zip(entries, neighbourhoods(store, role, [each.latest for each in entries]), strict=True):
        entry.beside = beside
    following = node_id(entries[-1].latest) if len(names_met.entries) > limit else None
    notes = []
    if not complete and following is None:
        notes.append(
            f"Only the newest {names_met.looked_at:,} {role.lower()}s were looked at. There are older ones, and they "
            "may have other names."
        )
    return Catalogue(entries, types, names_met.looked_at, complete, following, notes)


def _types(store: Store, role: CatalogueRole, type: str | None) -> tuple[set[int], list[str]]:
    """The ids of the types that are wanted, and the names of all of the role.

    Raises:
        InvalidArgumentError: none of the role is called `type`.
    """
    ids = {
        each.id: each.name
        for each in store.types("artifact", system=True)
        if each.id is not None and vocabulary.role("artifact", each.name, each.base_type) == role
    }
    names = sorted({called for called in ids.values() if not called.startswith("mlmd.")})
    if type is not None and type not in ids.values():
        there_are = f"There are: {', '.join(names[:20])}." if names else "There are none yet."
        raise InvalidArgumentError(f"{type[:100]} is no type of {role.lower()}s in this store. {there_are}")
    return {id for id, called in ids.items() if type in (None, called)}, names


class _Names:
    """Names as they are met, from the newest artifact on.

    Attributes:
        entries: those that are wanted.
        looked_at: how many artifacts there were.
        last: the id of the oldest artifact.
    """

    def __init__(self, text: str | None, below: int | None) -> None:
        self.entries: list[Entry] = []
        self.looked_at = 0
        self.last = 0
        self._text = (text or "").casefold()
        self._below = below
        self._met: dict[tuple[int | None, str, str], Entry] = {}

    def add(self, artifacts: Sequence[Artifact], *, older: bool = False) -> None:
        """Look at more artifacts, the newest first; of `older` ones, found by name, only names are taken."""
        for artifact in artifacts:
            if not older:
                self.looked_at += 1
                self.last = node_id(artifact)
            called, folder = logical_name(artifact)
            if self._text not in called.casefold():
                continue
            entry = self._met.get((artifact.type_id, called, folder))
            if entry is None:
                entry = self._met[artifact.type_id, called, folder] = Entry(called, artifact, folder)
                if self._below is None or node_id(artifact) < self._below:
                    self.entries.append(entry)
            elif not older:
                _add_version(entry, artifact)


def _add_version(entry: Entry, artifact: Artifact) -> None:
    entry.previous = entry.previous or artifact
    entry.versions += 1


def _pages(store: Store, types: set[int], most: int) -> Iterator[tuple[list[Artifact], bool]]:
    """The newest artifacts of some types, the last stored first: a small page, then a large one, each with whether
    there are no more. Names are often found on the small one."""
    newest = store.rows("artifact", order=_NEWEST, limit=_FIRST_PAGE)
    common = sum(row.type_id in types for row in newest) > _COMMON * len(newest)
    narrowed: list[Predicate] = [] if common else [OneOf(Field("type_id"), sorted(types))]
    last: list[Predicate] = []
    for size in (min(_FIRST_PAGE, most), most - _FIRST_PAGE):
        if size > 0:
            found = store.artifacts(And([*narrowed, *last]), order=_NEWEST, limit=size)
            yield [each for each in found if each.type_id in types], len(found) < size
            if len(found) < size:
                return
            last = [Compare(Field("id"), "<", node_id(found[-1]))]


def _older(store: Store, names: Sequence[str], types: set[int], below: int) -> list[Artifact]:
    """Artifacts with these names that were stored before another, the last stored first."""
    where = And([KnownAs(names), OneOf(Field("type_id"), sorted(types)), Compare(Field("id"), "<", below)])
    found = store.artifacts(where, order=_NEWEST, limit=_MOST_OLDER)
    return [each for each in found if display(each) in names]


def _count_older(store: Store, types: set[int], entries: Sequence[Entry], below: int) -> None:
    """Add the versions that were stored before all that was looked at, where there seem to be few."""
    few = {(entry.latest.type_id, entry.name): entry for entry in entries if entry.versions <= _PLENTY}
    found = _older(store, sorted({name for _, name in few}), types, below) if few else []
    for artifact in found:
        entry = few.get((artifact.type_id, display(artifact)))
        if entry is not None and artifact.id != entry.latest.id:
            _add_version(entry, artifact)
    for entry in entries:
        entry.more = len(found) == _MOST_OLDER or (entry.latest.type_id, entry.name) not in few


def newest_of_role(store: Store, role: CatalogueRole, limit: int) -> list[Artifact]:
    """The artifacts of a role that were stored last, so many; mostly they are among the newest artifacts, which are
    found at once in a store of any size."""
    types = Reader(store).type_ids("artifact", (role,))
    if not types:
        return []
    found = [each for each in store.artifacts(order=_NEWEST, limit=_TRIED) if each.type_id in types]
    return found[:limit] or store.artifacts(OneOf(Field("type_id"), types), order=_NEWEST, limit=limit)
