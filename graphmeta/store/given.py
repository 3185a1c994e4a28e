"""What one put was given."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from graphmeta.errors import InvalidArgumentError
from graphmeta.model import AnyNode, Artifact, Association, Attribution, Context, Event, Execution, ParentContext
from graphmeta.store.options import PutOptions


@dataclass(slots=True)
class Given:
    """The arguments of `Store.put`.

    Attributes:
        keep_key: whether the caller chose the key.
        absent: artifacts that are known to be missing, where the options allow that: nothing is joined to them.
    """

    artifacts: list[Artifact]
    executions: list[Execution]
    contexts: list[Context]
    events: list[Event]
    attributions: list[Attribution]
    associations: list[Association]
    parents: list[ParentContext]
    options: PutOptions
    key: str
    keep_key: bool
    absent: set[int] = field(default_factory=set)

    def check(self) -> None:
        """Refuse what has not even the right form, as a node of one kind among those of another, whose id would
        name somebody else.

        Raises:
            InvalidArgumentError: there is one.
        """
        of_kinds: tuple[tuple[Sequence[AnyNode], type[AnyNode]], ...] = (
            (self.artifacts, Artifact),
            (self.executions, Execution),
            (self.contexts, Context),
        )
        for nodes, wanted in of_kinds:
            for node in nodes:
                if not isinstance(node, wanted):
                    raise InvalidArgumentError(
                        f"{wanted.kind.capitalize()}s are wanted here, and {repr(node)[:100]} is none of them."
                    )
                if not isinstance(node.properties, dict) or not isinstance(node.custom_properties, dict):
                    raise InvalidArgumentError(
                        f"The properties of {wanted.kind} {node.name!r:.80} must be dicts; an empty one is none."
                    )
        if isinstance(self.options.update_mask, str):
            raise InvalidArgumentError(
                f"An update mask is a list of paths, as [{self.options.update_mask!r:.80}], not text."
            )
