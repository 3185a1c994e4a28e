"""Random calls made to several stores at once and to the reference: all must agree, after every step.

    from hypothesis.stateful import run_state_machine_as_test
    run_state_machine_as_test(machine(lambda: {"mine": fresh_store(), "sqlite": another()}))

The stores share one clock. Their ids may differ (a failed put may use some up): the ids of the reference are
the handles that the machine speaks of, and every store has its own translation.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, precondition, rule

from graphmeta.backends.batch import Written
from graphmeta.backends.requests import DIRECTIONS, MembershipQuery, Order, ParentQuery
from graphmeta.backends.rows import Closure
from graphmeta.errors import AlreadyExistsError, GraphmetaError
from graphmeta.model import KINDS, Kind, Type
from graphmeta.store import Store
from graphmeta.testing import calls, conditions
from graphmeta.testing.conformance.kit import exact_node, put
from graphmeta.testing.reference import ReferenceStore, Refused

START = 1_700_000_000_000


class Side:
    """A store under test, and the translation between its ids and the reference's."""

    def __init__(self, name: str, store: Store) -> None:
        self.name = name
        self.store = store
        self._ids: dict[Kind, dict[int, int]] = {kind: {} for kind in KINDS}
        self._handles: dict[Kind, dict[int, int]] = {kind: {} for kind in KINDS}

    def id(self, kind: Kind, handle: int) -> int:
        """The store's id for a handle; one that was never stored is the same everywhere."""
        return self._ids[kind].get(handle, handle)

    def handle(self, kind: Kind, id: int) -> int:
        """The handle for an id of the store."""
        return self._handles[kind].get(id, id)

    def type_id(self, type: Type) -> int:
        """The store's id for a type of the reference."""
        return self.store.type(type.kind, type.name, type.version).id or 0

    def learn(self, expected: Written, got: Written) -> None:
        """Note which ids stand for which handles; what is known already must agree."""
        for kind in KINDS:
            handles, ids = getattr(expected, f"{kind}_ids"), getattr(got, f"{kind}_ids")
            assert len(handles) == len(ids), f"{self.name} returns {len(ids)} {kind} ids instead of {len(handles)}"
            for handle, id in zip(handles, ids, strict=True):
                assert self._ids[kind].setdefault(handle, id) == id, f"{self.name}: {kind} {id} is another's id"
                assert self._handles[kind].setdefault(id, handle) == handle, f"{self.name}: {kind} {id} is taken twice"

    def content(self) -> dict[str, Any]:
        """Everything in the store, in the reference's ids."""
        store = self.store
        nodes: dict[Kind, list[Any]] = {
            "artifact": list(store.artifacts()),
            "execution": list(store.executions()),
            "context": list(store.contexts()),
        }
        ids = {kind: [node.id for node in nodes[kind]] for kind in KINDS}
        types = {type.id: type for type in store.types(system=True)}
        contexts, events = ids["context"], store.events(executions=ids["execution"])
        attributions = store.backend.memberships(MembershipQuery("artifact", context_ids=contexts))
        associations = store.backend.memberships(MembershipQuery("execution", context_ids=contexts))
        parents = store.backend.parents(ParentQuery(child_ids=contexts))
        return {
            "types": sorted(map(_type, types.values())),
            **{kind: [_node(node, types, self.handle(kind, node.id)) for node in nodes[kind]] for kind in KINDS},
            "events": [
                (
                    self.handle("artifact", event.artifact_id),
                    self.handle("execution", event.execution_id),
                    event.type,
                    tuple(event.path),
                    event.time,
                )
                for event in events
            ],
            "attributions": {(self.handle("artifact", a), self.handle("context", c)) for a, c in attributions},
            "associations": {(self.handle("execution", e), self.handle("context", c)) for e, c in associations},
            "parents": {(self.handle("context", child), self.handle("context", parent)) for child, parent in parents},
        }


def _type(type: Type) -> Any:
    return (
        (type.kind, type.name, type.version),
        sorted(type.properties.items()),
        (type.base_type or "", type.external_id or "", type.description or ""),
    )


def _node(node: Any, types: Mapping[int | None, Type], handle: int) -> Any:
    return handle, types[node.type_id].version, *exact_node(node)[3:]


