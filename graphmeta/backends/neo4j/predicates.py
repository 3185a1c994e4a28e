"""Predicates as Cypher: a condition on `node`, every value a parameter.

Cypher's logic has three values and a predicate two: under a Not, whatever is null counts as false. It is
left alone elsewhere, where null and false both drop the node, because an index serves the plain form only.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from graphmeta.backends.neo4j.expressions import Expressions
from graphmeta.backends.neo4j.values import KEYED_FIELDS, MARKER, index_key, property_name, shortened
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
    Scalar,
    StartsWith,
    TypeAndName,
)
from graphmeta.model import INT64, Kind

MEMBERSHIP: dict[Kind, str] = {"artifact": "ATTRIBUTION", "execution": "ASSOCIATION"}
_OPERATORS = frozenset({"=", "<", "<=", ">", ">="})
_FIELDS = frozenset({"id", "type_id", "type", "name", "uri", "state", "external_id", "created", "updated"})


class Condition:
    """Turns predicates on nodes of one kind into Cypher and collects their parameters.

    Attributes:
        parameters: by name, filled by `text`.
    """

    def __init__(self, kind: Kind) -> None:
        self.kind = kind
        self.parameters: dict[str, Any] = {}

    def text(self, predicate: Predicate, *, strict: bool = False) -> str:
        """The condition that holds where the predicate does.

        Args:
            strict: it must be true or false, never null.
        """
        if isinstance(predicate, And):
            return self._joined(" AND ", predicate.parts, "true", strict)
        if isinstance(predicate, Or):
            return self._joined(" OR ", predicate.parts, "false", strict)
        if isinstance(predicate, Not):
            return f"NOT {self.text(predicate.part, strict=True)}"
        leaf = self._leaf(predicate)
        return f"coalesce({leaf}, false)" if strict else f"({leaf})"

    def parameter(self, value: Any) -> str:
        """A new parameter with this value, as Cypher names it."""
        name = f"p{len(self.parameters)}"
        self.parameters[name] = value
        return f"${name}"

    def _joined(self, word: str, parts: Sequence[Predicate], empty: str, strict: bool) -> str:
        if not parts:
            return empty
        return "(" + word.join(self.text(part, strict=strict) for part in parts) + ")"

    def _leaf(self, predicate: Predicate) -> str:
        if isinstance(predicate, Compare):
            return self._compare(predicate)
        if isinstance(predicate, OneOf):
            return self._one_of(predicate.left, predicate.values)
        if isinstance(predicate, StartsWith):
            return self._starts_with(_checked(predicate.left), predicate.prefix)
        if isinstance(predicate, OfType):
            return self._of_type(predicate)
        if isinstance(predicate, TypeAndName):
            return self._type_and_name(predicate.pairs)
        if isinstance(predicate, KnownAs):
            shown = self.parameter(sorted({shortened(text) for text in predicate.texts}))
            names = self.parameter(sorted({index_key(text) for text in predicate.texts}))
            return f"node.display_name IN {shown} OR node.name IN {names}"
        if isinstance(predicate, NameContains):
            return self._name_contains(predicate.text)
        if isinstance(predicate, InContext):
            return self._in_context(predicate.context_ids)
        if isinstance(predicate, Matches):
            return Expressions(self.kind, self.parameter, self._ordered).matches(predicate)
        raise TypeError(f"not a predicate: {predicate!r}")

    def _compare(self, compare: Compare) -> str:
        if compare.operator not in _OPERATORS:
            raise ValueError(f"not an operator: {compare.operator!r}")
        if isinstance(compare.left, Property):
            return self._compare_property(compare.left, compare.operator, compare.value)
        field = _checked(compare.left)
        if compare.left.name not in KEYED_FIELDS or not isinstance(compare.value, str):
            return self._ordered(field, compare.operator, compare.value)
        if compare.operator == "=":
            return f"{field} = {self.parameter(index_key(compare.value))}"
        return self._ordered(whole(field), compare.operator, compare.value)

    def _compare_property(self, left: Property, operator: str, value: Scalar) -> str:
        place = f"node[{self.parameter(property_name(left.key, custom=left.custom))}]"
        text = self._ordered(place, operator, value)
        # To Cypher 1 is 1.0; texts and booleans are never equal to anything else, nor less than it.
        if isinstance(value, bool) or not isinstance(value, (int, float)):
            return text
        # (Not an AND: the planner multiplies out those of several alternatives, and then tries all that on each node.)
        return f"CASE WHEN {place} IS :: {'INTEGER' if isinstance(value, int) else 'FLOAT'} NOT NULL THEN {text} END"

    def _ordered(self, place: str, operator: str, value: Scalar) -> str:
        """A comparison by value, texts by code point.

        Neo4j compares texts by UTF-16 units, where what lies beyond U+FFFF comes before U+E000. So where the
        value has a character c from U+E000 on, behind a beginning b, the texts that begin with b and go on
        on the other side of that border are put right. No other text can be in the wrong place.
        """
        if isinstance(value, int) and not isinstance(value, bool) and value not in INT64:
            # Beyond what Neo4j takes, and so beyond all that it holds.
            value = float("inf") if value > 0 else float("-inf")
        plain = f"{place} {operator} {self.parameter(value)}"
        if operator == "=" or not isinstance(value, str) or all(character < "\ue000" for character in value):
            return plain
        more, less = [], []
        for position, character in enumerate(value):
            if character >= "\ue000":
                begins = f"{place} STARTS WITH {self.parameter(value[:position])}"
                border = self.parameter(value[:position] + "\ue000")
                if character > "\uffff":  # These are less, and Neo4j thinks that they are more.
                    less.append(f"({begins} AND {place} >= {border})")
                else:
                    first = self.parameter(value[:position] + "\U00010000")
                    more.append(f"({begins} AND {place} >= {first} AND {place} < {border})")
        wrong_in, wrong_out = (more, less) if operator[0] == "<" else (less, more)
        added = " OR ".join([plain, *wrong_out])
        return f"({added})" + "".join(f" AND NOT {part}" for part in wrong_in)

    def _one_of(self, left: Field, values: Sequence[int] | Sequence[str]) -> str:
        field = _checked(left)
        wanted: list[int | str] = list(dict.fromkeys(values))
        if left.name in KEYED_FIELDS:
            wanted = [index_key(value) for value in wanted if isinstance(value, str)]
        else:
            wanted = [value for value in wanted if isinstance(value, str) or value in INT64]
        return f"{field} IN {self.parameter(wanted)}"

    def _starts_with(self, field: str, prefix: str) -> str:
        text = self.parameter(prefix)
        if field.removeprefix("node.") not in KEYED_FIELDS:
            return f"{field} STARTS WITH {text}"
        marker = self.parameter(MARKER)
        return (
            f"({field} STARTS WITH {text} AND {field}_text IS NULL)"
            f" OR ({field} STARTS WITH {marker} AND {field}_text STARTS WITH {text})"
        )

    def _of_type(self, wanted: OfType) -> str:
        name, version = self.parameter(index_key(wanted.name)), self.parameter(index_key(wanted.version))
        # Nodes have their type's name, so that an index finds them, but not its version.
        which = f"{{kind: {self.parameter(self.kind)}, name: {name}, version: {version}}}"
        return f"node.type = {name} AND EXISTS {{ MATCH (type:Type {which}) WHERE type.id = node.type_id }}"

    def _type_and_name(self, pairs: Sequence[tuple[int, str]]) -> str:
        names: dict[int, list[str]] = {}
        for type_id, name in pairs:
            names.setdefault(type_id, []).append(index_key(name))
        parts = [
            f"(node.type_id = {self.parameter(type_id)} AND node.name IN {self.parameter(list(dict.fromkeys(those)))})"
            for type_id, those in names.items()
        ]
        return " OR ".join(parts) or "false"

    def _name_contains(self, text: str) -> str:
        wanted = self.parameter(text.lower())
        places = ["node.display_name", whole("node.name"), *([whole("node.uri")] if self.kind == "artifact" else [])]
        return " OR ".join(f"coalesce(toLower({place}) CONTAINS {wanted}, false)" for place in places)

    def _in_context(self, context_ids: Sequence[int]) -> str:
        ids = self.parameter(list(dict.fromkeys(context_ids)))
        edge = MEMBERSHIP[self.kind]
        return f"EXISTS {{ MATCH (node)-[:{edge}]->(context:Context) WHERE context.id IN {ids} }}"


def whole(field: str) -> str:
    """An expression for the whole text of a field of which `field` may hold a digest only."""
    return f"coalesce({field}_text, {field})"


def _checked(field: Field) -> str:
    if field.name not in _FIELDS:
        raise ValueError(f"not a field of a node: {field.name!r}")
    return f"node.{field.name}"
