"""The rules of the store once more, as slowly and plainly as can be: lists and dictionaries in memory.

Written from ML Metadata's rules and from the docstrings, and not from the code of the stores, so that the
state machine has somebody to ask when two stores agree. Where a put breaks several rules at once a store may
report any of them: `Refused.errors` holds all that apply.
"""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterable, Sequence
from typing import Any

from graphmeta.backends.batch import Written
from graphmeta.backends.predicates import Predicate
from graphmeta.backends.requests import Direction, Order
from graphmeta.backends.rows import Closure, EventColumns
from graphmeta.errors import (
    AlreadyExistsError,
    FailedPreconditionError,
    GraphmetaError,
    InvalidArgumentError,
    NotFoundError,
    UnsupportedError,
)
from graphmeta.model import (
    ARTIFACT_STATES,
    EVENT_TYPES,
    EXECUTION_STATES,
    INPUT_EVENTS,
    KINDS,
    SYSTEM_TYPES,
    AnyNode,
    AnyValue,
    Artifact,
    Context,
    Event,
    Kind,
    Type,
)
from graphmeta.store.options import PutOptions
from graphmeta.testing.conformance.kit import exact_node
from graphmeta.testing.reference_predicates import Holds, name_key

_VALUE_TYPES = {"INT": int, "DOUBLE": float, "STRING": str, "STRUCT": dict, "PROTO": AnyValue, "BOOLEAN": bool}
_STATES = {"artifact": ARTIFACT_STATES, "execution": EXECUTION_STATES, "context": {}}
_FIELDS = ("uri", "state", "external_id", "name")


class Refused(Exception):  # noqa: N818 (an outcome, not a failure)
    """A call that breaks rules, and the errors that a store may raise for it."""

    def __init__(self, errors: set[type[GraphmetaError]]) -> None:
        super().__init__(sorted(error.__name__ for error in errors))
        self.errors = errors


