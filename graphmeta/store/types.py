"""The rules of types: when two of the same name are the same, and how one may grow."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from graphmeta.backends.base import Backend
from graphmeta.backends.batch import TakenError, Writer
from graphmeta.errors import AlreadyExistsError, InvalidArgumentError, UnsupportedError, UpdateConflictError
from graphmeta.model import BASE_TYPES, KINDS, PROPERTY_TYPES, SYSTEM_TYPES, Kind, Type
from graphmeta.store.values import check_text

TypeKey = tuple[Kind, str, str]


def put_types(backend: Backend, types: Sequence[Type], *, can_add_fields: bool, can_omit_fields: bool) -> list[int]:
    """Make sure that types exist as given; see `Store.put_types`."""
    for type in types:
        _check(type)

    def work(writer: Writer) -> list[int]:
        stored = {(each.kind, each.name, each.version): each for each in writer.types(lock=True)}
        owners = {each.external_id: key for key, each in stored.items() if each.external_id is not None}
        changed: dict[TypeKey, Type] = {}
        for given in types:
            key = (given.kind, given.name, given.version)
            known = changed.get(key) or stored.get(key)
            after = _grown(known, given, can_add_fields, can_omit_fields) if known else _new(given)
            if after is known:
                continue
            if after.external_id is not None and owners.setdefault(after.external_id, key) != key:
                raise (UpdateConflictError if known else AlreadyExistsError)(
                    f"Conflict of external_id: {after.external_id}. Another type than {after.name!r} has it; external "
                    "ids are unique among types of all kinds, so give it one of its own."
                )
            changed[key] = after
        ids = dict(zip(changed, writer.write_types(list(changed.values())), strict=True)) if changed else {}
        return [ids.get(key) or _id(stored[key]) for key in ((t.kind, t.name, t.version) for t in types)]

    for attempt in range(5):
        try:
            return backend.transact(work)
        except TakenError:
            # Somebody made the type between our look and our write: look again.
            if attempt == 4:
                raise AlreadyExistsError(
                    "Another type has the name or the external id of one of these types; give it one of its own."
                ) from None
    raise AssertionError("unreachable")


def _new(given: Type) -> Type:
    _check_value_types(given, given.properties)
    return replace(given, id=None)


def _id(type: Type) -> int:
    assert type.id is not None
    return type.id


def _check(type: Type) -> None:
    """Refuse what no store may hold.

    Raises:
        InvalidArgumentError: see the messages.
    """
    if type.kind not in KINDS:
        raise InvalidArgumentError(f"A type is of kind {', '.join(KINDS)}, not {type.kind!r}.")
    if not isinstance(type.name, str) or not type.name:
        raise InvalidArgumentError("No type name is specified. A type must have a name.")
    check_text(type.name, f"The name of a type of {type.kind}s")
    check_text(type.version, f"The version of type {type.name!r} ('' where it has none)")
    for field in ("description", "external_id", "input_type", "output_type"):
        if getattr(type, field) is not None:
            check_text(getattr(type, field), f"The {field} of type {type.name!r}")
    for key in type.properties:
        check_text(key, f"The key of a property of type {type.name!r}")
    if type.base_type is not None and type.base_type not in BASE_TYPES[type.kind]:
        allowed = ", ".join(BASE_TYPES[type.kind]) or "none"
        raise InvalidArgumentError(
            f"The base type of {type.kind} type {type.name!r} cannot be {type.base_type!r}; it may be {allowed}."
        )
    if type.base_type is not None and (type.kind, type.name) in SYSTEM_TYPES and not type.version:
        raise InvalidArgumentError(
            f"There is a cycle detected of the given relationship: {type.name} is a base type, so it has none."
        )


def _check_value_types(type: Type, properties: Mapping[str, object]) -> None:
    """Refuse properties that a type is to gain and whose value types are none.

    Raises:
        InvalidArgumentError: there is one.
    """
    for key, value_type in properties.items():
        if value_type not in PROPERTY_TYPES:
            raise InvalidArgumentError(
                f"Property {key} is UNKNOWN. The value type of property {key!r} of type {type.name!r} is "
                f"{value_type!r}; it must be one of {', '.join(PROPERTY_TYPES)}."
            )


def _grown(stored: Type, given: Type, can_add_fields: bool, can_omit_fields: bool) -> Type:
    """The stored type with what is new in the given one; itself where nothing is.

    Description and the struct types stay as first put, as in MLMD, and so does an external id where the given one
    is empty.

    Raises:
        AlreadyExistsError: it differs in a way that the flags do not allow.
        UnsupportedError: another base type.
    """
    added = {key: value for key, value in given.properties.items() if key not in stored.properties}
    omitted = [key for key in stored.properties if key not in given.properties]
    changed = [key for key, value in given.properties.items() if stored.properties.get(key, value) != value]
    problem = ""
    if changed:
        key = changed[0]
        problem = f"property {key!r} is {stored.properties[key]}, not {given.properties[key]}, and that cannot change"
    elif added and not can_add_fields:
        problem = f"it lacks {', '.join(map(repr, added))}; allow that with can_add_fields"
    elif omitted and not can_omit_fields:
        problem = f"it also has {', '.join(map(repr, omitted))}; allow that with can_omit_fields"
    if problem:
        raise AlreadyExistsError(
            f"Type already exists with different properties: {stored.kind} type {stored.name!r}: {problem}."
        )
    _check_value_types(stored, added)
    if given.base_type and stored.base_type and given.base_type != stored.base_type:
        raise UnsupportedError(
            f"base_type update is not supported yet: {stored.kind} type {stored.name!r} is a {stored.base_type}."
        )
    after = replace(
        stored,
        properties={**stored.properties, **added},
        base_type=stored.base_type or given.base_type,
        external_id=given.external_id or stored.external_id,
    )
    return stored if after == stored else after
