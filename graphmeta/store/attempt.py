"""A put inside one transaction: types, then what is there, then what is new, then one batch.

Nothing of the caller's is touched here but `type` and `type_id`, and those only once the batch is written.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import cast

from graphmeta.backends.batch import Batch, ContextUse, TypeUse, Writer, Written
from graphmeta.backends.predicates import Field, OneOf, Predicate, TypeAndName
from graphmeta.backends.requests import NodeQuery
from graphmeta.errors import FailedPreconditionError, InvalidArgumentError, NotFoundError
from graphmeta.model import KINDS, AnyNode, Context, Kind, Type
from graphmeta.store.context_cache import ContextCache
from graphmeta.store.edges import Edges
from graphmeta.store.given import Given
from graphmeta.store.hydrate import to_node
from graphmeta.store.known import Key, Known
from graphmeta.store.nodes import checked, described, merged, node_write, same
from graphmeta.store.type_cache import TypeCache


class Attempt:
    """One try at a put; `run` does it.

    Args:
        given: what to put.
        writer: the transaction.
        types: the types as last seen.
        contexts: the contexts that were reused last.
    """

    def __init__(self, given: Given, writer: Writer, types: TypeCache, contexts: ContextCache) -> None:
        self.given = given
        self.options = given.options
        self.writer = writer
        self.types = types
        self.contexts = contexts
        self.now = writer.now()
        # By identity of the object given: nodes are mutable, and two may be equal without being one.
        self.ids: dict[int, int] = {}
        # What each node is to be, and what it was; None for a new one.
        self.known = Known(given.options)
        self.before: dict[Key, AnyNode | None] = {}
        # Contexts that are taken as they are.
        self.reused: set[Key] = set()
        # Those that the backend is to check once more.
        self.believed: list[ContextUse] = []
        # What moves its time even if nothing of it changes.
        self.moved: set[Key] = set()
        self.uses: dict[Key, Type] = {}

    def run(self) -> Written:
        """Write the put.

        Raises:
            StaleTypesError, StaleContextsError, MissingNodesError, TakenError: as `Writer.write`.
            InvalidArgumentError, NotFoundError, FailedPreconditionError: as `Store.put`.
        """
        given = self.given
        edges = Edges(given, self.ids)
        edges.check()
        nodes: list[AnyNode] = [*given.contexts, *given.artifacts, *given.executions]
        once = {id(node): node for node in nodes}.values()
        typed = [(node, self._type_of(node)) for node in once]
        self._look_up(typed)
        self._create([(node, type) for node, type in typed if not self._update(node, type)])
        written = Written(
            tuple([self.ids[id(node)] for node in given.artifacts]),
            tuple([self.ids[id(node)] for node in given.executions]),
            tuple([self.ids[id(node)] for node in given.contexts]),
        )
        done = self.writer.write(self._batch(edges), written, last=True)
        for node in once:
            stored = self.known.nodes.get((node.kind, self.ids[id(node)]))
            if stored is not None:
                node.type, node.type_id = stored.type, stored.type_id
        return done

    # ------------------------------------------------------------ types

    def _type_of(self, node: AnyNode) -> Type | None:
        """The type that the node names; None where the node may be there, so that its type is known then."""
        if not node.type and (node.id is not None or self.known.reusable(node)):
            return None
        return self._needed_type_of(node)

    def _needed_type_of(self, node: AnyNode) -> Type:
        if node.type_id is None and not node.type:
            raise InvalidArgumentError(f"Type id is missing. Give {described(node)} a type or a type_id.")
        return self._type(node.kind, node.type_id, node.type)

    def _type(self, kind: Kind, type_id: int | None, name: str = "", *, fresh: bool = False) -> Type:
        found = None if fresh else self.types.find(kind, id=type_id, name=name)
        if found is None:
            self.types.remember(self.writer.types())
            found = self.types.find(kind, id=type_id, name=name)
        if found is None:
            if type_id is None:
                raise NotFoundError(self.types.missing(kind, name))
            raise NotFoundError(f"No type found: there is no {kind} type with id {type_id}. Put the type first.")
        if type_id is not None and name and name != found.name:
            raise InvalidArgumentError(
                f"The {kind} type with id {type_id} is {found.name!r}, not {name!r}; give one of the two."
            )
        assert found.id is not None
        self.uses[kind, found.id] = found
        return found

    def _checked(self, node: AnyNode, type: Type, mask: Sequence[str] | None = None) -> AnyNode:
        """The node checked against its type; a type seen too long ago to refuse by is read again first."""
        try:
            return checked(node, type, mask)
        except InvalidArgumentError:
            after = self._type(node.kind, type.id, fresh=True)
            if after == type:
                raise
            return checked(node, after, mask)

    # ------------------------------------------------------------ what is there

    def _look_up(self, typed: list[tuple[AnyNode, Type | None]]) -> None:
        """Find, and lock, what the put may update; find what it may reuse."""
        stored: dict[Kind, list[int]] = {}
        for node, _ in typed:
            if node.id is not None and not (node.kind == "context" and self.options.force_reuse_contexts):
                stored.setdefault(node.kind, []).append(node.id)
        for kind in KINDS:
            if kind in stored:
                self._find(kind, OneOf(Field("id"), stored[kind]))
        if self.options.reuse_contexts:
            named = [
                (type, node.name)
                for node, type in typed
                if type is not None and node.kind == "context" and node.id is None and node.name
            ]
            # Nothing is taken for granted beside a context that is given by its id, which the put may rename, nor
            # beside parent links, which are checked before the backend says whether it is so.
            doubts = "context" in stored or bool(self.given.parents)
            pairs = [(cast("int", type.id), name) for type, name in named if doubts or not self._believe(type, name)]
            if pairs:
                self._find("context", TypeAndName(pairs), reuse=True)
        if self.options.reuse_artifacts_by_external_id:
            wanted = [
                node.external_id
                for node, _ in typed
                if node.id is None and node.external_id and self.known.reusable(node)
            ]
            if wanted:
                self._find("artifact", OneOf(Field("external_id"), wanted))

    def _believe(self, type: Type, name: str) -> bool:
        """Reuse a context of this type and name as it was last seen; False where it was not."""
        assert type.id is not None
        number = self.contexts.find(type.id, name)
        if number is None:
            return False
        if ("context", number) not in self.reused:
            self.reused.add(("context", number))
            self.believed.append(ContextUse(number, type.id, name))
            context = Context(id=number, type=type.name, type_id=type.id, name=name)
            self.before["context", number] = context
            self.known.keep(number, context)
        return True

    def _find(self, kind: Kind, where: Predicate, *, reuse: bool = False) -> None:
        # What is reused is taken as it is, whatever it holds; what is given with its id was found before.
        rows = self.writer.nodes(NodeQuery(kind, where, bare=reuse), lock=not reuse)
        for row in rows:
            if reuse and (kind, row.id) in self.known.nodes:
                continue
            node = to_node(rows, row)
            if reuse:
                self.reused.add((kind, row.id))
                if isinstance(node, Context):
                    # It was not locked: the backend checks that it is still so when it writes.
                    self.believed.append(ContextUse(row.id, row.type_id, row.name or ""))
                    self.contexts.remember(row.type_id, row.name or "", row.id)
            self.before[kind, row.id] = node
            self.known.keep(row.id, node)

    def _update(self, node: AnyNode, type: Type | None) -> bool:
        """Take a node that is there already; False where it is new."""
        if node.kind == "context" and node.id is not None and self.options.force_reuse_contexts:
            self.ids[id(node)] = node.id
            return True
        found = self.known.find(node, type)
        if found is None and node.id is None:
            return False
        if found is None:
            raise InvalidArgumentError(
                f"Cannot find the given id {node.id}: there is no such {node.kind}. "
                "Leave the id out to create a new one."
            )
        assert found.id is not None
        self.ids[id(node)] = found.id
        if node.id is None and (node.kind, found.id) in self.reused:
            return True
        type_id = node.type_id if type is None else type.id
        if type_id is not None and type_id != found.type_id:
            raise InvalidArgumentError(
                f"Given type_id {type_id} is different from the one known before: {found.type_id} ({found.type!r}) is "
                f"the type of {node.kind} {found.id}, and a node keeps its type."
            )
        changed = node.kind == "artifact" and self.options.abort_if_changed and node.updated != found.updated
        # A put that is tried again because the answer was lost finds what it wrote itself.
        if changed and self.writer.remembered(self.given.key) is None:
            raise FailedPreconditionError(
                f"Artifact {found.id} was updated at {found.updated} and you read it as of {node.updated}: "
                "read it again and repeat the change."
            )
        if self.options.counts_as_change is not None and self.options.counts_as_change(node, found):
            self.moved.add((node.kind, found.id))
        mask = self.options.update_mask if node.id is not None else None
        if isinstance(node, Context) and mask is not None and "name" not in mask:
            node = replace(node, name=found.name)
        after = self._checked(node, type or self._type(node.kind, found.type_id), mask)
        self.known.keep(found.id, merged(found, after, mask))
        # A second mention of a reused context that has its id is an update like any other.
        self.reused.discard((node.kind, found.id))
        return True

    def _create(self, new: list[tuple[AnyNode, Type | None]]) -> None:
        for kind in KINDS:
            nodes = [(node, type or self._needed_type_of(node)) for node, type in new if node.kind == kind]
            if not nodes:
                continue
            numbers = iter(self.writer.ids(kind, len(nodes)))
            for node, type in nodes:
                # The same reusable thing twice in one put: the second is the first; an artifact replaces it.
                twin = self.known.find(node, type)
                if twin is not None and twin.id is not None:
                    self.ids[id(node)] = twin.id
                    if kind == "artifact":
                        self.known.keep(twin.id, merged(twin, self._checked(node, type), None))
                    continue
                number = next(numbers)
                self.ids[id(node)] = number
                after = self._checked(node, type)
                after.id, after.created, after.updated = number, self.now, self.now
                self.before[kind, number] = None
                self.known.keep(number, after)

    # ------------------------------------------------------------ the batch

    def _batch(self, edges: Edges) -> Batch:
        edges.resolve(self.writer, self.now, self.before)
        required = edges.ends(may_miss_artifacts=self.options.allow_missing_artifacts)
        if self.options.force_reuse_contexts:
            required["context"] |= {node.id for node in self.given.contexts if node.id is not None}
        return Batch(
            key=self.given.key,
            keep_key=self.given.keep_key,
            uses=[
                TypeUse(kind, number, type.name, type.properties, type.base_type)
                for (kind, number), type in self.uses.items()
            ],
            reuses=self.believed,
            nodes=[
                node_write(node, self.uses[kind, cast("int", node.type_id)], create=self.before[kind, number] is None)
                for (kind, number), node in self._changed()
            ],
            requires={
                kind: sorted([number for number in ids if (kind, number) not in self.known.nodes])
                for kind, ids in required.items()
            },
            events=edges.events,
            attributions=edges.attributions,
            associations=edges.associations,
            parents=edges.parents,
        )

    def _changed(self) -> Iterator[tuple[Key, AnyNode]]:
        """What has to be written; the time of an update is moved."""
        for key, node in self.known.nodes.items():
            before = self.before[key]
            if before is None:
                yield key, node
            elif key not in self.reused and (
                self.options.force_update_time or key in self.moved or not same(before, node)
            ):
                # Strictly later, so that whoever compares times sees that something changed.
                yield key, replace(node, updated=max(self.now, (before.updated or 0) + 1))
