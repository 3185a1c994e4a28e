"""What the conditions of `backends.predicates` mean, on nodes in memory. Two-valued: what does not hold, its
`Not` does."""

from __future__ import annotations

import operator
from typing import TYPE_CHECKING, Any

from graphmeta.backends.predicates import (
    And,
    Compare,
    Field,
    InContext,
    KnownAs,
    Matches,
    NameContains,
    Not,
    OfType,
    OneOf,
    Or,
    Predicate,
    Property,
    StartsWith,
    TypeAndName,
)
from graphmeta.model import AnyNode
from graphmeta.testing.reference_expressions import matches
from graphmeta.vocabulary import display_name

if TYPE_CHECKING:
    from graphmeta.testing.reference import ReferenceStore

_OPERATORS: dict[str, Any] = {
    "=": operator.eq,
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}


def name_key(name: str | None) -> tuple[bool, str]:
    """The key that orders names: by code point, nodes without a name before all others."""
    return name is not None, name or ""


class Holds:
    """Whether conditions hold for one node of a store."""

    def __init__(self, store: ReferenceStore, node: AnyNode) -> None:
        self.store = store
        self.node = node

    def holds(self, where: Predicate) -> bool:
        if isinstance(where, And):
            return all(self.holds(part) for part in where.parts)
        if isinstance(where, Or):
            return any(self.holds(part) for part in where.parts)
        if isinstance(where, Not):
            return not self.holds(where.part)
        if isinstance(where, Compare):
            return self._compare(where)
        if isinstance(where, OneOf):
            return self._value(where.left) in where.values
        if isinstance(where, StartsWith):
            value = self._value(where.left)
            return isinstance(value, str) and value.startswith(where.prefix)
        if isinstance(where, OfType):
            of = [type for type in self.store.types if type.id == self.node.type_id]
            return [(type.name, type.version) for type in of] == [(where.name, where.version)]
        if isinstance(where, TypeAndName):
            return (self.node.type_id, self.node.name) in where.pairs
        if isinstance(where, KnownAs):
            return self.known_as(where)
        if isinstance(where, NameContains):
            return self._name_contains(where.text)
        if isinstance(where, Matches):
            return matches(self.store, self.node, where)
        return self._in_context(where)

    def known_as(self, where: KnownAs) -> bool:
        """By name or by the property that the display name is taken from: what every backend must find."""
        shown = display_name(None, None, self.node.properties, self.node.custom_properties)
        return self.node.name in where.texts or (bool(shown) and shown in where.texts)

    def _name_contains(self, text: str) -> bool:
        shown = display_name(None, None, self.node.properties, self.node.custom_properties)
        places = (self.node.name, getattr(self.node, "uri", None), shown)
        return any(text.lower() in place.lower() for place in places if place is not None)

    def _in_context(self, where: InContext) -> bool:
        pairs = self.store.attributions if self.node.kind == "artifact" else self.store.associations
        return any((self.node.id, context) in pairs for context in where.context_ids)

    def _value(self, left: Field | Property) -> Any:
        if isinstance(left, Field):
            return getattr(self.node, left.name, None)
        return (self.node.custom_properties if left.custom else self.node.properties).get(left.key)

    def _compare(self, where: Compare) -> bool:
        value = self._value(where.left)
        if value is None or type(value) is not type(where.value):
            return False
        return bool(_OPERATORS[where.operator](value, where.value))
