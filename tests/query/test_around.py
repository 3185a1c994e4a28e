"""What is around nodes: what they belong to, their small lineage, examples, an overview; on both stores."""

from __future__ import annotations

import pytest

from graphmeta.keeping.annotating import Wanted, annotate
from graphmeta.model import Artifact, Association, Attribution, Context, Event, Execution, ParentContext
from graphmeta.query import overview as overviews
from graphmeta.query import vicinity
from graphmeta.query.belonging import belonging, members, within
from graphmeta.query.catalogue import newest_of_role
from graphmeta.query.examples import EXAMPLES, examples_of
from graphmeta.query.flow import Key
from graphmeta.query.lookup import existing, labelled, node_with_id, nodes_with_ids
from graphmeta.query.overview import overview
from graphmeta.query.vicinity import around, used_and_made, work_within
from graphmeta.store import Store
from tests.query import worlds


@pytest.fixture
def filled(store: Store) -> Store:
    """A model with nine readers, in two runs of an experiment, beside an environment and a cache."""
    worlds.add_types(store, "context", "Run", "Experiment", "Environment", "execution_cache")
    worlds.add_types(store, "execution", "train", "use")
    worlds.add_types(store, "artifact", "Model", "Dataset")
    names = [("Environment", "e"), ("Run", "r1"), ("Run", "r2"), ("Experiment", "x"), ("execution_cache", "c")]
    contexts = [Context(type=type, name=name) for type, name in names]
    data, model = Artifact(type="Dataset", name="d"), Artifact(type="Model", name="m")
    made = [Artifact(type="Dataset", name=f"made {each}") for each in range(9)]
    train, readers = Execution(type="train", state="FAILED"), [Execution(type="use", name=f"u{n}") for n in range(9)]
    store.put(
        contexts=contexts,
        artifacts=[data, model, *made],
        executions=[train, *readers],
        events=[Event(data, train, "INPUT"), Event(model, train, "OUTPUT")]
        + [Event(model, reader, "INPUT") for reader in readers]
        + [Event(each, reader, "OUTPUT") for each, reader in zip(made, readers, strict=True)],
        attributions=[Attribution(model, context) for context in contexts],
        associations=[Association(step, contexts[1]) for step in (train, *readers)],
        parents=[ParentContext(contexts[1], contexts[3])],
    )
    return store


def test_what_a_node_belongs_to(filled: Store) -> None:
    model = filled.artifact(2)
    annotate(filled, [model], Wanted({"tag": "good"}, by="me"))
    found = belonging(filled, model, 50)
    # Runs first; what pipeline systems write for themselves last; annotations are none of it.
    assert [group.context.name for group in found.groups] == ["r2", "r1", "x", "c", "e"]
    assert [[parent.name for parent in group.parents] for group in found.groups][:2] == [[], ["x"]]
    assert found.total == 5
    few = belonging(filled, model, 2)
    assert (len(few.groups), few.total) == (2, 5)
    shown = within(filled, [model, filled.artifact(1)])
    assert {id: ([context.name for context in each.contexts], each.more) for id, each in shown.items()} == {
        2: (["r1", "r2"], 1)
    }
    runs = within(filled, [filled.context(2)])
    assert [context.name for context in runs[2].contexts] == ["x"]
    assert within(filled, []) == {}
    assert (members(filled, 2, "execution"), members(filled, 2, "artifact")) == (list(range(1, 11)), [2])


def test_the_small_lineage_of_a_node(filled: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    model = filled.artifact(2)
    used, made = used_and_made(filled.event_columns(artifacts=[2]))
    assert (len(used), len(made)) == (9, 1)
    whole = around(filled, model, used, made)
    assert (len(whole.lineage), whole.left_out) == (2 + 1 + 9 + 9, 0)
    monkeypatch.setattr(vicinity, "_MOST_BESIDE", 4)
    monkeypatch.setattr(vicinity, "_MOST_GONE_ON_FROM", 3)
    part = around(filled, model, used, made)
    # Of very many neighbours the last ones, and nothing behind them.
    assert {key.id for key in part.lineage.nodes if key.kind == "execution"} == {1, 7, 8, 9, 10}
    assert part.left_out == 5
    assert Key("artifact", 1) in part.lineage.nodes


def test_the_work_of_a_context(filled: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    whole = work_within(filled, list(range(1, 11)), [2])
    assert whole is not None
    assert (len(whole.lineage), whole.left_out) == (10 + 11, 0)
    monkeypatch.setattr(vicinity, "MOST_STEPS", 2)
    part = work_within(filled, list(range(1, 11)), [2])
    assert part is not None
    assert {key.id for key in part.lineage.nodes if key.kind == "execution"} == {9, 10}
    assert part.left_out == 8
    assert work_within(filled, [], [2]) is None
    assert work_within(filled, [99], []) is None


def test_nodes_by_id_and_by_label(filled: Store) -> None:
    assert node_with_id(filled, "artifact", 2) == filled.artifact(2)
    assert node_with_id(filled, "artifact", 99) is None
    assert list(nodes_with_ids(filled, "execution", [3, 1, 99])) == [1, 3]
    assert existing(filled, "context", [1, 4, 99]) == {1, 4}
    assert (existing(filled, "context", []), nodes_with_ids(filled, "context", [])) == (set(), {})
    found = labelled(filled, {"Model:m", "execution/1", "use:u3", "artifact/99", "Model:nobody", "a:b:c"})
    assert {text: (node.kind, node.id) for text, node in found.items()} == {
        "Model:m": ("artifact", 2),
        "execution/1": ("execution", 1),
        "use:u3": ("execution", 5),
    }


def test_examples_and_the_newest(filled: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    types = filled.types("artifact")
    numbers: dict[int | None, int] = {count.type_id: count.number for count in filled.counts()}
    expected = {"Model": [2], "Dataset": [11, 10, 9]}
    for looked_at, few in ((500, 50), (1, 50), (1, 0)):
        monkeypatch.setattr("graphmeta.query.examples._LOOKED_AT", looked_at)
        monkeypatch.setattr("graphmeta.query.examples._FEW", few)
        found = examples_of(filled, "artifact", types, numbers)
        assert {type.name: [node.id for node in found[type.id or 0]] for type in types} == expected
    assert len(expected["Dataset"]) == EXAMPLES
    assert [model.id for model in newest_of_role(filled, "Model", 5)] == [2]
    monkeypatch.setattr("graphmeta.query.catalogue._TRIED", 1)
    assert [model.id for model in newest_of_role(filled, "Model", 5)] == [2]


def test_an_overview(filled: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    found = overview(filled, 3)
    assert found.numbers == {"artifact": 11, "execution": 10, "context": 5}
    assert [node.id for node in found.newest["artifact"]] == [11, 10, 9]
    assert [node.name for node in found.newest["context"]] == ["x", "r2", "r1"]
    assert ([step.id for step in found.failed], found.looked_through) == ([1], 10)
    monkeypatch.setattr(overviews, "LOOKED_THROUGH", 5)
    assert (overview(filled, 3).failed, overview(filled, 3).looked_through) == ([], 5)
