"""The edges of one put: what is checked of them, and their ends as ids."""

from __future__ import annotations

from collections.abc import Mapping

from graphmeta.backends.batch import EventWrite, Writer
from graphmeta.errors import InvalidArgumentError
from graphmeta.model import EVENT_TYPES, AnyNode, Kind
from graphmeta.store.given import Given
from graphmeta.store.nodes import described
from graphmeta.store.parents import check_parents
from graphmeta.store.values import check_int, check_text, plain


class Edges:
    """Events, attributions, associations and parent links of a put.

    Args:
        given: what to put.
        ids: the ids of the put's nodes by the identity of their objects; filled before `resolve`.
    """

    def __init__(self, given: Given, ids: Mapping[int, int]) -> None:
        self._given = given
        self._ids = ids
        self.events: list[EventWrite] = []
        self.attributions: list[tuple[int, int]] = []
        self.associations: list[tuple[int, int]] = []
        self.parents: list[tuple[int, int]] = []

    def check(self) -> None:
        """Refuse events that cannot be.

        Raises:
            InvalidArgumentError: an unknown type, a time or a path of the wrong kind.
        """
        checked: set[int] = set()  # the paths, by identity: many events share one
        for event in self._given.events:
            if not isinstance(event.type, str) or event.type not in EVENT_TYPES:
                raise InvalidArgumentError(
                    f"An event's type is {event.type!r}; it must be one of {', '.join(EVENT_TYPES)}."
                )
            if event.time is not None:
                check_int(event.time, "An event's time")
            if id(event.path) not in checked:
                _check_path(event.path)
                checked.add(id(event.path))

    def resolve(self, writer: Writer, now: int, before: Mapping[tuple[Kind, int], AnyNode | None]) -> None:
        """Find the ids of all ends, number the events and check the parent links.

        Args:
            before: what each node of the put was; None for a new one.

        Raises:
            InvalidArgumentError: an end that is neither stored nor in the put; a cycle of contexts.
        """
        given = self._given
        numbers = writer.ids("event", len(given.events)) if given.events else ()
        self.events = [
            EventWrite(
                number,
                self._id(event.artifact, "artifact"),
                self._id(event.execution, "execution"),
                event.type,
                tuple(event.path),
                now if event.time is None else event.time,
            )
            for number, event in zip(numbers, given.events, strict=True)
        ]
        # Once each: those that exist are left alone, and so are those said twice.
        self.attributions = list(
            dict.fromkeys(
                [
                    (self._id(each.artifact, "artifact"), self._id(each.context, "context"))
                    for each in given.attributions
                    if not isinstance(each.artifact, int) or each.artifact not in given.absent
                ]
            )
        )
        self.associations = list(
            dict.fromkeys(
                [
                    (self._id(each.execution, "execution"), self._id(each.context, "context"))
                    for each in given.associations
                ]
            )
        )
        self.parents = [(self._id(each.child, "context"), self._id(each.parent, "context")) for each in given.parents]
        if self.parents:
            new = {number for (kind, number), was in before.items() if was is None and kind == "context"}
            check_parents(self.parents, writer, new=new)

    def ends(self, *, may_miss_artifacts: bool) -> dict[Kind, set[int]]:
        """The ids that the edges name, by kind; without the artifacts of events where those may be missing."""
        artifacts = {artifact for artifact, _ in self.attributions}
        if not may_miss_artifacts:
            artifacts |= {event.artifact_id for event in self.events}
        executions = {execution for execution, _ in self.associations}
        executions |= {event.execution_id for event in self.events}
        contexts = {context for _, context in self.attributions}
        contexts |= {context for _, context in self.associations}
        contexts |= {end for link in self.parents for end in link}
        return {"artifact": artifacts, "execution": executions, "context": contexts}

    def _id(self, end: AnyNode | int, kind: Kind) -> int:
        """The id of an edge's end.

        Raises:
            InvalidArgumentError: a node of another kind, or one that is neither stored nor in the put.
        """
        number = self._ids.get(id(end))
        if number is not None and end.kind == kind:  # type: ignore[union-attr]  # as most: a node of this put
            return number
        if isinstance(end, int):
            return end if plain(end) == "INT" else check_int(end, f"The id of an edge's {kind}")
        if getattr(end, "kind", None) != kind:
            raise InvalidArgumentError(f"An edge's {kind} must be one, or its id, not {repr(end)[:100]}.")
        number = end.id
        if number is None:
            raise InvalidArgumentError(
                f"An edge names {described(end)}, which is neither stored nor part of this put; add it to the put."
            )
        return number


def _check_path(path: object) -> None:
    """Refuse a path that is none.

    Raises:
        InvalidArgumentError: it is no tuple or list, or holds something else than texts and 64-bit integers.
    """
    if not isinstance(path, (tuple, list)):
        raise InvalidArgumentError(
            f"An event's path is a tuple of keys and indexes, as ('examples', 0), and not {path!r:.100}."
        )
    for step in path:
        if plain(step) in ("STRING", "INT"):  # as most
            continue
        if isinstance(step, str):
            check_text(step, "A key of an event's path")
        else:
            check_int(step, "An index of an event's path")