def reference_content(store: ReferenceStore) -> dict[str, Any]:
    """As `Side.content`, of the reference."""
    types = {type.id: type for type in store.types}
    return {
        "types": sorted(map(_type, store.types)),
        **{kind: [_node(node, types, id) for id, node in sorted(store.nodes[kind].items())] for kind in KINDS},
        "events": [(e.artifact_id, e.execution_id, e.type, tuple(e.path), e.time) for e in store.events],
        "attributions": store.attributions,
        "associations": store.associations,
        "parents": store.parents,
    }


class StoresAgree(RuleBasedStateMachine):
    """The calls. `machine` makes a class of it that knows how to open the stores."""

    def open_stores(self) -> Mapping[str, Store]:
        """Fresh, initialised stores, by a name for messages."""
        raise NotImplementedError

    def __init__(self) -> None:
        super().__init__()
        self.now = START
        clock = lambda: self.now  # noqa: E731
        self.reference = ReferenceStore(clock)
        self.sides = [Side(name, store) for name, store in self.open_stores().items()]
        for side in self.sides:
            side.store.backend.clock = clock
        self.keyed: dict[str, calls.PutCall] = {}

    def teardown(self) -> None:
        for side in self.sides:
            side.store.close()

    # ------------------------------------------------------------ writes

    @initialize()
    def first_types_and_nodes(self) -> None:
        declared: Any = {"p": "INT", "q": "STRING", "name": "STRING"}
        self._both(
            lambda reference: reference.put_types([make("T", declared) for make in calls.MAKERS.values()]),
            lambda side: side.store.put_types([make("T", declared) for make in calls.MAKERS.values()]),
        )
        self._put(calls.first_graph())

    @rule(types=st.lists(calls.types(), min_size=1, max_size=2), add=st.booleans(), omit=st.booleans())
    def put_types(self, types: list[Type], add: bool, omit: bool) -> None:
        self._both(
            lambda reference: reference.put_types(types, can_add_fields=add, can_omit_fields=omit),
            lambda side: side.store.put_types(types, can_add_fields=add, can_omit_fields=omit),
        )

    @rule(data=st.data())
    def put_graph(self, data: st.DataObject) -> None:
        call = data.draw(calls.graphs(self.reference), label="graph")
        self._put(call)
        if call.key in self.reference.keys:
            self.keyed[call.key] = call

    @precondition(lambda self: self.keyed)
    @rule(data=st.data())
    def retry(self, data: st.DataObject) -> None:
        before = reference_content(self.reference)
        self._put(self.keyed[data.draw(st.sampled_from(sorted(self.keyed)))])
        assert reference_content(self.reference) == before

    @rule(data=st.data())
    def update(self, data: st.DataObject) -> None:
        self._put(data.draw(calls.updates(self.reference), label="update"))

    @rule(data=st.data())
    def write_back_what_was_read(self, data: st.DataObject) -> None:
        kind = data.draw(st.sampled_from([kind for kind in KINDS if self.reference.nodes[kind]]))
        handle = data.draw(st.sampled_from(sorted(self.reference.nodes[kind])))
        for side in self.sides:
            put(side.store, side.store.node(kind, side.id(kind, handle)))
        self._compare_content()

    @rule(data=st.data())
    def link(self, data: st.DataObject) -> None:
        self._put(data.draw(calls.links(self.reference), label="links"))

    def _put(self, call: calls.PutCall) -> None:
        self.now += call.later
        made: dict[str, Written] = {}

        def on_reference(reference: ReferenceStore) -> None:
            made["reference"] = reference.put(**call.arguments(lambda kind, handle: handle, lambda type: type.id or 0))

        def on_side(side: Side) -> None:
            made[side.name] = side.store.put(**call.arguments(side.id, side.type_id))

        self._both(on_reference, on_side, lambda side: side.learn(made["reference"], made[side.name]))

    def _both(
        self,
        on_reference: Callable[[ReferenceStore], object],
        on_side: Callable[[Side], object],
        then: Callable[[Side], None] = lambda side: None,
    ) -> None:
        """Make a call everywhere: refused everywhere, with an error that the rules name, or done everywhere."""
        expected: set[type[GraphmetaError]] = set()
        try:
            on_reference(self.reference)
        except Refused as refused:
            expected = refused.errors
        raised: dict[str, type[GraphmetaError] | None] = {}
        messages: dict[str, str] = {}
        for side in self.sides:
            raised[side.name] = None
            try:
                on_side(side)
            except GraphmetaError as error:
                # Which of two things that are taken a store finds first, and so whether by an update, is its own.
                raised[side.name] = AlreadyExistsError if isinstance(error, AlreadyExistsError) else type(error)
                messages[side.name] = str(error)
        wanted: set[type[GraphmetaError] | None] = set(expected) or {None}
        assert set(raised.values()) <= wanted, f"wanted one of {_names(wanted)}, got {raised}: {messages}"
        assert len(set(raised.values())) == 1, f"the stores raise different errors: {raised}: {messages}"
        if not expected:
            for side in self.sides:
                then(side)
        self._compare_content()

    def _compare_content(self) -> None:
        expected = reference_content(self.reference)
        for side in self.sides:
            found = side.content()
            for part, value in expected.items():
                assert found[part] == value, f"{part} of {side.name}"

    # ------------------------------------------------------------ reads

    @rule(
        data=st.data(), kind=st.sampled_from(KINDS), order=conditions.ORDERS, limit=st.sampled_from([None, None, 1, 3])
    )
    def find(self, data: st.DataObject, kind: Kind, order: Order, limit: int | None) -> None:
        where = data.draw(conditions.predicates(self.reference, kind), label="where")
        expected = self.reference.find(kind, where, order, limit)
        types = {type.id: type for type in self.reference.types}
        for side in self.sides:
            type_ids = {id: side.type_id(type) for id, type in types.items() if type.kind == kind}
            there = conditions.translated(where, kind, side.id, type_ids.__getitem__)
            rows = side.store.rows(kind, there, order=order, limit=limit)
            assert [side.handle(kind, row.id) for row in rows] == expected, side.name
            assert len(rows) == len([rows.properties(row.id) for row in rows])

    @rule(
        data=st.data(),
        kind=st.sampled_from(["artifact", "execution"]),
        direction=st.sampled_from(DIRECTIONS),
        hops=st.sampled_from([None, 0, 1, 2, 3]),
    )
    def walk(self, data: st.DataObject, kind: Any, direction: Any, hops: int | None) -> None:
        nodes = self.reference.nodes[kind]
        start = data.draw(st.lists(st.sampled_from(sorted(nodes)), min_size=1, max_size=2), label="start")
        expected = _walked(self.reference.walk(kind, start, direction, hops), lambda kind, handle: handle)
        for side in self.sides:
            there: Any = [side.store.node(kind, side.id(kind, handle)) for handle in start]
            with_events = side.store.walk(there, direction, hops=hops, events=True)
            assert _walked(with_events, side.handle) == expected, side.name
            without = side.store.walk(there, direction, hops=hops)
            assert _walked(without, side.handle) == {**expected, "events": []}, side.name

    @rule()
    def count(self) -> None:
        types = {type.id: (type.name, type.version) for type in self.reference.types}
        expected: dict[Any, int] = {}
        for kind in KINDS:
            for node in self.reference.nodes[kind].values():
                key = (kind, *types[node.type_id])
                expected[key] = expected.get(key, 0) + 1
        for side in self.sides:
            named = {type.id: (type.name, type.version) for type in side.store.types(system=True)}
            assert {(c.kind, *named[c.type_id]): c.number for c in side.store.counts()} == expected, side.name


def _walked(closure: Closure, handle: Callable[[Kind, int], int]) -> dict[str, Any]:
    events = closure.events
    triples = zip(events.artifact_ids, events.execution_ids, events.types, strict=True)
    return {
        "artifacts": sorted(handle("artifact", id) for id in closure.artifact_ids),
        "executions": sorted(handle("execution", id) for id in closure.execution_ids),
        "missing": sorted(handle("artifact", id) for id in closure.missing_artifact_ids),
        "events": sorted((handle("artifact", a), handle("execution", e), type) for a, e, type in triples),
    }


def _names(errors: set[type[GraphmetaError] | None]) -> list[str]:
    return sorted("no error" if error is None else error.__name__ for error in errors)


def machine(open_stores: Callable[[], Mapping[str, Store]]) -> type[StoresAgree]:
    """A state machine for hypothesis.

    Args:
        open_stores: gives fresh, initialised stores by name, for every example anew; the machine closes them.
    """
    return type("StoresAgree", (StoresAgree,), {"open_stores": lambda self: open_stores()})
