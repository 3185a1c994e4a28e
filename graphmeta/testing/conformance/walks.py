"""Walks: what is reached, how far, and by which events."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import pytest

from graphmeta.backends.requests import DIRECTIONS, Direction
from graphmeta.backends.rows import Closure
from graphmeta.errors import InvalidArgumentError
from graphmeta.model import EVENT_TYPES, INPUT_EVENTS, Artifact, Event, Execution
from graphmeta.store import PutOptions, Store
from graphmeta.testing.conformance.kit import Conformance, added, declare, refused, step


def reached(closure: Closure) -> tuple[list[int], list[int]]:
    """The ids of the artifacts and of the executions."""
    assert len(closure.events) == 0
    return list(closure.artifact_ids), list(closure.execution_ids)


def crossed(closure: Closure) -> list[tuple[int, int, str]]:
    """The events as (artifact, execution, type)."""
    assert list(closure.events.ids) == sorted(set(closure.events.ids))
    return list(zip(closure.events.artifact_ids, closure.events.execution_ids, closure.events.types, strict=True))


class WalkTests(Conformance):
    @pytest.fixture
    def chain(self, store: Store) -> list[Artifact]:
        """Artifacts 1 to 4 in a row, made from each other by executions 1 to 3."""
        declare(store)
        ids = [added(store, "artifact") for _ in range(4)]
        for source, target in pairwise(ids):
            step(store, [source], [target])
        return store.artifacts()

    @pytest.mark.parametrize(
        ("direction", "hops", "expected"),
        [
            ("upstream", None, ([1, 2, 3], [1, 2])),
            ("upstream", 0, ([3], [])),
            ("upstream", 1, ([3], [2])),
            ("upstream", 2, ([2, 3], [2])),
            ("upstream", 3, ([2, 3], [1, 2])),
            ("upstream", 100, ([1, 2, 3], [1, 2])),
            ("downstream", None, ([3, 4], [3])),
            ("downstream", 1, ([3], [3])),
            ("both", None, ([1, 2, 3, 4], [1, 2, 3])),
            ("both", 0, ([3], [])),
            ("both", 1, ([3], [2, 3])),
            ("both", 2, ([2, 3, 4], [2, 3])),
            ("any", None, ([1, 2, 3, 4], [1, 2, 3])),
            ("any", 0, ([3], [])),
            ("any", 1, ([3], [2, 3])),
            ("any", 3, ([2, 3, 4], [1, 2, 3])),
        ],
    )
    def test_a_chain_from_an_artifact(
        self,
        store: Store,
        chain: list[Artifact],
        direction: Direction,
        hops: int | None,
        expected: tuple[list[int], list[int]],
    ) -> None:
        assert reached(store.walk([chain[2]], direction, hops=hops)) == expected
        with_events = store.walk([chain[2]], direction, hops=hops, events=True)
        assert (list(with_events.artifact_ids), list(with_events.execution_ids)) == expected

    @pytest.mark.parametrize(
        ("direction", "hops", "expected"),
        [
            ("upstream", None, ([1, 2], [1, 2])),
            ("upstream", 1, ([2], [2])),
            ("downstream", None, ([3, 4], [2, 3])),
            ("downstream", 2, ([3], [2, 3])),
            ("both", 1, ([2, 3], [2])),
            ("both", 0, ([], [2])),
            ("any", 1, ([2, 3], [2])),
            ("any", 2, ([2, 3], [1, 2, 3])),
        ],
    )
    def test_a_chain_from_an_execution(
        self,
        store: Store,
        chain: list[Artifact],
        direction: Direction,
        hops: int | None,
        expected: tuple[list[int], list[int]],
    ) -> None:
        assert reached(store.walk([store.execution(2)], direction, hops=hops)) == expected

    def test_the_events_of_a_walk_in_full(self, store: Store) -> None:
        declare(store)
        artifact, execution = Artifact(type="Thing"), Execution(type="Thing")
        store.put(
            artifacts=[artifact],
            executions=[execution],
            events=[Event(artifact, execution, "OUTPUT", ("model", 0), time=7)],
        )
        events = store.walk([artifact], "upstream", events=True).events
        assert list(events.ids) == [event.id for event in store.events(artifacts=[artifact])]
        assert (list(events.artifact_ids), list(events.execution_ids)) == ([1], [1])
        assert (list(events.types), list(events.times)) == (["OUTPUT"], [7])
        assert [tuple(path) for path in events.paths] == [("model", 0)]

    @pytest.mark.parametrize("hops", [0, 1, 2, 3, 4, None])
    def test_the_events_of_a_bounded_walk_do_not_lead_beyond_it(
        self, store: Store, chain: list[Artifact], hops: int | None
    ) -> None:
        upstream = [(4, 3, "OUTPUT"), (3, 3, "INPUT"), (3, 2, "OUTPUT"), (2, 2, "INPUT")]
        far = [(2, 1, "OUTPUT"), (1, 1, "INPUT")]
        expected = upstream[:hops] if hops is not None else upstream + far
        assert sorted(crossed(store.walk([chain[3]], "upstream", hops=hops, events=True))) == sorted(expected)

    def test_only_events_in_the_direction_of_the_walk_are_crossed(self, store: Store, chain: list[Artifact]) -> None:
        side = step(store, [2], [])
        up = store.walk([chain[1]], "upstream", events=True)
        assert crossed(up) == [(1, 1, "INPUT"), (2, 1, "OUTPUT")]
        down = store.walk([chain[1]], "downstream", events=True)
        assert side in down.execution_ids
        assert (2, 1, "OUTPUT") not in crossed(down)
        both = store.walk([chain[1]], "both", events=True)
        assert sorted(crossed(both)) == sorted(crossed(up) + crossed(down))

    @pytest.mark.parametrize("type", EVENT_TYPES)
    def test_every_type_of_event_leads_one_way(self, store: Store, type: str) -> None:
        declare(store)
        artifact, execution = added(store, "artifact"), added(store, "execution")
        store.put(events=[Event(artifact, execution, type)])
        a, e = [store.artifact(artifact)], [store.execution(execution)]
        forth, back = ("downstream", "upstream") if type in INPUT_EVENTS else ("upstream", "downstream")
        assert reached(store.walk(a, forth)) == ([1], [1])  # type: ignore[arg-type]
        assert reached(store.walk(a, back)) == ([1], [])  # type: ignore[arg-type]
        assert reached(store.walk(e, back)) == ([1], [1])  # type: ignore[arg-type]
        assert reached(store.walk(e, forth)) == ([], [1])  # type: ignore[arg-type]

    def test_both_does_not_turn_on_the_way(self, store: Store) -> None:
        declare(store)
        data, model, sibling = (added(store, "artifact") for _ in range(3))
        step(store, [data], [model])
        step(store, [data], [sibling])
        assert reached(store.walk([store.artifact(model)], "both")) == ([data, model], [1])
        assert reached(store.walk([store.artifact(data)], "both")) == ([data, model, sibling], [1, 2])

    def test_any_turns_on_the_way(self, store: Store) -> None:
        declare(store)
        data, model, sibling = (added(store, "artifact") for _ in range(3))
        step(store, [data], [model])
        step(store, [data], [sibling])
        every = [(data, 1, "INPUT"), (model, 1, "OUTPUT"), (data, 2, "INPUT"), (sibling, 2, "OUTPUT")]
        whole = store.walk([store.artifact(model)], "any", events=True)
        assert (list(whole.artifact_ids), list(whole.execution_ids)) == ([data, model, sibling], [1, 2])
        assert crossed(whole) == every
        assert reached(store.walk([store.artifact(model)], "any")) == ([data, model, sibling], [1, 2])
        assert reached(store.walk([store.artifact(model)], "any", hops=3)) == ([data, model], [1, 2])
        assert crossed(store.walk([store.artifact(model)], "any", hops=3, events=True)) == every[:3]
        assert reached(store.walk([store.execution(2)], "any", hops=2)) == ([data, sibling], [1, 2])

    @pytest.mark.parametrize("type", EVENT_TYPES)
    def test_any_takes_events_of_every_type(self, store: Store, type: str) -> None:
        declare(store)
        artifact, execution = added(store, "artifact"), added(store, "execution")
        store.put(events=[Event(artifact, execution, type)])
        for start in ([store.artifact(artifact)], [store.execution(execution)]):
            assert reached(store.walk(start, "any")) == ([1], [1])
            assert crossed(store.walk(start, "any", events=True)) == [(1, 1, type)]

    def test_a_diamond(self, store: Store) -> None:
        declare(store)
        top, left, right, bottom = (added(store, "artifact") for _ in range(4))
        step(store, [top], [left])
        step(store, [top], [right])
        step(store, [left, right], [bottom])
        up = store.walk([store.artifact(bottom)], "upstream", events=True)
        assert (list(up.artifact_ids), list(up.execution_ids)) == ([1, 2, 3, 4], [1, 2, 3])
        assert len(crossed(up)) == 7
        assert reached(store.walk([store.artifact(top)], "downstream", hops=3)) == ([1, 2, 3], [1, 2, 3])

    def test_a_long_way_and_a_short_way_to_the_same_node(self, store: Store) -> None:
        declare(store)
        a, b, c = (added(store, "artifact") for _ in range(3))
        step(store, [a], [b])
        step(store, [b], [c])
        step(store, [a], [c])
        down = store.walk([store.artifact(a)], "downstream", hops=2, events=True)
        assert (list(down.artifact_ids), list(down.execution_ids)) == ([a, b, c], [1, 3])
        assert sorted(crossed(down)) == [(a, 1, "INPUT"), (a, 3, "INPUT"), (b, 1, "OUTPUT"), (c, 3, "OUTPUT")]

    def test_a_step_that_rewrites_its_input_is_a_cycle_that_ends(self, store: Store) -> None:
        declare(store)
        file = added(store, "artifact")
        step(store, [file], [file])
        for direction in DIRECTIONS:
            whole = store.walk([store.artifact(file)], direction, events=True)
            assert (list(whole.artifact_ids), list(whole.execution_ids)) == ([1], [1])
            assert sorted(crossed(whole)) == [(1, 1, "INPUT"), (1, 1, "OUTPUT")]
            one = store.walk([store.artifact(file)], direction, hops=1, events=True)
            assert sorted(crossed(one)) == [(1, 1, "INPUT"), (1, 1, "OUTPUT")]
            assert crossed(store.walk([store.artifact(file)], direction, hops=0, events=True)) == []

    def test_the_events_are_all_that_lie_between_the_nodes_reached(self, store: Store) -> None:
        declare(store)
        a, b = added(store, "artifact"), added(store, "artifact")
        step(store, [a], [b])
        store.put(events=[Event(a, 1, "INTERNAL_OUTPUT"), Event(b, 1, "DECLARED_INPUT")])
        everything = [(a, 1, "INPUT"), (b, 1, "OUTPUT"), (a, 1, "INTERNAL_OUTPUT"), (b, 1, "DECLARED_INPUT")]
        assert crossed(store.walk([store.artifact(b)], "upstream", events=True)) == everything
        one = store.walk([store.artifact(b)], "upstream", hops=1, events=True)
        assert crossed(one) == [everything[1], everything[3]]
        assert crossed(store.walk([store.artifact(b)], "both", events=True)) == everything

    def test_both_brings_no_events_between_its_two_walks(self, store: Store) -> None:
        declare(store)
        source, start, target = (added(store, "artifact") for _ in range(3))
        step(store, [source], [start])
        step(store, [start], [target])
        shortcut = step(store, [source], [])
        store.put(events=[Event(target, 1, "OUTPUT"), Event(target, shortcut, "INPUT")])
        both = store.walk([store.artifact(start)], "both", events=True)
        assert (list(both.artifact_ids), list(both.execution_ids)) == ([source, start, target], [1, 2, shortcut])
        assert (target, 1, "OUTPUT") not in crossed(both)
        assert (source, shortcut, "INPUT") not in crossed(both)
        assert (target, shortcut, "INPUT") in crossed(both)

    def test_a_large_cycle_is_walked_once(self, store: Store) -> None:
        declare(store)
        ids = [added(store, "artifact") for _ in range(6)]
        for source, target in zip(ids, [*ids[1:], ids[0]], strict=True):
            step(store, [source], [target])
        whole = store.walk([store.artifact(ids[2])], "upstream", events=True)
        assert (list(whole.artifact_ids), list(whole.execution_ids)) == (ids, [1, 2, 3, 4, 5, 6])
        assert len(whole.events) == 12
        assert reached(store.walk([store.artifact(ids[2])], "upstream", hops=4)) == ([1, 2, 3], [1, 2])

    def test_several_starts(self, store: Store, chain: list[Artifact]) -> None:
        assert reached(store.walk([chain[1], chain[3]], "upstream", hops=1)) == ([2, 4], [1, 3])
        assert reached(store.walk([chain[3], chain[1], chain[3]], "upstream")) == ([1, 2, 3, 4], [1, 2, 3])
        lonely = added(store, "artifact")
        assert reached(store.walk([chain[0], store.artifact(lonely)], "upstream")) == ([1, lonely], [])
        assert reached(store.walk([], "upstream")) == ([], [])

    @pytest.mark.parametrize("direction", DIRECTIONS)
    @pytest.mark.parametrize("hops", [None, 6])
    def test_several_starts_bring_each_event_once(
        self, store: Store, chain: list[Artifact], direction: Direction, hops: int | None
    ) -> None:
        every = [
            (1, 1, "INPUT"),
            (2, 1, "OUTPUT"),
            (2, 2, "INPUT"),
            (3, 2, "OUTPUT"),
            (3, 3, "INPUT"),
            (4, 3, "OUTPUT"),
        ]
        assert crossed(store.walk(chain, direction, hops=hops, events=True)) == every
        assert crossed(store.walk(store.executions(), direction, hops=hops, events=True)) == (
            every[:5] if direction == "upstream" else every[1:] if direction == "downstream" else every
        )

    def test_starts_that_do_not_exist_reach_nothing(self, store: Store, chain: list[Artifact]) -> None:
        assert reached(store.walk([Artifact(id=99)], "both")) == ([], [])
        assert reached(store.walk([Execution(id=99)], "both")) == ([], [])
        assert reached(store.walk([Artifact(id=99), chain[0]], "upstream")) == ([1], [])

    @pytest.mark.parametrize(
        ("direction", "hops"), [("sideways", None), ("both", -1), ("both", True), ("both", 1.0), ("both", 2**64)]
    )
    def test_a_walk_that_cannot_be_is_refused(
        self, store: Store, chain: list[Artifact], direction: Any, hops: Any
    ) -> None:
        with refused(store, InvalidArgumentError):
            store.walk(chain, direction, hops=hops)

    def test_artifacts_that_do_not_exist_are_told_apart(self, store: Store) -> None:
        declare(store)
        model = added(store, "artifact")
        execution = step(store, [], [model])
        store.put(events=[Event(77, execution, "INPUT")], options=PutOptions(allow_missing_artifacts=True))
        up = store.walk([store.artifact(model)], "upstream", events=True)
        assert (list(up.artifact_ids), list(up.execution_ids)) == ([model], [execution])
        assert list(up.missing_artifact_ids) == [77]
        assert crossed(up) == [(model, execution, "OUTPUT"), (77, execution, "INPUT")]
        assert list(store.walk([store.artifact(model)], "upstream", hops=1).missing_artifact_ids) == []
        assert list(store.walk([store.execution(execution)], "upstream", hops=1).missing_artifact_ids) == [77]
        assert list(store.walk([store.artifact(model)], "any", hops=2).missing_artifact_ids) == [77]

    def test_a_walk_goes_on_behind_an_artifact_that_does_not_exist(self, store: Store) -> None:
        declare(store)
        first, last = step(store, [], []), step(store, [], [])
        store.put(
            events=[Event(77, first, "OUTPUT"), Event(77, last, "INPUT")],
            options=PutOptions(allow_missing_artifacts=True),
        )
        up = store.walk([store.execution(last)], "upstream")
        assert (list(up.execution_ids), list(up.missing_artifact_ids)) == ([first, last], [77])

    def test_a_wide_and_deep_graph(self, store: Store) -> None:
        declare(store)
        layers = [[Artifact(type="Thing") for _ in range(20)] for _ in range(30)]
        executions: list[Execution] = []
        events: list[Event] = []
        for above, below in pairwise(layers):
            for place, artifact in enumerate(below):
                execution = Execution(type="Thing")
                executions.append(execution)
                events.append(Event(artifact, execution, "OUTPUT"))
                events += [Event(above[(place + shift) % 20], execution, "INPUT") for shift in range(3)]
        store.put(artifacts=[each for layer in layers for each in layer], executions=executions, events=events)
        up = store.walk([layers[-1][0]], "upstream", events=True)
        widths = [min(20, 1 + 2 * depth) for depth in range(30)]
        assert len(up.artifact_ids) == sum(widths)
        assert len(up.execution_ids) == sum(widths[:-1])
        assert len(up.events) == 4 * sum(widths[:-1])
        assert store.walk(layers[0], "downstream").execution_ids == [execution.id for execution in executions]
