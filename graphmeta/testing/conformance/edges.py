"""What joins nodes: events, attributions, associations, parent links."""

from __future__ import annotations

from typing import Any

import pytest

from graphmeta.backends.requests import EventFlow, EventQuery, MembershipPage, ParentQuery
from graphmeta.errors import AlreadyExistsError, InvalidArgumentError
from graphmeta.model import (
    EVENT_TYPES,
    INPUT_EVENTS,
    Artifact,
    Association,
    Attribution,
    Context,
    Event,
    Execution,
    ParentContext,
)
from graphmeta.store import PutOptions, Store
from graphmeta.testing.conformance.kit import Conformance, added, declare, put, refused


def triples(events: list[Event]) -> list[tuple[int, int, str]]:
    """(artifact id, execution id, type) of events."""
    return [(event.artifact_id, event.execution_id, event.type) for event in events]


class EventTests(Conformance):
    @pytest.fixture
    def pair(self, store: Store) -> tuple[int, int]:
        """The ids of an artifact and an execution."""
        declare(store)
        return added(store, "artifact"), added(store, "execution")

    def test_every_type_between_the_same_two(self, store: Store, pair: tuple[int, int]) -> None:
        store.put(events=[Event(*pair, type) for type in EVENT_TYPES])
        assert triples(store.events(artifacts=[pair[0]])) == [(*pair, type) for type in EVENT_TYPES]
        assert triples(store.events(executions=[pair[1]])) == [(*pair, type) for type in EVENT_TYPES]

    def test_time_is_kept_and_defaults_to_the_moment_of_the_put(self, store: Store, pair: tuple[int, int]) -> None:
        store.backend.clock = lambda: 77_000
        store.put(
            events=[Event(*pair, "INPUT"), Event(*pair, "OUTPUT", time=5), Event(*pair, "DECLARED_INPUT", time=0)]
        )
        assert [event.time for event in store.events(artifacts=[pair[0]])] == [77_000, 5, 0]

    def test_events_come_in_the_order_of_insertion(self, store: Store, pair: tuple[int, int]) -> None:
        artifacts = [added(store, "artifact") for _ in range(5)]
        order = [3, 1, 4, 0, 2]
        store.put(events=[Event(artifacts[index], pair[1], "INPUT", time=100 - index) for index in order])
        store.put(events=[Event(pair[0], pair[1], "OUTPUT")])
        found = store.events(executions=[pair[1]])
        assert [event.artifact_id for event in found] == [*[artifacts[index] for index in order], pair[0]]
        ids = [event.id or 0 for event in found]
        assert ids == sorted(set(ids))
        assert [event.id for event in store.events(artifacts=[*reversed(artifacts), pair[0]])] == ids

    def test_all_events_so_many_at_a_time(self, store: Store, pair: tuple[int, int]) -> None:
        assert list(store.all_events()) == []
        others = [added(store, "artifact") for _ in range(3)]
        store.put(
            events=[
                *(Event(each, pair[1], "INPUT", (f"key {each}", 0)) for each in others),
                Event(77_777, pair[1], "OUTPUT"),
            ],
            options=PutOptions(allow_missing_artifacts=True),
        )
        whole = [
            row for part in store.all_events() for row in zip(part.ids, part.artifact_ids, part.paths, strict=True)
        ]
        assert [row[1] for row in whole] == [*others, 77_777]
        assert [row[2] for row in whole] == [*((f"key {each}", 0) for each in others), ()]
        for number in (1, 2, 3, 4):
            parts = list(store.all_events(number))
            assert [id for part in parts for id in part.ids] == [row[0] for row in whole]
            assert all(len(part) == number for part in parts[:-1]) and 0 < len(parts[-1]) <= number
        assert len(list(store.all_events(4))) == 1

    def test_events_of_some_artifacts_or_of_some_executions(self, store: Store, pair: tuple[int, int]) -> None:
        other = added(store, "artifact"), added(store, "execution")
        store.put(events=[Event(*pair, "INPUT"), Event(*other, "INPUT"), Event(pair[0], other[1], "INPUT")])
        assert triples(store.events(artifacts=[pair[0]])) == [(*pair, "INPUT"), (pair[0], other[1], "INPUT")]
        assert triples(store.events(executions=[other[1]])) == [(*other, "INPUT"), (pair[0], other[1], "INPUT")]
        assert len(store.events(artifacts=[pair[0], other[0], pair[0], 999])) == 3
        assert store.events(artifacts=[999]) == []
        assert store.events(artifacts=[]) == []
        assert store.events(executions=[]) == []

    def test_so_many_events_of_some_nodes_of_one_flow(self, store: Store, pair: tuple[int, int]) -> None:
        artifacts = [pair[0], *(added(store, "artifact") for _ in range(3))]
        executions = [pair[1], added(store, "execution")]
        types = ("INPUT", "OUTPUT", "DECLARED_INPUT", "PENDING_OUTPUT", "INTERNAL_INPUT", "INTERNAL_OUTPUT")
        store.put(events=[Event(a, e, types[(a + e) % 6]) for e in reversed(executions) for a in reversed(artifacts)])
        store.put(events=[Event(77_777, executions[0], "INPUT")], options=PutOptions(allow_missing_artifacts=True))
        whole = list(next(store.all_events()).rows())
        bare = [row for part in store.all_events(2, bare=True) for row in part.rows()]
        assert bare == [(*row[:5], ()) for row in whole]
        flows: tuple[EventFlow | None, ...] = (None, "in", "out")
        chosen: list[tuple[str, list[int], int]] = [
            ("artifact_ids", artifacts[:3], 1),
            ("artifact_ids", [77_777, 999], 1),
            ("execution_ids", executions[:1], 2),
            ("execution_ids", executions, 2),
        ]
        for name, ids, column in chosen:
            for flow in flows:
                kept = [row for row in whole if row[column] in ids]
                if flow is not None:
                    kept = [row for row in kept if (row[3] in INPUT_EVENTS) == (flow == "in")]
                for limit in (None, 0, 1, 2, 99):
                    for after in (0, whole[3][0]):
                        query = EventQuery(flow=flow, after=after, limit=limit)
                        setattr(query, name, ids)
                        expected = [row for row in kept if row[0] > after][:limit]
                        assert list(store.backend.events(query).rows()) == expected

    def test_an_event_cannot_be_put_twice(self, store: Store, pair: tuple[int, int]) -> None:
        store.put(events=[Event(*pair, "INPUT", ("a",))])
        with refused(store, AlreadyExistsError, "event"):
            store.put(events=[Event(*pair, "INPUT", ("b",), time=9)])
        with refused(store, AlreadyExistsError, "event"):
            store.put(events=[Event(*pair, "OUTPUT"), Event(*pair, "OUTPUT")])

    @pytest.mark.parametrize("type", ["", "UNKNOWN", "input", "MADE"])
    def test_a_type_that_there_is_not_is_refused(self, store: Store, pair: tuple[int, int], type: str) -> None:
        with refused(store, InvalidArgumentError, "type"):
            store.put(events=[Event(*pair, type)])

    def test_both_ends_of_an_event_must_be_there(self, store: Store, pair: tuple[int, int]) -> None:
        artifact, execution = pair
        with refused(store, InvalidArgumentError, "execution.*998"):
            store.put(events=[Event(artifact, 998, "INPUT")])
        with refused(store, InvalidArgumentError, "artifact.*997"):
            store.put(events=[Event(997, execution, "INPUT")])
        with refused(store, InvalidArgumentError, "execution.*998"):
            store.put(events=[Event(artifact, 998, "INPUT")], options=PutOptions(allow_missing_artifacts=True))
        with refused(store, InvalidArgumentError):
            store.put(events=[Event(Artifact(type="Thing"), execution, "INPUT")])
        with refused(store, InvalidArgumentError):
            store.put(events=[Event(artifact, Execution(type="Thing"), "INPUT")])

    def test_the_ends_must_be_of_the_right_kind(self, store: Store, pair: tuple[int, int]) -> None:
        context = Context(type="Thing", name="c")
        ends: list[tuple[Any, Any]] = [(context, pair[1]), (pair[0], context), (Execution(type="Thing"), pair[1])]
        for ends_given in ends:
            with refused(store, InvalidArgumentError):
                put(
                    store,
                    *[each for each in ends_given if not isinstance(each, int)],
                    events=[Event(*ends_given, "INPUT")],
                )

    @pytest.mark.parametrize(
        "path", [(1.5,), (None,), ((),), (2**63,), ("\ud800",), (b"x",)], ids=lambda path: ascii(path)
    )
    def test_a_path_that_cannot_be_is_refused(self, store: Store, pair: tuple[int, int], path: Any) -> None:
        with refused(store, InvalidArgumentError):
            store.put(events=[Event(*pair, "INPUT", path)])

    def test_a_path_is_not_a_text(self, store: Store, pair: tuple[int, int]) -> None:
        paths: list[Any] = ["examples", None, 0]
        for path in paths:
            with refused(store, InvalidArgumentError, "path is a tuple"):
                store.put(events=[Event(*pair, "INPUT", path)])

    def test_a_time_that_cannot_be_is_refused(self, store: Store, pair: tuple[int, int]) -> None:
        times: list[Any] = [2**63, 1.5, "now"]
        for time in times:
            with refused(store, InvalidArgumentError):
                store.put(events=[Event(*pair, "INPUT", time=time)])

    def test_ends_as_objects_of_the_put_or_read_before(self, store: Store, pair: tuple[int, int]) -> None:
        new, read = Artifact(type="Thing"), store.artifact(pair[0])
        execution = Execution(type="Thing")
        store.put(
            artifacts=[new],
            executions=[execution],
            events=[Event(new, execution, "OUTPUT"), Event(read, execution, "INPUT")],
        )
        assert triples(store.events(executions=[execution])) == [
            (new.id, execution.id, "OUTPUT"),
            (read.id, execution.id, "INPUT"),
        ]

    def test_an_event_may_name_an_artifact_that_is_missing_where_allowed(
        self, store: Store, pair: tuple[int, int]
    ) -> None:
        missing = pair[0] + 3
        allow = PutOptions(allow_missing_artifacts=True)
        store.put(events=[Event(missing, pair[1], "INPUT", ("k",), time=4)], options=allow)
        (found,) = store.events(executions=[pair[1]])
        assert (found.artifact_id, found.type, found.path, found.time) == (missing, "INPUT", ("k",), 4)
        assert triples(store.events(artifacts=[missing])) == [(missing, pair[1], "INPUT")]
        assert [artifact.id for artifact in store.artifacts()] == [pair[0]]
        assert store.artifacts(ids=[missing]) == []
        with refused(store, AlreadyExistsError, "event"):
            store.put(events=[Event(missing, pair[1], "INPUT")], options=allow)

    def test_an_attribution_of_a_missing_artifact_that_an_event_may_name_is_left_out(
        self, store: Store, pair: tuple[int, int]
    ) -> None:
        there, missing, context = pair[0], pair[0] + 3, Context(type="Thing", name="run")
        store.put(
            contexts=[context],
            events=[Event(missing, pair[1], "INPUT"), Event(there, pair[1], "OUTPUT")],
            attributions=[Attribution(missing, context), Attribution(there, context)],
            options=PutOptions(allow_missing_artifacts=True),
        )
        assert sorted(event.artifact_id for event in store.events(executions=[pair[1]])) == [there, missing]
        assert [artifact.id for artifact in store.artifacts_in(context)] == [there]

    def test_a_missing_artifact_gets_its_events_when_its_id_appears(self, store: Store, pair: tuple[int, int]) -> None:
        missing = pair[0] + 2
        store.put(events=[Event(missing, pair[1], "OUTPUT")], options=PutOptions(allow_missing_artifacts=True))
        while not store.artifacts(ids=[missing]):
            last = added(store, "artifact", custom_properties={"k": "v"})
            assert last <= missing
        assert store.artifact(missing).custom_properties == {"k": "v"}
        assert triples(store.events(artifacts=[missing])) == [(missing, pair[1], "OUTPUT")]
        reached = store.walk([store.artifact(missing)], "upstream", events=True)
        assert (list(reached.artifact_ids), list(reached.missing_artifact_ids)) == ([missing], [])
        assert list(reached.execution_ids) == [pair[1]]
        with refused(store, AlreadyExistsError, "event"):
            store.put(events=[Event(missing, pair[1], "OUTPUT")])

    def test_an_update_keeps_what_joins_a_node(self, store: Store, pair: tuple[int, int]) -> None:
        context = Context(type="Thing", name="c")
        store.put(
            contexts=[context],
            events=[Event(*pair, "INPUT")],
            attributions=[Attribution(pair[0], context)],
            associations=[Association(pair[1], context)],
        )
        put(store, Artifact(id=pair[0], uri="new"), Execution(id=pair[1], state="COMPLETE"))
        assert triples(store.events(executions=[pair[1]])) == [(*pair, "INPUT")]
        assert [each.id for each in store.artifacts_in(context)] == [pair[0]]
        assert [each.id for each in store.executions_in(context)] == [pair[1]]


