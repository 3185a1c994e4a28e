"""The types of a store as last seen."""

from __future__ import annotations

from collections.abc import Iterable

from graphmeta.backends.base import Backend
from graphmeta.errors import NotFoundError
from graphmeta.model import SYSTEM_TYPES, Kind, Type

SYSTEM_NAMES = frozenset(SYSTEM_TYPES)


class TypeCache:
    """The types as last seen. Types are never removed and only ever gain, so what is found here may be
    relied on to accept a node (the backend checks it once more, see `TypeUse`), never to refuse one."""

    def __init__(self, backend: Backend) -> None:
        self._backend = backend
        self._by_id: dict[tuple[Kind, int], Type] = {}
        self._by_name: dict[tuple[Kind, str, str], Type] = {}

    def remember(self, types: Iterable[Type]) -> None:
        """These are all the types that there are now."""
        by_id: dict[tuple[Kind, int], Type] = {}
        by_name: dict[tuple[Kind, str, str], Type] = {}
        for type in types:
            assert type.id is not None
            by_id[type.kind, type.id] = type
            by_name[type.kind, type.name, type.version] = type
        self._by_id, self._by_name = by_id, by_name

    def forget(self) -> None:
        """Read the types again before they are used."""
        self.remember(())

    def fresh(self) -> list[Type]:
        """All types as the store has them now, by id."""
        types = self._backend.types()
        self.remember(types)
        return types

    def find(self, kind: Kind, *, id: int | None = None, name: str = "", version: str = "") -> Type | None:
        """A type by its id, or by name and version, as last seen."""
        return self._by_id.get((kind, id)) if id is not None else self._by_name.get((kind, name, version))

    def named(self, kind: Kind, name: str, version: str = "") -> Type:
        """A type as the store has it now.

        Raises:
            NotFoundError: there is none of that name and version.
        """
        self.fresh()
        found = self.find(kind, name=name, version=version)
        if found is None:
            raise NotFoundError(self.missing(kind, name, version))
        return found

    def missing(self, kind: Kind, name: str, version: str = "") -> str:
        """The sentence that says that there is no such type, and which there are."""
        there = sorted({known for of, known, _ in self._by_name if of == kind and (of, known) not in SYSTEM_NAMES})
        shown = ", ".join(there[:10]) + (", …" if len(there) > 10 else "")
        said = f"{name!r}" + (f" in version {version!r}" if version else "")
        return f"There is no {kind} type {said}; " + (
            f"the store has {shown}. Put the type first (store.put_type)."
            if there
            else f"the store has no {kind} types yet. Put the type first (store.put_type)."
        )
