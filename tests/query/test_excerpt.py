"""Excerpts of lineages: with room enough the lineage itself, and what is filtered takes no room."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from graphmeta.errors import InvalidArgumentError, NotFoundError
from graphmeta.model import Artifact, Association, Attribution, Context, Event, Execution
from graphmeta.query import lineage
from graphmeta.query.excerpt import excerpt
from graphmeta.store import Store
from tests.query import worlds
from tests.query.random_graphs import ARTIFACT_TYPES, graphs, hops, several_graphs_in_one_store, stored


@given(
    graph=graphs,
    start=st.integers(0, 13),
    up=hops,
    down=hops,
    until=st.none() | st.lists(st.sampled_from([*ARTIFACT_TYPES, "Step"]), min_size=1, max_size=2),
    left_out=st.none() | st.sets(st.integers(0, 13)),
)
@several_graphs_in_one_store
def test_with_room_enough_it_is_the_lineage(
    store: Store,
    graph,
    start: int,
    up: int | None,
    down: int | None,
    until: list[str] | None,
    left_out: set[int] | None,
) -> None:
    artifacts, expected = stored(store, graph)
    kind, id = sorted(expected)[start % len(expected)]
    node = store.node(kind, id)
    group = None
    if left_out is not None:
        group = Context(type="Group", name=f"beside {artifacts[0].id}")
        members = [each for place, each in enumerate(sorted(expected)) if place not in left_out]
        store.put(
            contexts=[group],
            attributions=[Attribution(id, group) for kind, id in members if kind == "artifact"],
            associations=[Association(id, group) for kind, id in members if kind == "execution"],
        )
    far = {"up": "all" if up is None else up, "down": "all" if down is None else down}
    whole = lineage(store, node, until=until, within=group, **far)  # type: ignore[arg-type]
    found = excerpt(store, node, up=up, down=down, most=1_000, until=until, within=group)
    assert found.complete
    assert found.lineage.to_json() == whole.to_json()
    # It goes on where one step more brings more.
    for side, steps, further in (("up", up, found.further[0]), ("down", down, found.further[1])):
        if steps is None:
            assert not further
            continue
        near, far_ = (
            lineage(store, node, until=until, within=group, **{"up": 0, "down": 0, side: number}).nodes.keys()
            for number in (steps, steps + 1)
        )
        assert further == bool(far_ - near)


def readers(store: Store, number: int) -> tuple[Artifact, Context]:
    """A table that many steps read, each of which makes a thing from which a step makes a model; every tenth reader
    belongs to a group with what came of it."""
    worlds.plain(store)
    table, group = Artifact(type="Dataset"), Context(type="Group", name="chosen")
    artifacts, steps, events = [table], [], []
    attributions, associations = [], []
    for place in range(number):
        thing, model = Artifact(type="Thing"), Artifact(type="Model")
        reading, training = Execution(type="Step", state="COMPLETE"), Execution(type="Trainer", state="COMPLETE")
        artifacts += [thing, model]
        steps += [reading, training]
        events += [Event(table, reading, "INPUT"), Event(thing, reading, "OUTPUT")]
        events += [Event(thing, training, "INPUT"), Event(model, training, "OUTPUT")]
        if place % 10 == 0:
            attributions += [Attribution(each, group) for each in (thing, model)]
            associations += [Association(each, group) for each in (reading, training)]
    store.put(
        artifacts=artifacts,
        executions=steps,
        contexts=[group],
        events=events,
        attributions=attributions,
        associations=associations,
    )
    return table, group


def test_what_is_not_asked_for_takes_no_room(store: Store) -> None:
    table, group = readers(store, 100)
    assert not excerpt(store, table, up=0, down=None, most=210).complete
    within = excerpt(store, table, up=0, down=None, most=41, within=group)
    assert (within.complete, len(within.lineage)) == (True, 41)
    assert within.lineage.to_json() == lineage(store, table, up=0, down="all", within=group).to_json()
    until = excerpt(store, table, up=0, down=None, most=201, until=["Thing"])
    assert (until.complete, len(until.lineage)) == (True, 201)
    assert until.lineage.to_json() == lineage(store, table, up=0, down="all", until=["Thing"]).to_json()
    # A type chooses among what was read.
    models = excerpt(store, table, up=0, down=None, most=210, types=["Model"])
    assert not models.complete
    assert len(models.lineage) < 100
    assert len(models.unfiltered) > 200


def test_a_hub_is_cut_with_its_models(store: Store) -> None:
    worlds.plain(store)
    table = Artifact(type="Dataset")
    steps = [Execution(type="Step", state="COMPLETE") for _ in range(3_000)]
    models = [Artifact(type="Model") for _ in range(3_000)]
    events = [Event(table, step, "INPUT") for step in steps]
    events += [Event(model, step, "OUTPUT") for model, step in zip(models, steps, strict=True)]
    store.put(artifacts=[table, *models], executions=steps, events=events)
    found = excerpt(store, table, up=None, down=None, most=101)
    assert not found.complete
    assert [each.id for each in found.lineage.artifacts] == [table.id, *(model.id for model in models[:50])]
    assert [each.id for each in found.lineage.executions] == [step.id for step in steps[:50]]
    one = excerpt(store, models[5], up=None, down=None, most=101)
    assert (one.complete, len(one.lineage)) == (True, 3)


def test_what_is_wrong_is_said(store: Store) -> None:
    worlds.plain(store)
    alone = Artifact(type="Model", name="alone")
    store.put(artifacts=[alone])
    with pytest.raises(NotFoundError, match="There is no type Nonsense"):
        excerpt(store, alone, up=1, down=1, most=9, until=["Nonsense"])
    with pytest.raises(InvalidArgumentError, match="is no context"):
        excerpt(store, alone, up=1, down=1, most=9, within=alone)  # type: ignore[arg-type]