class ReferenceStore:
    """A store in memory with the calls that the state machine makes.

    Args:
        clock: tells the time in milliseconds since the epoch.
    """

    def __init__(self, clock: Callable[[], int]) -> None:
        self.clock = clock
        self.types: list[Type] = [
            Type(kind=kind, name=name, id=number) for number, (kind, name) in enumerate(SYSTEM_TYPES, 1)
        ]
        self.nodes: dict[Kind, dict[int, AnyNode]] = {kind: {} for kind in KINDS}
        self.events: list[Event] = []
        self.attributions: set[tuple[int, int]] = set()
        self.associations: set[tuple[int, int]] = set()
        self.parents: set[tuple[int, int]] = set()
        self.keys: dict[str, Written] = {}

    # ------------------------------------------------------------ types

    def put_types(self, types: Sequence[Type], *, can_add_fields: bool = False, can_omit_fields: bool = False) -> None:
        """As `Store.put_types`; raises `Refused`."""
        errors: set[type[GraphmetaError]] = set()
        stored = copy.deepcopy(self.types)
        for given in types:
            found = next(
                (
                    each
                    for each in stored
                    if (each.kind, each.name, each.version) == (given.kind, given.name, given.version)
                ),
                None,
            )
            if found is None:
                found = copy.deepcopy(given)
                found.id = len(stored) + 1
                stored.append(found)
                continue
            added, left_out = (
                set(given.properties) - set(found.properties),
                set(found.properties) - set(given.properties),
            )
            changed = any(found.properties.get(key, kind) != kind for key, kind in given.properties.items())
            if changed or (added and not can_add_fields) or (left_out and not can_omit_fields):
                errors.add(AlreadyExistsError)
            if given.base_type and found.base_type and given.base_type != found.base_type:
                errors.add(UnsupportedError)
            found.properties.update(given.properties)
            found.base_type = found.base_type or given.base_type
            found.external_id = given.external_id or found.external_id
        external_ids = [type.external_id for type in stored if type.external_id is not None]
        if len(set(external_ids)) < len(external_ids):
            errors.add(AlreadyExistsError)
        if errors:
            raise Refused(errors)
        self.types = stored

    # ------------------------------------------------------------ puts

    def put(self, **parts: Any) -> Written:
        """As `Store.put`; raises `Refused`."""
        key = parts.pop("key", None)
        if key in self.keys:
            return self.keys[key]
        attempt = _Attempt(copy.deepcopy(self), parts.pop("options", None) or PutOptions())
        written = attempt.run(**parts)
        if attempt.errors:
            raise Refused(attempt.errors)
        after = attempt.store
        self.nodes, self.events = after.nodes, after.events
        self.attributions, self.associations, self.parents = after.attributions, after.associations, after.parents
        if key is not None:
            self.keys[key] = written
        return written

    # ------------------------------------------------------------ reads

    def find(self, kind: Kind, where: Predicate | None, order: Order = Order(), limit: int | None = None) -> list[int]:  # noqa: B008
        """The ids of the nodes that a predicate holds for, in order."""
        found = [node for node in self.nodes[kind].values() if where is None or Holds(self, node).holds(where)]
        keys: dict[str, Callable[[AnyNode], Any]] = {
            "id": lambda node: node.id,
            "created": lambda node: node.created,
            "updated": lambda node: node.updated,
            "name": lambda node: name_key(node.name),
        }
        found.sort(key=lambda node: (keys[order.by](node), node.id), reverse=order.descending)
        return [node.id or 0 for node in found][:limit]

    def walk(self, kind: Kind, ids: Sequence[int], direction: Direction, hops: int | None) -> Closure:
        """As `Store.walk` with events, level by level."""
        reached: set[tuple[str, int]] = set()
        between: set[int] = set()
        for way in ("upstream", "downstream") if direction == "both" else (direction,):
            level = {(str(kind), id) for id in ids if id in self.nodes[kind]}
            seen, done = set(level), 0
            while level and (hops is None or done < hops):
                done += 1
                steps = [self._ends(event, way) for event in self.events]
                if way == "any":
                    steps += [(target, source) for source, target in steps]
                level = {target for source, target in steps if source in level} - seen
                seen |= level
            between |= {index for index, event in enumerate(self.events) if {*self._ends(event, way)} <= seen}
            reached |= seen
        artifacts = sorted(id for each, id in reached if each == "artifact")
        events = [self.events[index] for index in sorted(between)]
        return Closure(
            [id for id in artifacts if id in self.nodes["artifact"]],
            sorted(id for each, id in reached if each == "execution"),
            EventColumns(
                artifact_ids=[event.artifact_id for event in events],
                execution_ids=[event.execution_id for event in events],
                types=[event.type for event in events],
            ),
            [id for id in artifacts if id not in self.nodes["artifact"]],
        )

    def _ends(self, event: Event, way: str) -> tuple[tuple[str, int], tuple[str, int]]:
        """Where a step along an event starts and where it leads."""
        artifact, execution = ("artifact", event.artifact_id), ("execution", event.execution_id)
        flows_in = event.type in INPUT_EVENTS
        return (artifact, execution) if flows_in == (way == "downstream") else (execution, artifact)


