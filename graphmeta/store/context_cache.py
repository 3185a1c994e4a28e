"""The contexts that puts were joined to last, by type and name."""

from __future__ import annotations

_MOST = 1000


class ContextCache:
    """The ids of contexts that a put reused: the next step of a run is joined to the same. What is found here is
    believed until the backend says otherwise (see `ContextUse`). Safe to use from threads."""

    def __init__(self) -> None:
        self._ids: dict[tuple[int, str], int] = {}

    def find(self, type_id: int, name: str) -> int | None:
        """The id that the context had when it was last seen; None if it was not."""
        return self._ids.get((type_id, name))

    def remember(self, type_id: int, name: str, id: int) -> None:
        """The context has this id."""
        if len(self._ids) >= _MOST:
            self.forget()  # few programs write so many runs at once, and all it costs is to look them up again
        self._ids[type_id, name] = id

    def forget(self) -> None:
        """Look contexts up again before they are used."""
        self._ids = {}