class MembershipTests(Conformance):
    def test_who_belongs_to_what(self, store: Store) -> None:
        declare(store)
        first, second, lonely = (Context(type="Thing", name=name) for name in ("c", "b", "a"))
        artifacts = [Artifact(type="Thing") for _ in range(3)]
        execution = Execution(type="Thing")
        store.put(
            artifacts=artifacts,
            executions=[execution],
            contexts=[first, second, lonely],
            attributions=[
                Attribution(artifacts[1], second),
                Attribution(artifacts[1], first),
                Attribution(artifacts[0], first),
            ],
            associations=[Association(execution, second)],
        )
        assert [each.id for each in store.artifacts_in(first)] == [artifacts[0].id, artifacts[1].id]
        assert [each.id for each in store.artifacts_in(second)] == [artifacts[1].id]
        assert [each.id for each in store.contexts_of(artifacts[1])] == [first.id, second.id]
        assert [each.id for each in store.contexts_of(execution)] == [second.id]
        assert [each.id for each in store.executions_in(second)] == [execution.id]
        assert store.contexts_of(artifacts[2]) == []
        for empty in (lonely, 999):
            assert store.artifacts_in(empty) == []
            assert store.executions_in(empty) == []

    def test_duplicates_are_ignored(self, store: Store) -> None:
        declare(store)
        artifact, execution, context = added(store, "artifact"), added(store, "execution"), added(store, "context")
        edges: dict[str, Any] = {
            "attributions": [Attribution(artifact, context)] * 2,
            "associations": [Association(execution, context)] * 2,
        }
        store.put(**edges)
        store.put(**edges)
        assert [each.id for each in store.artifacts_in(context)] == [artifact]
        assert [each.id for each in store.executions_in(context)] == [execution]

    def test_both_ends_of_a_membership_must_be_there(self, store: Store) -> None:
        declare(store)
        artifact, execution, context = added(store, "artifact"), added(store, "execution"), added(store, "context")
        with refused(store, InvalidArgumentError, "context.*99"):
            store.put(attributions=[Attribution(artifact, 99)])
        with refused(store, InvalidArgumentError, "artifact.*98"):
            store.put(attributions=[Attribution(98, context)])
        with refused(store, InvalidArgumentError, "context.*99"):
            store.put(associations=[Association(execution, 99)])
        with refused(store, InvalidArgumentError, "execution.*97"):
            store.put(associations=[Association(97, context)])
        with refused(store, InvalidArgumentError, "artifact.*98"):
            store.put(attributions=[Attribution(98, context)], options=PutOptions(allow_missing_artifacts=True))
        with refused(store, InvalidArgumentError):
            store.put(associations=[Association(Execution(type="Thing"), context)])

    @pytest.mark.parametrize("kind", ["artifact", "execution"])
    def test_all_memberships_come_in_the_order_in_which_they_were_said(self, store: Store, kind: Any) -> None:
        declare(store)
        nodes = [added(store, kind) for _ in range(3)]
        contexts = [added(store, "context") for _ in range(2)]
        backend = store.backend
        assert backend.membership_page(MembershipPage(kind)) == []
        edge: Any = Attribution if kind == "artifact" else Association
        word = "attributions" if kind == "artifact" else "associations"
        said = [(nodes[2], contexts[1]), (nodes[0], contexts[1]), (nodes[2], contexts[0]), (nodes[1], contexts[0])]
        put_edges: Any = store.put
        put_edges(**{word: [edge(*pair) for pair in said[:2]]})
        for pair in said[1:]:  # one of them again, which changes nothing
            put_edges(**{word: [edge(*pair)]})
        page = backend.membership_page(MembershipPage(kind))
        assert [row[1:] for row in page] == said
        numbers = [row[0] for row in page]
        assert numbers == sorted(set(numbers))
        assert backend.membership_page(MembershipPage(kind, limit=2)) == page[:2]
        assert backend.membership_page(MembershipPage(kind, after=numbers[1], limit=5)) == page[2:]
        assert backend.membership_page(MembershipPage(kind, after=numbers[-1], limit=5)) == []

    def test_totals(self, store: Store) -> None:
        parts = ("artifact", "execution", "context", "event", "attribution", "association", "parent")
        assert store.backend.totals() == (dict.fromkeys(parts, 0), {}, None, None)
        declare(store)
        artifacts = [added(store, "artifact") for _ in range(3)]
        run, whole = added(store, "context"), added(store, "context")
        done = Execution(type="Thing")
        store.put(
            executions=[done],
            events=[Event(each, done, "INPUT") for each in artifacts[:2]],
            attributions=[Attribution(artifacts[0], run)],
            associations=[Association(done, run)],
            parents=[ParentContext(run, whole)],
        )
        totals = store.backend.totals()
        assert totals.numbers == dict(zip(parts, (3, 1, 2, 2, 1, 1, 1), strict=True))
        highest = {part: totals.highest[part] for part in ("artifact", "execution", "context")}
        assert highest == {"artifact": artifacts[-1], "execution": done.id, "context": whole}
        assert totals.highest["event"] == store.events(executions=[done])[-1].id
        pages = {"attribution": MembershipPage("artifact"), "association": MembershipPage("execution")}
        for part, page in pages.items():
            assert [totals.highest[part]] == [row[0] for row in store.backend.membership_page(page)]
        assert totals.first == store.node("artifact", artifacts[0]).created
        assert totals.last == store.node("execution", done.id or 0).updated