class _Attempt:
    """One put on a copy of the store. It goes on after an error, to collect the others."""

    def __init__(self, store: ReferenceStore, options: PutOptions) -> None:
        self.store = store
        self.options = options
        self.errors: set[type[GraphmetaError]] = set()
        self.now = store.clock()
        self.before = copy.deepcopy(store.nodes)
        self.updated: dict[Kind, set[int]] = {kind: set() for kind in KINDS}
        self.ids: dict[int, int] = {}  # of the objects of this put, by their identity

    def run(
        self,
        artifacts: Iterable[Any] = (),
        executions: Iterable[Any] = (),
        contexts: Iterable[Any] = (),
        events: Iterable[Event] = (),
        attributions: Iterable[Any] = (),
        associations: Iterable[Any] = (),
        parents: Iterable[Any] = (),
    ) -> Written:
        context_ids = tuple(self._node(node) for node in contexts)
        artifact_ids = tuple(self._node(node) for node in artifacts)
        execution_ids = tuple(self._node(node) for node in executions)
        self._set_times()
        for kind in KINDS:
            self._check_unique(list(self.store.nodes[kind].values()))
        for event in events:
            self._event(event)
        given = [event.artifact for event in events if self.options.allow_missing_artifacts]
        named = {artifact for artifact in given if isinstance(artifact, int)}
        for each in attributions:
            if isinstance(each.artifact, int) and each.artifact in named - set(self.store.nodes["artifact"]):
                self._end("context", each.context)
                continue  # an event names it, and it is missing
            self.store.attributions.add((self._end("artifact", each.artifact), self._end("context", each.context)))
        for each in associations:
            self.store.associations.add((self._end("execution", each.execution), self._end("context", each.context)))
        for each in parents:
            self._parent(self._end("context", each.child), self._end("context", each.parent))
        return Written(artifact_ids, execution_ids, context_ids)

    # ------------------------------------------------------------ nodes

    def _node(self, given: AnyNode) -> int:
        if id(given) not in self.ids:
            self.ids[id(given)] = self._upsert(copy.deepcopy(given))
        return self.ids[id(given)]

    def _upsert(self, given: AnyNode) -> int:
        nodes = self.store.nodes[given.kind]
        if isinstance(given, Context) and given.id is not None and self.options.force_reuse_contexts:
            self._demand(given.id in nodes, NotFoundError)
            return given.id
        old = nodes.get(given.id) if given.id is not None else None
        if given.id is not None and old is None:
            self.errors.add(InvalidArgumentError)
            return given.id
        if given.id is None:
            old = self._reused_artifact(given)
        type = self._type(given, old)
        if type is None:
            return 0
        if given.id is None and old is None:
            old = self._reused_context(given, type)
        if isinstance(given, Context) and given.id is None and old is not None:
            return old.id or 0  # reused, not updated
        if old is None:
            new = given
            new.id = max(nodes, default=0) + 1
            new.created = new.updated = self.now
        else:
            new = self._merged(copy.deepcopy(old), given)
            guarded = self.options.abort_if_changed and given.kind == "artifact" and given.id is not None
            self._demand(not guarded or given.updated == old.updated, FailedPreconditionError)
            self.updated[given.kind].add(old.id or 0)
        new.type, new.type_id = type.name, type.id
        checked = self._masked_properties(given) if old is not None else given.properties
        for key, value in checked.items():
            self._demand(_VALUE_TYPES.get(type.properties.get(key, "")) is value.__class__, InvalidArgumentError)
        for value in [*checked.values(), *given.custom_properties.values()]:
            self._demand(value == value, InvalidArgumentError)
        state = getattr(new, "state", None)
        self._demand(state is None or state in _STATES[given.kind], InvalidArgumentError)
        self._demand(given.kind != "context" or bool(new.name), InvalidArgumentError)
        nodes[new.id or 0] = new
        return new.id or 0

    def _type(self, given: AnyNode, old: AnyNode | None) -> Type | None:
        of_kind = [type for type in self.store.types if type.kind == given.kind]
        if old is not None and not given.type:
            self._demand(given.type_id in (None, old.type_id), InvalidArgumentError)
            return next(type for type in of_kind if type.id == old.type_id)
        if given.type_id is not None:
            found = next((type for type in of_kind if type.id == given.type_id), None)
        elif given.type:
            found = next((type for type in of_kind if (type.name, type.version) == (given.type, "")), None)
        else:
            self.errors.add(InvalidArgumentError)
            return None
        self._demand(found is not None, NotFoundError)
        if found is not None and old is not None:
            self._demand(found.id == old.type_id, InvalidArgumentError)
        return found

    def _reused_artifact(self, given: AnyNode) -> AnyNode | None:
        """The artifact that is there already and is taken for one without an id."""
        if not (isinstance(given, Artifact) and self.options.reuse_artifacts_by_external_id and given.external_id):
            return None
        nodes = self.store.nodes["artifact"].values()
        return next((node for node in nodes if node.external_id == given.external_id), None)

    def _reused_context(self, given: AnyNode, type: Type) -> AnyNode | None:
        """The context that is there already and is taken for one without an id."""
        if not (isinstance(given, Context) and self.options.reuse_contexts):
            return None
        nodes = self.store.nodes["context"].values()
        return next((node for node in nodes if (node.type_id, node.name) == (type.id, given.name)), None)

    def _merged(self, new: AnyNode, given: AnyNode) -> AnyNode:
        mask = self.options.update_mask if given.id is not None else None
        for field in _FIELDS:
            if hasattr(new, field) and (mask is None or field in mask) and (field != "name" or given.kind == "context"):
                setattr(new, field, getattr(given, field))
        for name in ("properties", "custom_properties"):
            values, wanted = getattr(new, name), getattr(given, name)
            if mask is None or name in mask:
                setattr(new, name, wanted)
                continue
            for key in [path[len(name) + 1 :] for path in mask if path.startswith(f"{name}.")]:
                values.pop(key, None)
                if key in wanted:
                    values[key] = wanted[key]
        return new

    def _masked_properties(self, given: AnyNode) -> dict[str, Any]:
        mask = self.options.update_mask if given.id is not None else None
        if mask is None or "properties" in mask:
            return given.properties
        return {key: value for key, value in given.properties.items() if f"properties.{key}" in mask}

    def _set_times(self) -> None:
        """What this put changed is later than it was, so that readers notice; what it did not is not."""
        for kind, ids in self.updated.items():
            for number in ids & set(self.before[kind]):
                old, new = self.before[kind][number], self.store.nodes[kind][number]
                if exact_node(new) != exact_node(old) or self.options.force_update_time:
                    new.updated = max(self.now, (old.updated or 0) + 1)

    def _check_unique(self, nodes: list[AnyNode]) -> None:
        for values in (
            [(node.type_id, node.name) for node in nodes if node.name is not None],
            [node.external_id for node in nodes if node.external_id is not None],
        ):
            self._demand(len(set(values)) == len(values), AlreadyExistsError)

    # ------------------------------------------------------------ edges

    def _end(self, kind: Kind, end: AnyNode | int, *, may_be_missing: bool = False) -> int:
        number = end if isinstance(end, int) else self.ids.get(id(end), end.id)
        known = number in self.store.nodes[kind] or (may_be_missing and number is not None)
        self._demand(known, InvalidArgumentError)
        return number or 0

    def _event(self, event: Event) -> None:
        artifact = self._end("artifact", event.artifact, may_be_missing=self.options.allow_missing_artifacts)
        execution = self._end("execution", event.execution)
        self._demand(event.type in EVENT_TYPES, InvalidArgumentError)
        for each in self.store.events:
            same = (each.artifact, each.execution, each.type) == (artifact, execution, event.type)
            self._demand(not same, AlreadyExistsError)
        time = self.now if event.time is None else event.time
        self.store.events.append(Event(artifact, execution, event.type, tuple(event.path), time))

    def _parent(self, child: int, parent: int) -> None:
        self._demand(child != parent, InvalidArgumentError)
        self._demand((child, parent) not in self.store.parents, AlreadyExistsError)
        above = {parent}
        for _ in self.store.parents:
            above |= {over for under, over in self.store.parents if under in above}
        self._demand(child not in above, InvalidArgumentError)
        self.store.parents.add((child, parent))

    def _demand(self, holds: bool, error: type[GraphmetaError]) -> None:
        if not holds:
            self.errors.add(error)
