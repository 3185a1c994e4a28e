"""Conditions on nodes, as a tree that each backend turns into its own language.

Values travel as parameters; nothing in a tree becomes text of a statement.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, Union

from graphmeta.backends.expressions import Expression, Mention

Scalar = Union[int, float, str, bool]
FieldName = Literal["id", "type_id", "type", "name", "uri", "state", "external_id", "created", "updated"]
Operator = Literal["=", "<", "<=", ">", ">="]


@dataclass(slots=True)
class Field:
    """A field that every node of the kind has; `type` is the type's name."""

    name: FieldName


@dataclass(slots=True)
class Property:
    """A property by its key; `custom` says which of the two namespaces. A comparison with it holds only
    for a value of the same kind: 1 is not "1", nor 1.0, nor True."""

    key: str
    custom: bool


@dataclass(slots=True)
class Compare:
    """`left operator value`; an absent field or property makes it not hold."""

    left: Field | Property
    operator: Operator
    value: Scalar


@dataclass(slots=True)
class OneOf:
    """The field has one of these values. Duplicates are harmless; an empty list holds for nothing."""

    left: Field
    values: Sequence[int] | Sequence[str]


@dataclass(slots=True)
class StartsWith:
    """The text field begins with this, case counting."""

    left: Field
    prefix: str


@dataclass(slots=True)
class OfType:
    """The node's type has this name and this version, '' where it has none."""

    name: str
    version: str = ""


@dataclass(slots=True)
class TypeAndName:
    """The node is (type_id, name) for one of these pairs."""

    pairs: Sequence[tuple[int, str]]


@dataclass(slots=True)
class KnownAs:
    """The node's stored name, or one of the properties that a display name is taken from
    (`words.DISPLAY_KEYS`, declared or custom), is one of these texts. It is there to find, not to decide:
    a backend may bring more (nodes whose URI ends so), and may leave out properties that a display name
    hides, so that it need not scan; whoever asks checks, and looks for the rest where nothing is found."""

    texts: Sequence[str]


@dataclass(slots=True)
class NameContains:
    """The node's stored name, its URI or one of the properties that a display name is taken from
    (`words.DISPLAY_KEYS`) has this text in it, whatever the case of ASCII letters; backends may take other
    letters for the same as well, and may leave out properties that a display name hides. No index serves it: every node
    that is asked about is looked at, so ask about some thousands."""

    text: str


@dataclass(slots=True)
class InContext:
    """The artifact or execution belongs to one of these contexts."""

    context_ids: Sequence[int]


@dataclass(slots=True)
class Matches:
    """For some choice of neighbours the expression is true: neither false nor NULL.

    Attributes:
        expression: of type BOOL.
        requires: what the node must have for it, each neighbour and property that the expression mentions
            among them: where one is missing there is no choice, and it does not hold.
    """

    expression: Expression
    requires: Sequence[Mention] = ()


@dataclass(slots=True)
class And:
    parts: Sequence[Predicate]


@dataclass(slots=True)
class Or:
    parts: Sequence[Predicate]


@dataclass(slots=True)
class Not:
    part: Predicate


Predicate = Union[
    Compare, OneOf, StartsWith, OfType, TypeAndName, KnownAs, NameContains, InContext, Matches, And, Or, Not
]
