"""One put: what it was given, how often it looks again, and what is said when it fails."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import cast

from graphmeta.backends.base import Backend, MissingNodesError, StaleTypesError, TakenError, Written
from graphmeta.errors import (
    AlreadyExistsError,
    GraphmetaError,
    InternalError,
    InvalidArgumentError,
    NotFoundError,
)
from graphmeta.model import AnyNode, Artifact, Association, Attribution, Context, Event, Execution, ParentContext
from graphmeta.store.attempt import Attempt
from graphmeta.store.options import PutOptions
from graphmeta.store.types import TypeCache

# How often a put looks again after somebody else was quicker.
_ATTEMPTS = 5


@dataclass(slots=True)
class Put:
    """What one put was given; see `Store.put`."""

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

    def run(self, backend: Backend, types: TypeCache) -> Written:
        """Write it; see `Store.put` for what it returns and raises."""
        self._check_kinds()
        for attempt in range(_ATTEMPTS):
            last = attempt == _ATTEMPTS - 1
            try:
                written = backend.transact(lambda writer: Attempt(self, writer, types).run())
            except StaleTypesError:
                types.forget()
                if last:
                    raise InternalError("The store's types change faster than this put can check them.") from None
            except TakenError as taken:
                # A context that somebody else made since we looked is there to be reused now.
                if last or not (self.options.reuse_contexts and taken.kind == "context" and taken.what == "name"):
                    raise _already_exists(taken) from None
            except MissingNodesError as missing:
                raise self._missing(missing) from None
            else:
                self._give_ids(written)
                return written
        raise AssertionError("unreachable")

    def _check_kinds(self) -> None:
        """Refuse a node of one kind among those of another, whose id would name somebody else."""
        for nodes, wanted in ((self.artifacts, Artifact), (self.executions, Execution), (self.contexts, Context)):
            for node in cast("Sequence[AnyNode]", nodes):
                if not isinstance(node, wanted):
                    raise InvalidArgumentError(
                        f"{wanted.kind.capitalize()}s are wanted here, and {repr(node)[:100]} is none of them."
                    )

    def _missing(self, missing: MissingNodesError) -> GraphmetaError:
        kind, ids = next((kind, ids) for kind, ids in missing.ids.items() if ids)
        shown = ", ".join(map(str, ids[:5])) + (", …" if len(ids) > 5 else "")
        noun = kind if len(ids) == 1 else f"{kind}s"
        sentence = (
            f"{kind.capitalize()} id not found: there is no {noun} {shown}, which this put names. "
            f"Put the {noun} first, or in the same put. Nothing was written."
        )
        # As in MLMD: a context to be reused by its id is looked up, the end of an edge is an argument.
        reused = {node.id for node in self.contexts} if self.options.force_reuse_contexts else set()
        if kind == "context" and reused.intersection(ids):
            return NotFoundError(sentence)
        return InvalidArgumentError(sentence)

    def _give_ids(self, written: Written) -> None:
        for nodes, ids in (
            (self.artifacts, written.artifact_ids),
            (self.executions, written.execution_ids),
            (self.contexts, written.context_ids),
        ):
            for node, id in zip(cast("Sequence[AnyNode]", nodes), ids, strict=True):
                node.id = id


def _already_exists(taken: TakenError) -> GraphmetaError:
    what = {
        "name": f"The name of a new {taken.kind} is taken: names are unique within a type",
        "external_id": f"The external id of {taken.kind} is taken: external ids are unique among {taken.kind}s",
        "id": f"The id of a new {taken.kind} is taken",
        "event": "The event exists already: there is one event of a type between an artifact and an execution",
        "parent": "The parent link exists already: a context has a parent once",
    }[taken.what]
    return AlreadyExistsError(f"{what}{' (' + taken.detail[:200] + ')' if taken.detail else ''}. Nothing was written.")