class ParentTests(Conformance):
    @pytest.fixture
    def four(self, store: Store) -> list[int]:
        """The ids of four contexts."""
        declare(store)
        return [added(store, "context", name) for name in "dcba"]

    def test_parents_and_children(self, store: Store, four: list[int]) -> None:
        a, b, c, d = four
        store.put(parents=[ParentContext(c, b), ParentContext(c, a), ParentContext(d, a)])
        assert [each.id for each in store.parents(c)] == [a, b]
        assert [each.id for each in store.children(a)] == [c, d]
        assert store.parents(a) == store.children(d) == store.parents(99) == store.children(99) == []
        links = store.backend.parents(ParentQuery())
        assert links == store.backend.parents(ParentQuery(child_ids=four)) == sorted(links)
        assert (c, a) in links

    def test_parents_that_the_same_put_makes(self, store: Store, four: list[int]) -> None:
        child, parent = Context(type="Thing", name="child"), Context(type="Thing", name="parent")
        store.put(contexts=[child, parent], parents=[ParentContext(child, parent), ParentContext(parent, four[0])])
        assert [each.name for each in store.parents(child)] == ["parent"]
        assert [each.id for each in store.parents(parent)] == [four[0]]

    def test_a_context_is_not_its_own_parent(self, store: Store, four: list[int]) -> None:
        with refused(store, InvalidArgumentError, str(four[0])):
            store.put(parents=[ParentContext(four[0], four[0])])
        new = Context(type="Thing", name="new")
        with refused(store, InvalidArgumentError):
            store.put(contexts=[new], parents=[ParentContext(new, new)])

    def test_a_parent_link_cannot_be_put_twice(self, store: Store, four: list[int]) -> None:
        store.put(parents=[ParentContext(four[1], four[0])])
        with refused(store, AlreadyExistsError, "parent"):
            store.put(parents=[ParentContext(four[1], four[0])])
        with refused(store, AlreadyExistsError, "parent"):
            store.put(parents=[ParentContext(four[2], four[0]), ParentContext(four[2], four[0])])

    def test_both_ends_of_a_parent_link_must_be_there(self, store: Store, four: list[int]) -> None:
        with refused(store, InvalidArgumentError, "context.*99"):
            store.put(parents=[ParentContext(four[0], 99)])
        with refused(store, InvalidArgumentError, "context.*99"):
            store.put(parents=[ParentContext(99, four[0])])
        with refused(store, InvalidArgumentError):
            store.put(parents=[ParentContext(Context(type="Thing", name="new"), four[0])])

    def test_a_cycle_is_refused(self, store: Store, four: list[int]) -> None:
        a, b, c, d = four
        store.put(parents=[ParentContext(b, a), ParentContext(c, b)])
        with refused(store, InvalidArgumentError, "cycle"):
            store.put(parents=[ParentContext(a, b)])
        with refused(store, InvalidArgumentError, "cycle"):
            store.put(parents=[ParentContext(a, c)])
        with refused(store, InvalidArgumentError, "cycle"):
            store.put(parents=[ParentContext(d, c), ParentContext(a, d)])

    def test_a_cycle_inside_one_put_is_refused(self, store: Store, four: list[int]) -> None:
        a, b, c, _ = four
        with refused(store, InvalidArgumentError, "cycle"):
            store.put(parents=[ParentContext(a, b), ParentContext(b, c), ParentContext(c, a)])
        new = [Context(type="Thing", name=name) for name in "xy"]
        with refused(store, InvalidArgumentError, "cycle"):
            store.put(contexts=new, parents=[ParentContext(new[0], new[1]), ParentContext(new[1], new[0])])

    def test_a_diamond_of_parents_is_no_cycle(self, store: Store, four: list[int]) -> None:
        a, b, c, d = four
        store.put(parents=[ParentContext(b, a), ParentContext(c, a), ParentContext(d, b), ParentContext(d, c)])
        store.put(parents=[ParentContext(d, a)])
        assert [each.id for each in store.parents(d)] == [a, b, c]

    def test_a_context_may_be_put_and_linked_again_by_name(self, store: Store, four: list[int]) -> None:
        again = Context(type="Thing", name="d")
        link = ParentContext(again, four[1])
        store.put(contexts=[again], parents=[link], options=PutOptions(reuse_contexts=True))
        assert [each.id for each in store.parents(four[0])] == [four[1]]
