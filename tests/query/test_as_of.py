"""Questions to a store as it was, on random graphs against networkx."""

from __future__ import annotations

from datetime import datetime, timezone

import networkx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from graphmeta.errors import InvalidArgumentError, NotFoundError
from graphmeta.model import Artifact, Event, Execution
from graphmeta.query import common, hotspots, impact, lineage, models, path, plan
from graphmeta.store import Store
from graphmeta.store.moments import milliseconds
from tests.query import worlds
from tests.query.random_graphs import graphs, several_graphs_in_one_store

times = st.integers(1, 6)


@given(graph=graphs, born=st.lists(times, min_size=14, max_size=14), at=times, data=st.data())
@several_graphs_in_one_store
def test_lineage_and_what_rests_on_it(store: Store, graph, born: list[int], at: int, data: st.DataObject) -> None:
    types, steps, edges = graph
    worlds.plain(store)
    artifacts = [Artifact(type=type) for type in types]
    executions = [Execution(type="Step", state="COMPLETE") for _ in range(steps)]
    birth = dict(zip([id(each) for each in [*artifacts, *executions]], born, strict=False))
    for moment in range(1, 7):
        store.backend.clock = lambda moment=moment: moment
        now = [[each for each in nodes if birth[id(each)] == moment] for nodes in (artifacts, executions)]
        store.put(artifacts=now[0], executions=now[1])
    whole = networkx.MultiDiGraph()
    events = []
    for a, e, output in sorted({(a % len(artifacts), e % len(executions), output) for a, e, output in edges}):
        event = Event(artifacts[a], executions[e], "OUTPUT" if output else "INPUT", time=data.draw(times))
        events.append(event)
    store.put(events=events)
    for each in [*artifacts, *executions]:
        if birth[id(each)] <= at:
            whole.add_node((each.kind, each.id))
    for event in events:
        ends = ("artifact", event.artifact_id), ("execution", event.execution_id)
        if event.time <= at and all(end in whole for end in ends):
            whole.add_edge(*(ends if event.type == "INPUT" else reversed(ends)))
    past = store.as_of(at)
    for each in artifacts:
        key = ("artifact", each.id)
        if key not in whole:
            with pytest.raises(NotFoundError):
                lineage(past, f"artifact/{each.id}")
            continue
        found = lineage(past, f"artifact/{each.id}")
        around = networkx.ancestors(whole, key) | networkx.descendants(whole, key) | {key}
        assert set(found.nodes) == around
        below = {("execution", step.execution.id) for step in plan(past, each).steps}
        left_out = {("execution", step.execution.id) for step in plan(past, each).left_out}
        assert below | left_out == {each for each in networkx.descendants(whole, key) | {key} if each[0] == "execution"}
        others = sum(impact(past, each).artifacts.values()) + len(impact(past, each).models)
        assert others == sum(1 for kind, _ in networkx.descendants(whole, key) - {key} if kind == "artifact")


def test_a_story_before_its_end(store: Store) -> None:
    store.backend.clock = lambda: 1_000
    world = worlds.recorded(store)
    late = Artifact(type="Model", name="late@1")
    step = Execution(type="train", state="COMPLETE")
    store.backend.clock = lambda: 2_000
    data = world["train.csv@1"]
    store.put(artifacts=[late], executions=[step], events=[Event(data, step, "INPUT"), Event(late, step, "OUTPUT")])
    past = store.as_of(1_500)
    assert "late@1" in {use.model.name for use in models(store, data).uses}
    assert "late@1" not in {use.model.name for use in models(past, data).uses}
    assert "late@1" not in {model.model.name for model in impact(past, data).models}
    assert hotspots(past).nodes == hotspots(store).nodes - 2
    assert path(past, data, world["churn@1"]).ways and common(past, [world["churn@1"], world["churn@2"]]).ancestors
    with pytest.raises(NotFoundError):
        path(past, data, "Model:late@1")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("1970-01-01T00:00:01+00:00", 1_000),
        ("1970-01-01T00:00:01Z", 1_000),
        ("1970-01-01T01:00:01.5+01:00", 1_500),
        (datetime(1970, 1, 1, tzinfo=timezone.utc), 0),
        (1_234, 1_234),
    ],
)
def test_moments(text: object, expected: int) -> None:
    assert milliseconds(text) == expected  # type: ignore[arg-type]


def test_a_day_is_meant_to_its_end() -> None:
    assert milliseconds("2026-11-23") == milliseconds("2026-11-24T00:00") - 1


@pytest.mark.parametrize("wrong", ["", "z", "tomorrow", "2026-13-01", 1.5, True, "9999-12-31"])
def test_what_is_no_time(wrong: object) -> None:
    if wrong == "9999-12-31":
        wrong = "9999-12-31T23:59:59-99:00"
    with pytest.raises(InvalidArgumentError):
        milliseconds(wrong)  # type: ignore[arg-type]


def test_moments_that_no_calendar_has(sqlite_store: Store) -> None:
    worlds.plain(sqlite_store)
    for time in (10**15, 2**62, -(10**15), "9999-12-31", "9999-12-31T23:59:59.999"):
        assert "as of" in sqlite_store.as_of(time).url
        assert sqlite_store.as_of(time).artifacts() == []
