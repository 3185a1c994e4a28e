"""Types that are taken over from another store with their ids: what the table of types becomes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from graphmeta.errors import FailedPreconditionError
from graphmeta.model import SYSTEM_TYPES, Type

_SYSTEM = frozenset(SYSTEM_TYPES)


@dataclass(frozen=True, slots=True)
class Taking:
    """What is to be done.

    Attributes:
        types: all types as they are to be, by id.
        left: ids that system types give up; none of them may have nodes.
        changed: whether anything differs from what is stored.
    """

    types: list[Type]
    left: list[tuple[Type, int]]
    changed: bool


def take(given: Sequence[Type], stored: Sequence[Type]) -> Taking:
    """Let the types of a store become the given ones, with their ids. Those that are not among them stay; system types
    move behind all others where their id is wanted.

    Raises:
        FailedPreconditionError: the id of a user's type that is not among those given is wanted.
    """
    ids = {_key(type): _id(type) for type in given}
    wanted = set(ids.values())
    highest = max([*wanted, *(_id(type) for type in stored)], default=0)
    called = {type.id: type for type in given}
    kept: list[Type] = []
    left: list[tuple[Type, int]] = []
    for type in stored:
        id = ids.get(_key(type))
        if id == type.id:
            continue
        if id is None and type.id not in wanted:
            kept.append(type)
            continue
        if id is None and not _is_system(type):
            other = called[type.id]
            raise FailedPreconditionError(
                f"The store has a {type.kind} type {type.name!r} of its own as type/{type.id}, and among those to be "
                f"taken over that is the {other.kind} type {other.name!r}. One id cannot be both: use an empty store."
            )
        left.append((type, _id(type)))
        if id is None:
            highest += 1
            kept.append(replace(type, id=highest))
    there = {_key(type) for type in (*given, *kept)}
    for kind, name in SYSTEM_TYPES:
        if (kind, name, "") not in there:
            highest += 1
            kept.append(Type(kind=kind, name=name, id=highest))
    types = sorted([*given, *kept], key=_id)
    return Taking(types, left, types != list(stored))


def refuse_with_nodes(taking: Taking, counted: Sequence[tuple[str, int]]) -> None:
    """Refuse to move a type that has nodes.

    Args:
        counted: kinds and ids of the types that have nodes.

    Raises:
        FailedPreconditionError: one of those that leave their id does.
    """
    used = set(counted)
    for type, id in taking.left:
        if (type.kind, id) in used:
            raise FailedPreconditionError(
                f"The store has {type.kind}s of the type {type.name!r} (type/{id}), and the types to be taken over "
                "have another one of that id. Only a store without nodes can take them: use an empty one."
            )


def _key(type: Type) -> tuple[str, str, str]:
    return type.kind, type.name, type.version


def _id(type: Type) -> int:
    assert type.id is not None
    return type.id


def _is_system(type: Type) -> bool:
    return (type.kind, type.name) in _SYSTEM and not type.version
