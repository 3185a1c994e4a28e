"""What people should know before something goes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from graphmeta.backends.predicates import And, Field, OneOf, StartsWith
from graphmeta.backends.requests import NodeQuery
from graphmeta.keeping.coding import decoded
from graphmeta.keeping.memberships import GoingContexts
from graphmeta.keeping.rows import rows_of
from graphmeta.keeping.selection import Candidates
from graphmeta.model import Kind
from graphmeta.store.store import Store

_NAMES_LOOKED_AT = 50
# A name without its version, of a type.
_Thing = tuple[Kind, int, str]


def warnings(store: Store, found: Candidates, ids: Mapping[Kind, frozenset[int]], around: GoingContexts) -> list[str]:
    """What else changes with what goes, in sentences.

    Args:
        ids: of what goes.
    """
    return [*_unlisted(around), *_last_versions(store, found, ids)]


def _unlisted(around: GoingContexts) -> list[str]:
    if not around.unlisted:
        return []
    what = "1 artifact that stays was" if around.unlisted == 1 else f"{around.unlisted:,} artifacts that stay were"
    return [f"{what} listed in what goes, and will not be any longer."]


def _last_versions(store: Store, found: Candidates, ids: Mapping[Kind, frozenset[int]]) -> Iterator[str]:
    """What is said where the last version of a name goes: the recorder counts on from the highest that is there, and
    what was made from an older one is stale no longer."""
    last: dict[_Thing, int] = {}
    named = [(*decoded(node), found.types[node], name) for node, name in found.names.items() if node in found.types]
    rows: list[tuple[Kind, int, int, str]] = [each for each in named if each[1] in ids[each[0]]]
    rows += [("context", row.id, row.type_id, row.name or "") for row in rows_of(store, "context", ids["context"])]
    for kind, _, type, name in rows:
        base, version = _parted(name)
        if version is not None:
            last[kind, type, base] = max(version, last.get((kind, type, base), 0))
    again: list[str] = []
    newest: list[str] = []
    for thing, version in list(last.items())[:_NAMES_LOOKED_AT]:
        staying = _staying(store, thing, ids[thing[0]])
        if max(staying, default=0) < version:
            again.append(f"{thing[2]}@{version}")
            if staying and thing[0] == "artifact":
                newest.append(f"{thing[2]}@{version}")
    more = len(last) - _NAMES_LOOKED_AT
    unseen = f" {more:,} further names were not looked at." if more > 0 else ""
    if again:
        yield (
            f"The last version of {'a name' if len(again) == 1 else 'some names'} goes: {_listed(again)}. The recorder "
            "counts on from what is left, so it may give such a number again; then `graphmeta restore` finds the name "
            f"taken.{unseen}"
        )
    if newest:
        yield (
            f"Older versions stay where a newer one goes: {_listed(newest)}. What was made from those is then no "
            "longer found stale by `graphmeta check stale`."
        )


def _staying(store: Store, thing: _Thing, going: frozenset[int]) -> list[int]:
    """The versions of a name that stay."""
    kind, type, base = thing
    where = And([OneOf(Field("type_id"), [type]), StartsWith(Field("name"), f"{base}@")])
    rows = store.backend.nodes(NodeQuery(kind, where, bare=True))
    parted = [_parted(row.name or "") for row in rows if row.id not in going]
    return [version for name, version in parted if name == base and version is not None]


def _parted(name: str) -> tuple[str, int | None]:
    """A stored name without its version, and that: `churn` and 3 of `churn@3`."""
    base, _, version = name.rpartition("@")
    known = base and version.isascii() and version.isdigit() and len(version) < 20
    return base, int(version) if known else None


def _listed(names: list[str]) -> str:
    return ", ".join(names[:5]) + (f" and {len(names) - 5} more" if len(names) > 5 else "")
