"""The rule of parent contexts: no context is above itself."""

from __future__ import annotations

from collections.abc import Sequence

from graphmeta.backends.batch import Writer
from graphmeta.errors import InvalidArgumentError


def check_parents(links: Sequence[tuple[int, int]], writer: Writer, *, new: set[int]) -> None:
    """Refuse (child id, parent id) links that would close a cycle with each other or with stored ones.

    Args:
        new: contexts that are not stored yet, and so have nothing above them but these links.

    Raises:
        InvalidArgumentError: a link from a context to itself, or one that closes a cycle.
    """
    above: dict[int, set[int]] = {}
    for child, parent in links:
        if child == parent:
            raise InvalidArgumentError(f"Context {child} cannot be its own parent.")
        for each in (child, parent):
            if each not in above:
                above[each] = set() if each in new else set(writer.ancestors([each]))
    for child, parent in links:
        above[child].add(parent)
        if _reaches(above, parent, child):
            raise InvalidArgumentError(
                f"There is a cycle detected: context {parent} is already below context {child}, "
                "so it cannot be its parent."
            )


def _reaches(above: dict[int, set[int]], start: int, target: int) -> bool:
    """Whether `target` is above `start`."""
    seen = {start}
    waiting = [start]
    while waiting:
        each = waiting.pop()
        if each == target:
            return True
        fresh = above.get(each, set()) - seen
        seen |= fresh
        waiting.extend(fresh)
    return False
