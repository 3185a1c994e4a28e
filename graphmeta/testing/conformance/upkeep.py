"""Keeping house: what came when, what dangles, what is wrong."""

from __future__ import annotations

from collections import Counter

from graphmeta.backends.batch import Batch, EventWrite, NodeWrite, Written
from graphmeta.backends.rows import NodeRow
from graphmeta.model import KINDS, Artifact, Event, Execution
from graphmeta.store import PutOptions, Store
from graphmeta.testing.conformance.kit import Conformance, added, declare

DAY = 24 * 60 * 60 * 1000


class UpkeepTests(Conformance):
    def test_growth_of_nothing(self, store: Store) -> None:
        assert store.backend.growth() == []

    def test_growth_is_what_counting_by_hand_gives(self, store: Store) -> None:
        declare(store)
        declare(store, "Other")
        types = {(type.kind, type.name): type.id or 0 for type in store.types()}
        # Each event is from the fifth artifact, but for its own.
        times = [-DAY - 1, -DAY, -1, 0, 1, DAY - 1, DAY, DAY + 1, 20_000 * DAY - 1, 20_000 * DAY, 20_000 * DAY]
        nodes: list[NodeWrite] = []
        events: list[EventWrite] = []
        for number, time in enumerate(times, 1):
            for kind in KINDS:
                name = "Thing" if number % 3 else "Other"
                row = NodeRow(number, types[kind, name], name, f"{number}", None, None, None, time, time)
                nodes.append(NodeWrite(kind, True, row, {}, {}))
            events.append(EventWrite(number, 5 if number != 5 else 11, number, "INPUT", (), time))
        store.backend.transact(lambda writer: writer.write(Batch("all", nodes=nodes, events=events), Written()))

        def by_hand(at: int) -> list[tuple[str, int, int, int]]:
            came: list[tuple[str, int, int]] = [
                (node.kind, node.row.type_id, node.row.created // DAY) for node in nodes if node.row.created <= at
            ]
            came += [
                ("event", 0, event.time // DAY)
                for event in events
                if max(event.time, times[event.artifact_id - 1], times[event.execution_id - 1]) <= at
            ]
            order = (*KINDS, "event")
            numbers = Counter(came).items()
            return [
                (*key, number)
                for key, number in sorted(numbers, key=lambda each: (each[0][2], order.index(each[0][0]), each[0][1]))
            ]

        assert store.backend.growth() == by_hand(times[-1])
        assert len(store.backend.growth()) > 20
        for at in (*times, 5 * DAY):
            assert store.backend.growth(at) == store.as_of(at).backend.growth() == by_hand(at)
            assert store.as_of(5 * DAY).backend.growth(at) == by_hand(min(at, 5 * DAY))

    def test_what_dangles(self, store: Store) -> None:
        declare(store)
        assert len(store.backend.dangling()) == 0
        there, lost = added(store, "artifact"), 4_000
        store.backend.clock = lambda: 1_000
        one = Execution(type="Thing")
        store.put(
            executions=[one],
            events=[Event(there, one, "INPUT"), Event(lost, one, "INPUT", ("a", 2)), Event(lost + 1, one, "OUTPUT")],
            options=PutOptions(allow_missing_artifacts=True),
        )
        store.put(
            events=[Event(lost, one, "DECLARED_INPUT", time=5_000)], options=PutOptions(allow_missing_artifacts=True)
        )
        found = store.backend.dangling()
        assert [row[1:] for row in found.rows()] == [
            (lost, one.id, "INPUT", 1_000, ("a", 2)),
            (lost + 1, one.id, "OUTPUT", 1_000, ()),
            (lost, one.id, "DECLARED_INPUT", 5_000, ()),
        ]
        assert list(store.backend.dangling(2).rows()) == list(found.rows())[:2]
        assert list(store.as_of(1_000).backend.dangling().rows()) == list(found.rows())[:2]
        assert list(store.as_of(1_000).backend.dangling(1).rows()) == list(found.rows())[:1]
        assert len(store.as_of(999).backend.dangling()) == 0

    def test_a_sound_store_has_no_faults(self, store: Store) -> None:
        assert store.backend.faults() == []
        declare(store)
        added(store, "artifact", "a" * 5_000, uri="s3://x", external_id="e", custom_properties={"k": "v"})
        store.put(
            executions=[done := Execution(type="Thing")],
            artifacts=[made := Artifact(type="Thing")],
            events=[Event(made, done, "OUTPUT", ("a", 1)), Event(99, done, "INPUT")],
            options=PutOptions(allow_missing_artifacts=True),
        )
        assert store.backend.faults() == []
        assert store.as_of(1).backend.faults() == []
