"""The rules of types: when two of the same name are the same, and how one may grow."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from graphmeta.backends.base import Backend
from graphmeta.backends.batch import TakenError, Writer
from graphmeta.errors import AlreadyExistsError, InvalidArgumentError, UnsupportedError
from graphmeta.model import BASE_TYPES, KINDS, PROPERTY_TYPES, Kind, Type
from graphmeta.store.values import check_text


def put_types(backend: Backend, types: Sequence[Type], *, can_add_fields: bool, can_omit_fields: bool) -> list[int]:
    """Make sure that types exist as given; see `Store.put_types`."""
    for type in types:
        _check(type)

    def work(writer: Writer) -> list[int]:
        stored = {(each.kind, each.name, each.version): each for each in writer.types(lock=True)}
        changed: dict[tuple[Kind, str, str], Type] = {}
        for given in types:
            key = (given.kind, given.name, given.version)
            known = changed.get(key) or stored.get(key)
            after = _grown(known, given, can_add_fields, can_omit_fields) if known else replace(given, id=None)
            if after is not known:
                changed[key] = after
        ids = dict(zip(changed, writer.write_types(list(changed.values())), strict=True)) if changed else {}
        return [ids.get(key) or _id(stored[key]) for key in ((t.kind, t.name, t.version) for t in types)]

    for attempt in range(5):
        try:
            return backend.transact(work)
        except TakenError as taken:
            if taken.what == "external_id" or attempt == 4:
                raise AlreadyExistsError(
                    "Another type has the external id of one of these types; external ids are unique among types, "
                    "so give it one of its own."
                ) from None
            # Somebody made the type between our look and our write: look again.
    raise AssertionError("unreachable")


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
    for key, value_type in type.properties.items():
        check_text(key, f"The key of a property of type {type.name!r}")
        if value_type not in PROPERTY_TYPES:
            raise InvalidArgumentError(
                f"Property {key} is UNKNOWN. The value type of property {key!r} of type {type.name!r} is "
                f"{value_type!r}; it must be one of {', '.join(PROPERTY_TYPES)}."
            )
    if type.base_type is not None and type.base_type not in BASE_TYPES[type.kind]:
        allowed = ", ".join(BASE_TYPES[type.kind]) or "none"
        raise InvalidArgumentError(
            f"The base type of {type.kind} type {type.name!r} cannot be {type.base_type!r}; it may be {allowed}."
        )


def _grown(stored: Type, given: Type, can_add_fields: bool, can_omit_fields: bool) -> Type:
    """The stored type with what is new in the given one; itself where nothing is.

    Description and the struct types stay as first put, as in MLMD.

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
    if given.base_type and stored.base_type and given.base_type != stored.base_type:
        raise UnsupportedError(
            f"base_type update is not supported yet: {stored.kind} type {stored.name!r} is a {stored.base_type}."
        )
    after = replace(
        stored,
        properties={**stored.properties, **added},
        base_type=stored.base_type or given.base_type,
        external_id=given.external_id if given.external_id is not None else stored.external_id,
    )
    return stored if after == stored else after
