"""A store as it was: what it answered then, it answers again."""

from __future__ import annotations

from typing import Any

import pytest

from graphmeta.backends.predicates import InContext, Not
from graphmeta.backends.requests import DIRECTIONS, MembershipQuery, NodeQuery, ParentQuery, Walk
from graphmeta.backends.rows import EventColumns
from graphmeta.errors import InvalidArgumentError, NotFoundError, ReadOnlyError, UnsupportedError
from graphmeta.filters import parse
from graphmeta.model import KINDS, Artifact, Association, Attribution, Context, Event, Execution, ParentContext
from graphmeta.store import PutOptions, Store
from graphmeta.testing.conformance.kit import Conformance, added, declare

ALL = list(range(1, 9))


def answers(store: Store) -> dict[str, Any]:
    """What a store of no more than eight nodes of a kind answers to every reading request."""
    backend = store.backend
    found: dict[str, Any] = {
        "nodes": {kind: list(backend.nodes(NodeQuery(kind)).rows) for kind in KINDS},
        "events": columns(store.event_columns(artifacts=[*ALL, 77_777])),
        "events of executions": columns(store.event_columns(executions=ALL)),
        "all events": [row for part in store.all_events(2) for row in columns(part)],
        "parents": (backend.parents(ParentQuery(child_ids=ALL)), backend.parents(ParentQuery(parent_ids=ALL))),
        "counts": [tuple(count) for count in backend.counts()],
    }
    for kind in ("artifact", "execution"):
        found[f"memberships of {kind}s"] = (
            backend.memberships(MembershipQuery(kind, node_ids=ALL)),
            backend.memberships(MembershipQuery(kind, context_ids=ALL)),
        )
        for direction in DIRECTIONS:
            for hops in (None, 0, 1, 2, 3):
                for start in ([1], [2, 3], ALL):
                    closure = backend.walk(Walk(kind, start, direction, hops, events=True))
                    without = backend.walk(Walk(kind, start, direction, hops))
                    ids = (closure.artifact_ids, closure.execution_ids, closure.missing_artifact_ids)
                    assert [*map(list, ids)] == [
                        list(without.artifact_ids),
                        list(without.execution_ids),
                        list(without.missing_artifact_ids),
                    ]
                    found[f"walk {kind} {direction} {hops} {start}"] = ([*map(list, ids)], columns(closure.events))
    return found


def columns(events: EventColumns) -> list[tuple[Any, ...]]:
    """Events as rows."""
    return list(events.rows())


class AsOfTests(Conformance):
    def test_what_was_answered_then_is_answered_again(self, store: Store) -> None:
        declare(store)
        moments: dict[int, dict[str, Any]] = {}

        def then(time: int, **put: Any) -> None:
            store.backend.clock = lambda: time
            store.put(**put, options=PutOptions(allow_missing_artifacts=True))
            moments[time] = answers(store)

        raw, table, model, other = (Artifact(type="Thing", name=name) for name in ("raw", "table", "model", "other"))
        clean, train, again = (Execution(type="Thing", name=name) for name in ("clean", "train", "again"))
        run, experiment = Context(type="Thing", name="run"), Context(type="Thing", name="experiment")
        then(1_000, artifacts=[raw], executions=[clean], events=[Event(raw, clean, "INPUT")])
        then(2_000, artifacts=[table], contexts=[run], events=[Event(table, clean, "OUTPUT")])
        then(
            3_000,
            executions=[train],
            artifacts=[model],
            events=[Event(table, train, "INPUT"), Event(model, train, "OUTPUT"), Event(77_777, train, "INPUT")],
            associations=[Association(train, run)],
        )
        # A circle, and a second way.
        then(
            4_000,
            executions=[again],
            artifacts=[other],
            contexts=[experiment],
            events=[Event(model, again, "INPUT"), Event(raw, again, "OUTPUT"), Event(other, again, "OUTPUT")],
            attributions=[Attribution(other, experiment)],
            parents=[ParentContext(run, experiment)],
        )
        store.backend.clock = lambda: 9_000
        for time, expected in moments.items():
            assert answers(store.as_of(time)) == expected
            assert answers(store.as_of(time + 999)) == expected
        assert answers(store.as_of(999)) == answers(store.as_of(0))
        assert store.as_of(999).artifacts() == []

    def test_an_event_counts_from_its_own_time_on(self, store: Store) -> None:
        declare(store)
        store.backend.clock = lambda: 1_000
        artifact, execution = added(store, "artifact"), added(store, "execution")
        store.put(
            events=[Event(artifact, execution, "INPUT", time=5_000), Event(artifact, execution, "OUTPUT", time=1)]
        )
        for time, types in ((1_000, ["OUTPUT"]), (4_999, ["OUTPUT"]), (5_000, ["INPUT", "OUTPUT"])):
            past = store.as_of(time)
            assert [event.type for event in past.events(artifacts=[artifact])] == types
            reached = past.walk(past.artifacts(), "downstream", events=True)
            assert list(reached.execution_ids) == ([execution] if "INPUT" in types else [])

    def test_values_are_today_s_and_said_to_be(self, store: Store) -> None:
        declare(store)
        store.backend.clock = lambda: 1_000
        node = added(store, "artifact", uri="old")
        store.backend.clock = lambda: 2_000
        store.put(artifacts=[Artifact(id=node, uri="new")])
        past = store.as_of(1_500)
        assert past.artifact(node).uri == "new"
        assert past.backend.updated_since == {("artifact", node): 2_000}  # type: ignore[attr-defined]

    def test_the_past_is_not_written_and_not_found_before_it_was(self, store: Store) -> None:
        declare(store)
        store.backend.clock = lambda: 1_000
        node = added(store, "artifact")
        with pytest.raises(ReadOnlyError, match="the past is not written"):
            store.as_of(2_000).put(artifacts=[Artifact(type="Thing")])
        with pytest.raises(NotFoundError):
            store.as_of(500).artifact(node)
        with pytest.raises(InvalidArgumentError, match="is no time"):
            store.as_of("yesterday")

    def test_filters_see_no_later_neighbours(self, store: Store) -> None:
        declare(store)
        store.backend.clock = lambda: 1_000
        node = added(store, "artifact")
        store.backend.clock = lambda: 2_000
        later = added(store, "context", name="later")
        store.put(attributions=[Attribution(node, later)])
        past = store.as_of(1_500)
        assert past.rows("artifact", InContext([later])).rows == []
        assert [row.id for row in past.rows("artifact", Not(InContext([later])))] == [node]
        assert past.artifacts_in(later) == []
        with pytest.raises(UnsupportedError, match="about neighbours"):
            past.rows("artifact", parse("contexts_a.name = 'later' AND id > 0", "artifact"))
        assert len(past.rows("artifact", parse("id + 1 > 1 AND NOT name = 'x'", "artifact"))) <= 1
