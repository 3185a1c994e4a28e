"""Removing: just what is named, whole or not at all, and never what something else is joined to."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import Any

import pytest

from graphmeta.backends.batch import HeldError, Removal, Writer
from graphmeta.backends.requests import EventQuery, MembershipPage, MembershipQuery, ParentQuery
from graphmeta.errors import InvalidArgumentError
from graphmeta.model import (
    KINDS,
    AnyValue,
    Artifact,
    Association,
    Attribution,
    Context,
    Event,
    Execution,
    Kind,
    ParentContext,
)
from graphmeta.store import PutOptions, Store
from graphmeta.testing.conformance.kit import Conformance, Reopen, added, content, declare, make, put, step

EVERYTHING: dict[str, Any] = {"count": 1, "rate": 0.5, "note": "n" * 3_000, "tree": {"a": [1]}, "flag": True}


def world(store: Store) -> Removal:
    """A store of two runs that share a dataset, and the removal of all that the second has alone."""
    declare(store)
    shared, old, new = (
        Artifact(type="Thing", name=name, uri=f"s3://{name}", external_id=name) for name in ("shared", "old", "new")
    )
    first, second = (Execution(type="Thing", name=name, external_id=name) for name in ("first", "second"))
    one, two, all = (Context(type="Thing", name=name, external_id=name) for name in ("one", "two", "all"))
    for node in (new, second, two, shared):
        node.properties = dict(EVERYTHING)
        node.custom_properties = {"blob": AnyValue("type.googleapis.com/x", b"1"), **EVERYTHING}
    store.put(
        artifacts=[shared, old, new],
        executions=[first, second],
        contexts=[one, two, all],
        events=[
            Event(shared, first, "INPUT", ("a", 1)),
            Event(old, first, "OUTPUT", ("b",)),
            Event(shared, second, "INPUT", ("a", 1)),
            Event(new, second, "OUTPUT", ("b", 2, "c")),
        ],
        attributions=[Attribution(shared, one), Attribution(shared, two), Attribution(new, two), Attribution(new, one)],
        associations=[Association(first, one), Association(second, two)],
        parents=[ParentContext(one, all), ParentContext(two, all)],
    )
    assert all.id is not None
    return everything_about(store, {"artifact": [new.id or 0], "execution": [second.id or 0], "context": [two.id or 0]})


def everything_about(store: Store, nodes: dict[Kind, list[int]]) -> Removal:
    """The removal of some nodes with every edge that they have."""
    backend = store.backend
    artifacts, executions, contexts = (nodes.get(kind, []) for kind in KINDS)
    members: dict[str, set[tuple[int, int]]] = {}
    for kind, ids in (("artifact", artifacts), ("execution", executions)):
        members[kind] = {
            *backend.memberships(MembershipQuery(kind, node_ids=ids)),  # type: ignore[arg-type]
            *backend.memberships(MembershipQuery(kind, context_ids=contexts)),  # type: ignore[arg-type]
        }
    events = {
        *backend.events(EventQuery(artifact_ids=artifacts)).ids,
        *backend.events(EventQuery(execution_ids=executions)).ids,
    }
    links = {*backend.parents(ParentQuery(child_ids=contexts)), *backend.parents(ParentQuery(parent_ids=contexts))}
    return Removal(nodes, sorted(events), sorted(members["artifact"]), sorted(members["execution"]), sorted(links))


def remove(store: Store, removal: Removal) -> None:
    """Remove in a transaction of its own."""
    store.backend.transact(lambda writer: writer.remove(removal))


def held(store: Store, removal: Removal) -> dict[Kind, list[int]]:
    """What holds a removal up, which must leave the store as it was."""
    before = content(store)
    with pytest.raises(HeldError) as caught:
        remove(store, removal)
    assert content(store) == before
    return {kind: list(ids) for kind, ids in caught.value.ids.items()}


class RemovalTests(Conformance):
    def test_nodes_go_with_everything_and_nothing_else_changes(self, store: Store, reopen: Reopen) -> None:
        removal = world(store)
        before = content(store)
        remove(store, removal)
        after = content(reopen())
        gone = {(kind, id) for kind, ids in removal.nodes.items() for id in ids}
        expected = dict(before)
        for kind in KINDS:
            expected[kind] = [row for row in before[kind] if (kind, row[1]) not in gone]
            assert len(expected[kind]) == len(before[kind]) - 1
        expected["events"] = [row for row in before["events"] if row[0] not in removal.events]
        expected["attributions"] = [row for row in before["attributions"] if row not in removal.attributions]
        expected["associations"] = [row for row in before["associations"] if row not in removal.associations]
        expected["parents"] = [row for row in before["parents"] if row not in removal.parents]
        expected["counts"] = sorted(reopen().counts())
        assert after == expected
        assert [len(after[each]) for each in ("events", "attributions", "associations", "parents")] == [2, 1, 1, 1]
        assert store.backend.faults() == []

    def test_removing_again_is_no_error(self, store: Store) -> None:
        removal = world(store)
        remove(store, removal)
        before = content(store)
        remove(store, removal)
        remove(store, Removal({kind: [999, 10**18] for kind in KINDS}, [999], [(1, 999)], [(999, 1)], [(999, 1)]))
        remove(store, Removal())
        assert content(store) == before

    def test_names_are_free_again_and_ids_are_not(self, store: Store, reopen: Reopen) -> None:
        removal = world(store)
        last = {kind: max(row[1] for row in content(store)[kind]) for kind in KINDS}
        event = max(removal.events)
        assert {kind: removal.nodes[kind][0] for kind in ("artifact", "execution")} == {
            kind: last[kind] for kind in ("artifact", "execution")
        }
        remove(store, removal)
        for opened in (store, reopen()):
            names: dict[Kind, str] = {"artifact": "new", "execution": "second", "context": "two"}
            nodes = [make(kind, name, external_id=name) for kind, name in names.items()]
            put(opened, *nodes)
            assert all((node.id or 0) > last[node.kind] for node in nodes)
            artifact, execution, _ = nodes
            opened.put(events=[Event(artifact.id or 0, execution.id or 0, "OUTPUT")])
            events = opened.event_columns(executions=[execution.id or 0])
            assert events.ids[0] > event
            assert events.paths == [()]
            assert [dict(node.properties) for node in opened.executions(ids=[execution.id or 0])] == [{}]
            last = {node.kind: node.id or 0 for node in nodes}
            event = events.ids[0]
            again: dict[Kind, list[int]] = {node.kind: [node.id or 0] for node in nodes}
            remove(opened, everything_about(opened, again))

    @pytest.mark.parametrize("left_out", ["events", "attributions", "associations", "parents"])
    def test_an_edge_that_is_not_named_holds_its_nodes(self, store: Store, left_out: str) -> None:
        removal = world(store)
        ends: dict[str, set[Kind]] = {
            "events": {"artifact", "execution"},
            "attributions": {"artifact", "context"},
            "associations": {"execution", "context"},
            "parents": {"context"},
        }
        without: Any = {left_out: ()}
        found = held(store, replace(removal, **without))
        assert found == {kind: list(removal.nodes[kind]) for kind in KINDS if kind in ends[left_out]}
        remove(store, removal)

    def test_one_edge_of_many_holds(self, store: Store) -> None:
        removal = world(store)
        assert held(store, replace(removal, events=removal.events[1:])) == {"execution": removal.nodes["execution"]}
        added_later = added(store, "execution")
        (artifact,) = removal.nodes["artifact"]
        store.put(events=[Event(artifact, added_later, "INPUT")])
        assert held(store, removal) == {"artifact": [artifact]}

    def test_edges_go_alone(self, store: Store) -> None:
        removal = world(store)
        nodes = {kind: content(store)[kind] for kind in KINDS}
        remove(store, replace(removal, nodes={}))
        after = content(store)
        assert {kind: after[kind] for kind in KINDS} == nodes
        assert [len(after[each]) for each in ("events", "attributions", "associations", "parents")] == [2, 1, 1, 1]
        assert len(store.backend.membership_page(MembershipPage("artifact"))) == 1
        (execution,) = removal.nodes["execution"]
        assert store.walk([store.node("execution", execution)], "both").artifact_ids == []

    def test_what_fails_afterwards_undoes_a_removal(self, store: Store) -> None:
        removal = world(store)
        before = content(store)

        def fail(writer: Writer) -> None:
            writer.remove(removal)
            raise InvalidArgumentError("enough")

        with pytest.raises(InvalidArgumentError, match="enough"):
            store.backend.transact(fail)
        assert content(store) == before

    def test_an_event_of_a_missing_artifact_goes(self, store: Store) -> None:
        declare(store)
        first, second = added(store, "execution"), added(store, "execution")
        store.put(
            events=[Event(77, first, "INPUT"), Event(77, second, "INPUT")],
            options=PutOptions(allow_missing_artifacts=True),
        )
        ids = store.event_columns(executions=[first, second]).ids
        # Nothing is there that would go, so nothing is held.
        remove(store, Removal({"artifact": [77]}))
        assert list(store.backend.dangling().ids) == list(ids)
        remove(store, Removal({"execution": [first]}, ids[:1]))
        assert list(store.backend.dangling().ids) == list(ids[1:])
        remove(store, Removal({"execution": [second]}, ids[1:]))
        assert len(store.backend.dangling()) == store.backend.totals().numbers["event"] == 0
        assert store.backend.faults() == []

    def test_a_put_that_comes_meanwhile_wins_or_is_refused(self, store: Store, reopen: Reopen) -> None:
        declare(store)
        other = reopen()
        for turn in range(6):
            source, context = added(store, "artifact"), added(store, "context")
            execution = step(store, [source], [])
            removal = everything_about(store, {"artifact": [source], "execution": [execution], "context": [context]})
            barrier = threading.Barrier(2)

            def drop(removal: Removal = removal, barrier: threading.Barrier = barrier) -> str:
                barrier.wait()
                try:
                    remove(store, removal)
                except HeldError:
                    return "held"
                return "removed"

            def join(
                turn: int = turn,
                barrier: threading.Barrier = barrier,
                source: int = source,
                execution: int = execution,
                context: int = context,
            ) -> str:
                barrier.wait()
                later = Artifact(type="Thing", name=f"later {turn}")
                try:
                    other.put(
                        artifacts=[later],
                        events=[Event(later, execution, "OUTPUT"), Event(source, execution, "DECLARED_INPUT")],
                        attributions=[Attribution(source, context)],
                    )
                except InvalidArgumentError as error:
                    return str(error)
                return "put"

            with ThreadPoolExecutor(2) as pool:
                dropped, joined = pool.submit(drop), pool.submit(join)
                results = (dropped.result(), joined.result())
            there = {row.id for row in store.executions()}
            if results[0] == "held":
                assert results[1] == "put"
                assert execution in there
            else:
                assert str(source) in results[1] or str(execution) in results[1] or str(context) in results[1]
                assert execution not in there
        assert len(store.backend.dangling()) == 0
        assert store.backend.faults() == []

    def test_many_go_in_one_transaction(self, store: Store) -> None:
        declare(store)
        source = added(store, "artifact")
        steps = [Execution(type="Thing", name=f"step {number}") for number in range(300)]
        made = [Artifact(type="Thing", name=f"made {number}") for number in range(300)]
        run = Context(type="Thing", name="run")
        store.put(
            artifacts=made,
            executions=steps,
            contexts=[run],
            events=[Event(source, each, "INPUT", ("x", 0)) for each in steps]
            + [Event(each, by, "OUTPUT") for each, by in zip(made, steps, strict=True)],
            associations=[Association(each, run) for each in steps],
            attributions=[Attribution(each, run) for each in made],
        )
        before = content(store)
        nodes: dict[Kind, list[int]] = {
            "artifact": [each.id or 0 for each in made],
            "execution": [each.id or 0 for each in steps],
        }
        remove(store, everything_about(store, nodes))
        assert store.backend.totals().numbers == {
            "artifact": 1,
            "execution": 0,
            "context": 1,
            "event": 0,
            "attribution": 0,
            "association": 0,
            "parent": 0,
        }
        assert content(store)["context"] == before["context"]
        assert store.backend.faults() == []
