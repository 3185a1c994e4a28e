"""What people narrow a list down by, as conditions: type, state, name, URI, context, a filter, times."""

from __future__ import annotations

from collections.abc import Mapping

from graphmeta.backends.predicates import Compare, Field, InContext, Not, OneOf, Predicate, StartsWith
from graphmeta.errors import InvalidArgumentError
from graphmeta.model import INT64, Kind, node_id
from graphmeta.query.annotations import annotation_types
from graphmeta.query.listing import FEW, LOOKED_THROUGH, named
from graphmeta.query.naming import resolve
from graphmeta.store.moments import milliseconds
from graphmeta.store.store import Store


class Narrowing:
    """What a list is narrowed down to.

    Args:
        numbers: how many nodes of the kind there are, by type id; None where nobody counted.
        type: a type's name.
        state: a state.
        name: what is in the name or the URI, whatever the case of letters.
        begins: the stored name begins with `name`.
        uri: how the URI begins.
        context: the id or the name of a context that nodes belong to.
        filter: a condition in MLMD's filter language.
        since, until: when nodes were stored, as `store.moments` reads it; a day means its beginning, or its end.

    Attributes:
        where: all of them as conditions.
        few: whether one of them may hold for few nodes and an index may serve it.
        notes: what they leave out that people might expect.

    Raises:
        NotFoundError, AmbiguousNameError, InvalidArgumentError: what is meant by one of them cannot be said.
    """

    def __init__(
        self,
        store: Store,
        kind: Kind,
        numbers: Mapping[int, int] | None,
        *,
        type: str | None = None,
        state: str | None = None,
        name: str | None = None,
        begins: bool = False,
        uri: str | None = None,
        context: str | None = None,
        filter: str | None = None,
        since: str | None = None,
        until: str | None = None,
    ) -> None:
        self.where: list[Predicate] = []
        self.few = False
        self.notes: list[str] = []
        if type:
            self._type(store, kind, type, numbers)
        if state:
            self.where.append(Compare(Field("state"), "=", state))
        if name:
            self._name(store, kind, name, begins)
        if uri:
            self._add(StartsWith(Field("uri"), uri))
        if context:
            self._add(InContext([_context(store, context)]))
        if filter:
            from graphmeta.filters import parse  # late: the parser takes long to load, and most lists have no filter

            self._add(parse(filter, kind))
        if since:
            self.where.append(Compare(Field("created"), ">=", _moment(since, end=False)))
        if until:
            self.where.append(Compare(Field("created"), "<=", _moment(until, end=True)))
        if kind == "context" and not type and not filter:
            # They are shown with the nodes that they are of.
            hidden = annotation_types(store)
            self.where += [Not(OneOf(Field("type_id"), hidden))] if hidden else []

    def _add(self, condition: Predicate) -> None:
        self.where.append(condition)
        self.few = True

    def _type(self, store: Store, kind: Kind, name: str, numbers: Mapping[int, int] | None) -> None:
        ids = [type.id or 0 for type in store.types(kind, system=True) if type.name == name]
        self.where.append(Compare(Field("type_id"), "=", ids[0]) if len(ids) == 1 else OneOf(Field("type_id"), ids))
        self.few |= numbers is not None and sum(numbers.get(id, 0) for id in ids) <= FEW
        if not ids:
            self.notes.append(f"No {kind} type is called {name[:100]!r}.")

    def _name(self, store: Store, kind: Kind, name: str, begins: bool) -> None:
        if begins:
            self._add(StartsWith(Field("name"), name))
            return
        condition, some = named(store, kind, name)
        self.where.append(condition)
        if some:
            self.notes.append(
                f"Of {kind}s whose name only contains {name[:100]!r}, the newest {LOOKED_THROUGH:,} were looked "
                "through; of the older ones those are here that are called so, or whose name or URI begins so."
            )


def _context(store: Store, text: str) -> int:
    """The id of the context that a text names; a bare number is its id."""
    text = text.strip()
    given = f"context/{text}" if text.isascii() and text.isdigit() else text
    return node_id(resolve(store, given, kinds=("context",)))


def _moment(text: str, *, end: bool) -> int:
    """A moment in milliseconds since the epoch; a day means its end, or its beginning."""
    moment = milliseconds(text if end or len(text) > len("2026-11-23") else f"{text}T00:00")
    if moment not in INT64:
        raise InvalidArgumentError(f"{text[:50]!r} is beyond the times that a store holds.")
    return moment
