"""Types of an ML Metadata database; one that nodes name and that is not there gets a stand-in."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from graphmeta.backends.sqlite.types import SYSTEM_NAMES, TYPE_KINDS
from graphmeta.model import BASE_TYPES, PROPERTY_TYPES, Kind, PropertyType, Type
from graphmeta.moving.sources.mending import Mender, Tell, shown

_KINDS: dict[Any, Kind] = {number: kind for kind, number in TYPE_KINDS.items()}
_PROPERTY_TYPES: dict[Any, PropertyType] = {number: name for name, number in PROPERTY_TYPES.items()}  # type: ignore[misc]
_BASES = {name: base for base, name in SYSTEM_NAMES.items()}


class TypeRows:
    """The types of a database, as last read."""

    def __init__(self, tell: Tell, mender: Mender) -> None:
        self._tell = tell
        self._mender = mender
        self._types: dict[int, Type] = {}
        self._stand_ins: dict[tuple[Kind, int], Type] = {}

    def all(self) -> list[Type]:
        """Types and stand-ins, by id."""
        return sorted([*self._types.values(), *self._stand_ins.values()], key=lambda type: type.id or 0)

    def read(
        self,
        types: Iterable[Sequence[Any]],
        properties: Iterable[Sequence[Any]],
        bases: Iterable[Sequence[Any]],
    ) -> None:
        """Take rows of the statements `types`, `type_properties` and `bases`."""
        self._types = {}
        names: set[tuple[Kind, str, str]] = set()
        for row in types:
            type = self._type(row)
            if type is None:
                continue
            key = (type.kind, type.name, type.version)
            if key in names:
                said = f"another {type.kind} type is called {type.name!r}"
                type.version = f"{type.version} type {type.id}".strip()
                self._tell(
                    f"type/{type.id}", f"{said} with the same version; this one comes as version {type.version!r}."
                )
            names.add((type.kind, type.name, type.version))
            self._types[type.id or 0] = type
        for type_id, name, number in properties:
            self._declare(type_id, name, number)
        for type_id, parent_id, name in bases:
            self._derive(type_id, parent_id, name)

    def known(self, kind: Kind, type_id: Any) -> Type | None:
        """The type of a kind that a node names, or its stand-in, where there is one."""
        type = self._types.get(type_id)
        return type if type is not None and type.kind == kind else self._stand_ins.get((kind, type_id))

    def stand_in(self, kind: Kind, type_id: Any) -> Type:
        """A type for nodes that name one that is not there. It has the number that they name, where that is free."""
        number = type_id if isinstance(type_id, int) else 0
        taken = {type.id for type in self.all()}
        free = number > 0 and number not in taken
        id = number if free else max((each for each in taken if each is not None), default=0) + 1
        type = Type(kind=kind, name=f"unknown type {shown(type_id)}", id=id)
        self._stand_ins[kind, type_id] = type
        self._tell(
            f"type/{type_id}",
            f"there is no such {kind} type, and {kind}s are of it; they come as of a type {type.name!r} (type/{id}).",
        )
        return type

    # ------------------------------------------------------------ within

    def _type(self, row: Sequence[Any]) -> Type | None:
        id, name, version, number, description, input_type, output_type, external_id = row
        where, text = f"type/{id}", self._mender.text
        kind = _KINDS.get(number)
        if kind is None:
            self._tell(where, f"it is a type of kind {shown(number)}, which there is not; it is left out.")
            return None
        name = text(name, where, "the name")
        if name is None:
            name = f"unknown type {id}"
            self._tell(where, f"it has no name; it comes as {name!r}.")
        return Type(
            kind=kind,
            name=name,
            version=text(version, where, "the version") or "",
            description=text(description, where, "the description"),
            external_id=text(external_id, where, "the external id"),
            input_type=text(input_type, where, "the input type"),
            output_type=text(output_type, where, "the output type"),
            id=id,
        )

    def _declare(self, type_id: Any, name: Any, number: Any) -> None:
        where = f"type/{type_id} property {name if isinstance(name, str) else shown(name)}"
        type = self._types.get(type_id)
        key = self._mender.text(name, where, "the property's name")
        if type is None or key is None:
            self._tell(where, f"there is no {'such type' if type is None else 'name'}; the declaration is left out.")
            return
        declared = _PROPERTY_TYPES.get(number)
        if declared is None:
            declared = "STRING"
            self._tell(where, f"it is declared to be of kind {shown(number)}, which there is not; it comes as STRING.")
        type.properties[key] = declared

    def _derive(self, type_id: Any, parent_id: Any, name: Any) -> None:
        where = f"type/{type_id}"
        type = self._types.get(type_id)
        base = _BASES.get(name)
        if type is None or base not in BASE_TYPES[type.kind]:
            called = f" ({shown(name)})" if name is not None else ""
            self._tell(where, f"its base type/{parent_id}{called} is none of ML Metadata's for it; it is left out.")
        elif type.base_type is not None:
            self._tell(where, f"it has several base types; {type.base_type} comes, {base} does not.")
        else:
            type.base_type = base
