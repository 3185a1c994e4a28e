"""A store as one question reads it: every node once, roles at hand, in few round trips."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from functools import cached_property
from typing import Literal, TypeVar

from graphmeta import vocabulary
from graphmeta.backends.predicates import And, Field, OneOf
from graphmeta.backends.requests import MembershipQuery, ParentQuery, Walk
from graphmeta.backends.rows import EventColumns
from graphmeta.errors import InvalidArgumentError
from graphmeta.model import KINDS, OUTPUT_EVENTS, AnyNode, Artifact, Context, Execution, Kind, Type, node_id
from graphmeta.query.flow import Flow, Key, key_of, outputs, rewrites, without_outputs
from graphmeta.query.naming import resolve
from graphmeta.query.nearby import EVENTS_A_NODE, walk_nearby
from graphmeta.query.nodes import label
from graphmeta.store.hydrate import to_nodes
from graphmeta.store.store import Store

NodeT = TypeVar("NodeT", Artifact, Execution, Context)
NOTHING = Flow(EventColumns())


class Reader:
    """What one question has read so far.

    Args:
        store: where it reads.
        subjects: the artifacts that the question is about; their ancestry is walked at once.
        most: nodes that a walk meets, those nearest to its start; None for all.

    Attributes:
        depth: node steps within which no walk left anything out; None where none did anywhere.
        notes: what walks left out.
    """

    def __init__(self, store: Store, subjects: Iterable[Artifact] = (), most: int | None = None) -> None:
        self.store = store
        self.depth: int | None = None
        self.notes: list[str] = []
        self._most = most
        self._subjects = {node_id(artifact): artifact for artifact in subjects}
        self.subjects = list(self._subjects.values())
        self.subject_keys = {key_of(artifact) for artifact in self.subjects}
        self._artifacts: dict[int, Artifact] = dict(self._subjects)
        self._executions: dict[int, Execution] = {}
        self._contexts: dict[int, Context] = {}
        self._contexts_of: dict[int, list[int]] = {}
        self._parents_of: dict[int, list[int]] = {}

    # ------------------------------------------------------------ types and roles

    @cached_property
    def types(self) -> dict[int, Type]:
        """All types by id; ids are of all three kinds."""
        return {type.id: type for type in self.store.types(system=True) if type.id is not None}

    def role(self, node: AnyNode) -> str | None:
        """What a node is for, or None where nothing says."""
        known = self.types.get(node.type_id or 0)
        return vocabulary.role(node.kind, node.type, known.base_type if known else None)

    def type_ids(self, kind: Kind, roles: Collection[str]) -> list[int]:
        """The ids of the types of a kind that have one of these roles."""
        return [
            id
            for id, type in self.types.items()
            if type.kind == kind and vocabulary.role(kind, type.name, type.base_type) in roles
        ]

    # ------------------------------------------------------------ nodes

    def artifacts(self, ids: Iterable[int]) -> list[Artifact]:
        """The artifacts with these ids, by id; unknown ones are left out."""
        return self._fetched(self._artifacts, "artifact", ids)

    def executions(self, ids: Iterable[int]) -> list[Execution]:
        """The executions with these ids, likewise."""
        return self._fetched(self._executions, "execution", ids)

    def contexts(self, ids: Iterable[int]) -> list[Context]:
        """The contexts with these ids, likewise."""
        return self._fetched(self._contexts, "context", ids)

    def _fetched(self, known: dict[int, NodeT], kind: Kind, ids: Iterable[int]) -> list[NodeT]:
        wanted = sorted(set(ids))
        new = [id for id in wanted if id not in known]
        if new:
            for node in to_nodes(self.store.rows(kind, ids=new)):
                known[node_id(node)] = node  # type: ignore[assignment]  # rows of `kind`
        return [known[id] for id in wanted if id in known]

    def nodes(self, keys: Iterable[Key]) -> dict[Key, Artifact | Execution]:
        """The artifacts and executions with these keys; unknown ones are left out."""
        wanted = list(keys)
        found: list[Artifact | Execution] = []
        found += self.artifacts(key.id for key in wanted if key.kind == "artifact")
        found += self.executions(key.id for key in wanted if key.kind == "execution")
        return {key_of(node): node for node in found}

    def artifacts_for(self, roles: Collection[str], ids: Iterable[int] | None = None) -> list[Artifact]:
        """The artifacts that have one of these roles, by id: among those with these ids, or of all."""
        condition = OneOf(Field("type_id"), self.type_ids("artifact", roles))
        if not condition.values:
            return []
        if ids is None:
            found = self.store.artifacts(condition)
        else:
            wanted = sorted(set(ids))
            found = self.store.artifacts(And((OneOf(Field("id"), wanted), condition))) if wanted else []
        self._artifacts.update((node_id(artifact), artifact) for artifact in found)
        return found

    # ------------------------------------------------------------ what joins them

    @cached_property
    def ancestry(self) -> Flow:
        """Everything that the subjects were made from."""
        return self.walk("upstream", self._subjects)

    @cached_property
    def materials(self) -> list[Artifact]:
        """The datasets and the models in the ancestry, by id."""
        return self.artifacts_for(("Dataset", "Model"), self.ancestry.events.artifact_ids)

    @cached_property
    def touching(self) -> Flow:
        """The events of the subjects: their makers and their users."""
        return Flow(self._making(self.store.event_columns(artifacts=list(self._subjects))))

    @cached_property
    def makers(self) -> list[Execution]:
        """The executions that made the subjects, by id."""
        return self.executions(key.id for subject in self.subject_keys for key in self.touching.sources(subject))

    @cached_property
    def steps(self) -> Flow:
        """All events of the executions that made or used the subjects."""
        return self.events_of_executions(self.touching.executions())

    def walk(
        self,
        direction: Literal["upstream", "downstream"],
        ids: Iterable[int],
        kind: Literal["artifact", "execution"] = "artifact",
    ) -> Flow:
        """Everything up or down from some artifacts, or from some executions."""
        starts = sorted(ids)
        if not starts:
            return NOTHING
        if self._most is None:
            return Flow(self._making(self.store.backend.walk(Walk(kind, starts, direction, events=True)).events))
        found = walk_nearby(
            self.store.backend,
            [Key(kind, id) for id in starts],
            direction,
            most_nodes=self._most,
            most_events=EVENTS_A_NODE * self._most,
        )
        if found.depth is not None:
            self.depth = found.depth if self.depth is None else min(self.depth, found.depth)
            # (Where not even all neighbours were, nothing is said of how far.)
            steps = f"{found.depth} node step{'' if found.depth == 1 else 's'}"
            among = f", all within {steps} among them" if found.depth else ""
            self.notes.append(
                f"Only the {len(found.nodes):,} nearest nodes {direction} were looked at{among}. There are more."
            )
        return Flow(self._making(found.events))

    def _making(self, events: EventColumns) -> EventColumns:
        """The events without the outputs that made nothing, where another step made the artifact: an evaluation
        that took a model and gave it back, with metrics on it (its test data made no model), and an output
        that stayed pending (what a step read that failed before it made the thing)."""
        pending = outputs(events, {"PENDING_OUTPUT"})
        both = rewrites(events)
        evaluations = {
            each.id for each in self.executions(execution for _, execution in both) if self.role(each) == "Evaluate"
        }
        doubtful = pending | {pair for pair in both if pair[1] in evaluations}
        if not doubtful:
            return events
        # A walk need not have met the other makers.
        around = self.store.event_columns(artifacts=sorted({artifact for artifact, _ in doubtful}))
        sure = outputs(around, OUTPUT_EVENTS - {"PENDING_OUTPUT"}) - rewrites(around)
        made = {artifact for artifact, _ in sure}
        return without_outputs(events, {pair for pair in doubtful - sure if pair[0] in made})

    def events_of_executions(self, ids: Collection[int]) -> Flow:
        """The events of some executions."""
        return Flow(self.store.event_columns(executions=sorted(ids))) if ids else NOTHING

    def work_of(self, ids: Collection[int]) -> Flow:
        """What some executions made of what; unlike `events_of_executions` without outputs that made nothing."""
        return Flow(self._making(self.store.event_columns(executions=sorted(ids)))) if ids else NOTHING

    def events_of_artifacts(self, ids: Collection[int]) -> Flow:
        """The events of some artifacts."""
        return Flow(self.store.event_columns(artifacts=sorted(ids))) if ids else NOTHING

    def contexts_of(self, execution: Execution) -> list[Context]:
        """The contexts that an execution belongs to, by id, annotations left out."""
        if execution.id not in self._contexts_of:
            self.read_contexts({node_id(each) for each in [*self.makers, execution]})
        return _without_annotations(self.contexts(self._contexts_of[node_id(execution)]))

    def read_contexts(self, executions: Iterable[int]) -> None:
        """Read the contexts of some executions at once, for `contexts_of`."""
        new = sorted(set(executions) - set(self._contexts_of))
        if not new:
            return
        self._contexts_of.update((id, []) for id in new)
        for execution_id, context_id in self.store.backend.memberships(MembershipQuery("execution", node_ids=new)):
            self._contexts_of[execution_id].append(context_id)
        self.contexts(context_id for id in new for context_id in self._contexts_of[id])

    def parents_of(self, context: Context) -> list[Context]:
        """The contexts that a context is part of, by id, annotations left out."""
        if context.id not in self._parents_of:
            new = sorted({*self._contexts, node_id(context)})
            self._parents_of.update((id, []) for id in new)
            for child, parent in self.store.backend.parents(ParentQuery(child_ids=new)):
                self._parents_of[child].append(parent)
            self.contexts(parent for child in new for parent in self._parents_of[child])
        return _without_annotations(self.contexts(self._parents_of[node_id(context)]))


def _without_annotations(contexts: Iterable[Context]) -> list[Context]:
    return [context for context in contexts if context.type != vocabulary.ANNOTATION_TYPE]


def given_artifact(store: Store, node: AnyNode | str, role: str | None = None) -> Artifact:
    """The artifact that a question is about, given as itself or as text.

    Args:
        role: which artifact is meant where the text alone does not say.

    Raises:
        InvalidArgumentError: it is an execution or a context.
        NotFoundError, AmbiguousNameError: see `resolve`.
    """
    found = given(store, node, ("artifact",), role)
    if not isinstance(found, Artifact):
        raise InvalidArgumentError(
            f"{label(found)} is {'an' if found.kind == 'execution' else 'a'} {found.kind}, and this question is about "
            "artifacts. Name a model or a dataset, as Model:churn; `graphmeta lineage` shows what the "
            f"{found.kind} made."
        )
    return found


def given_with_lineage(store: Store, node: AnyNode | str) -> Artifact | Execution:
    """The artifact or the execution that a question is about, given as itself or as text.

    Raises:
        InvalidArgumentError: it is a context.
        NotFoundError, AmbiguousNameError: see `resolve`.
    """
    found = given(store, node, ("artifact", "execution"))
    if isinstance(found, Context):
        raise InvalidArgumentError(
            f"{label(found)} is a context, and lineage is of artifacts and executions. `graphmeta show {label(found)}` "
            "lists what belongs to it."
        )
    return found


def given(store: Store, node: AnyNode | str, kinds: Sequence[Kind] = KINDS, role: str | None = None) -> AnyNode:
    """The node that a question is about, as the store has it, given as itself or as text.

    Raises:
        InvalidArgumentError: it has not been stored, or is neither a node nor text.
        NotFoundError, AmbiguousNameError: see `resolve`.
    """
    if isinstance(node, str):
        return resolve(store, node, kinds=kinds, role=role)
    if not isinstance(node, (Artifact, Execution, Context)):
        raise InvalidArgumentError(
            f"A node is wanted, or text that names one, as 'Model:churn' or 'artifact/42', and not {node!r:.100}."
        )
    if node.id is None:
        raise InvalidArgumentError(f"The {node.kind} {node.name!r} has no id yet: put it into the store first.")
    # What has just been put does not know its times yet.
    return store.node(node.kind, node.id) if node.created is None else node
