"""Search: what is found, the best first, and what is said of the rest."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from graphmeta import Artifact, Context, Execution, artifact_type, context_type, execution_type
from graphmeta.errors import InvalidArgumentError
from graphmeta.query import listing, measured
from graphmeta.query.measured import models_measured
from graphmeta.query.search import Found, search
from graphmeta.store import Store
from tests.query import worlds


@pytest.fixture
def shop(store: Store) -> Store:
    """Some of everything, on each engine."""
    store.put_types([artifact_type("Model", {"accuracy": "DOUBLE"}), artifact_type("Data"), execution_type("train")])
    store.put_types([context_type("Run")])
    store.put(
        artifacts=[
            Artifact(type="Model", name="old-churn"),
            Artifact(type="Model", name="churn@1", properties={"accuracy": 0.8}, custom_properties={"epochs": 3}),
            Artifact(type="Model", name="churn", uri="s3://bucket/models/1", properties={"accuracy": 0.95}),
            Artifact(type="Data", uri="s3://bucket/CHURN.csv", custom_properties={"clean": True, "epochs": "3"}),
            Artifact(type="Data", external_id="outside", custom_properties={"display_name": "Swiss churners"}),
        ],
        executions=[Execution(type="train", name="churn-train", state="FAILED", custom_properties={"epochs": 3.0})],
        contexts=[Context(type="Run", name="nightly/churn")],
    )
    return store


def hits(found: Found, kind: str = "artifact") -> list[tuple[int, str, int]]:
    """Of a kind, each hit's id, where it matched, and its rank."""
    return [(hit.node.id or 0, hit.where, hit.rank) for hit in found.hits.get(kind, [])]  # type: ignore[call-overload]


def test_words_bring_the_exact_first_then_what_begins_so_then_what_contains_it(shop: Store) -> None:
    found = search(shop, " churn ")
    # (The fourth is called CHURN.csv, by the last part of its URI.)
    assert hits(found) == [
        (3, "name", 0),
        (4, "name", 1),
        (2, "name", 1),
        (5, "name", 2),
        (1, "name", 2),
    ]
    assert hits(found, "execution") == [(1, "name", 1)]
    assert hits(found, "context") == [(1, "name", 2)]
    assert (found.more, found.notes, found.comparison) == (set(), [], None)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("s3://bucket/models/1", [(3, "URI", 0)]),
        ("s3://bucket/", [(4, "URI", 1), (3, "URI", 1)]),
        ("bucket/models", [(3, "URI", 2)]),
        ("outside", [(5, "external id", 0)]),
        ("swiss", [(5, "name", 1)]),
        ("Swiss churners", [(5, "name", 0)]),
        ("artifact/2", [(2, "id", 0)]),
        ("execution/1", []),
        ("4", [(4, "id", 0)]),
        ("artifact/99999999999999999999", []),
        ("%", []),
        ("_", []),
        ("nobody", []),
    ],
)
def test_what_words_find(shop: Store, text: str, expected: Sequence[tuple[int, str, int]]) -> None:
    assert hits(search(shop, text)) == expected


@pytest.mark.parametrize(
    ("text", "artifacts", "executions"),
    [
        ("accuracy>0.9", [3], []),
        ("accuracy >= 0.8", [3, 2], []),
        ("accuracy<0.9", [2], []),
        ("accuracy=0.95", [3], []),
        ("epochs=3", [4, 2], [1]),
        ("epochs=3.0", [2], [1]),
        ("epochs='3'", [4], []),
        ("epochs>2.5", [2], [1]),
        ("epochs<3.5", [2], [1]),
        ("epochs>=3.5", [], []),
        ("epochs<=2.9", [], []),
        ("clean=true", [4], []),
        ("clean=false", [], []),
        ("accuracy=nan", [], []),
        ("epochs=99999999999999999999999", [], []),
    ],
)
def test_a_comparison_with_a_property(shop: Store, text: str, artifacts: list[int], executions: list[int]) -> None:
    found = search(shop, text)
    assert found.comparison is not None
    assert [id for id, _, _ in hits(found)] == artifacts
    assert [id for id, _, _ in hits(found, "execution")] == executions
    assert all(where == found.comparison[0] for _, where, _ in hits(found))


def test_what_looks_like_a_comparison_may_be_a_part_of_a_uri(shop: Store) -> None:
    shop.put(artifacts=[Artifact(type="Data", uri="s3://b/split=train/part-0")])
    assert hits(search(shop, "split=train")) == [(6, "URI", 2)]


def test_types_that_have_the_words_in_their_name(shop: Store) -> None:
    assert [(type.kind, type.name) for type in search(shop, "mod").types] == [("artifact", "Model")]
    assert [type.name for type in search(shop, "RUN", kinds=["artifact"]).types] == []


def test_only_some_kinds_and_no_more_than_wanted(shop: Store) -> None:
    found = search(shop, "churn", kinds=["artifact"], limit=2)
    assert hits(found) == [(3, "name", 0), (4, "name", 1)]
    assert found.more == {"artifact"}
    assert set(found.hits) == {"artifact"}
    assert search(shop, "churn", kinds=["artifact"], limit=5).more == set()
    assert not search(shop, "   ").hits


def test_a_filter_is_asked_of_every_kind_that_it_can_be_asked_of(shop: Store) -> None:
    found = search(shop, "name LIKE '%churn%'", how="filter")
    assert [len(found.hits[kind]) for kind in ("artifact", "execution", "context")] == [3, 1, 1]
    found = search(shop, "uri LIKE 's3://%'", how="filter")
    assert hits(found) == [(4, "filter", 0), (3, "filter", 0)]
    assert len(found.notes) == 2
    assert all("cannot be asked of" in note for note in found.notes)
    with pytest.raises(InvalidArgumentError, match="filter_query"):
        search(shop, "churn; DROP TABLE Artifact", how="filter")


def test_what_cannot_be_searched_for(shop: Store) -> None:
    with pytest.raises(InvalidArgumentError, match="1,000 characters"):
        search(shop, "a" * 1_001)
    with pytest.raises(InvalidArgumentError, match="half a character"):
        search(shop, "\ud800")


def test_of_very_many_the_newest_are_looked_through_and_it_says_so(
    shop: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("graphmeta.query.search.LOOKED_THROUGH", 2)
    found = search(shop, "churn")
    # 1 contains the word and is too old; 2 and 3 are called so or begin so, whatever their age.
    assert [id for id, _, _ in hits(found)] == [3, 4, 2, 5]
    assert len(found.notes) == 1
    assert "artifacts the newest 2 were looked through" in found.notes[0]
    assert hits(search(shop, "clean=true")) == [(4, "clean", 0)]


def test_a_list_by_name_does_likewise(shop: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(listing, "LOOKED_THROUGH", 2)
    condition, some = listing.named(shop, "artifact", "churn")
    assert some
    assert [row.id for row in shop.rows("artifact", condition)] == [2, 3, 4, 5]
    monkeypatch.setattr(listing, "LOOKED_THROUGH", 5)
    condition, some = listing.named(shop, "artifact", "churn")
    assert not some
    assert [row.id for row in shop.rows("artifact", condition)] == [1, 2, 3, 4, 5]


def test_where_no_index_has_properties_the_newest_are_looked_through(
    shop: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("graphmeta.query.search.LOOKED_THROUGH", 2)
    found = search(shop, "epochs=3", kinds=["artifact"])
    if shop.backend.indexes_properties:
        assert ([id for id, _, _ in hits(found)], found.notes) == ([4, 2], [])
    else:
        assert [id for id, _, _ in hits(found)] == [4]
        assert "newest 2 were looked through for this property" in found.notes[0]


def test_a_comparison_finds_the_models_whose_metrics_say_so(store: Store) -> None:
    worlds.add_types(store, "artifact", "Model", "Metrics", "Predictions")
    worlds.add_types(store, "execution", "evaluate", "predict")
    good, bad = (worlds.artifact(store, "Model", name) for name in ("good", "bad"))
    first, second = (worlds.artifact(store, "Metrics", f"m{n}", custom_properties={"accuracy": n / 10}) for n in (8, 9))
    # Measured at once, and by a step that took what another made with the model.
    worlds.step(store, "evaluate", [good], [first])
    predictions = worlds.artifact(store, "Predictions", "p")
    worlds.step(store, "predict", [good], [predictions])
    worlds.step(store, "evaluate", [predictions], [second])
    worlds.step(store, "evaluate", [bad], [worlds.artifact(store, "Metrics", "m", custom_properties={"accuracy": 0.1})])
    hits = search(store, "accuracy>0.85").hits["artifact"]
    told = [(hit.node.id, hit.value, hit.on and hit.on.id, hit.behind) for hit in hits]
    assert told == [(good.id, 0.9, second.id, False), (second.id, 0.9, None, True)]
    both = search(store, "accuracy>0.5").hits["artifact"]
    assert [hit.node.id for hit in both] == [good.id, second.id, first.id]
    assert search(store, "accuracy>0.95").hits == {}


def test_of_models_that_very_much_was_made_with_nobody_is_asked(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    nodes = worlds.kfp(store)
    said = [each for each in store.artifacts() if each.value("accuracy") is not None]
    assert [each.model.id for each in models_measured(store, said, "accuracy")] == [nodes["model"].id]
    monkeypatch.setattr(measured, "_MOST_EVENTS", 1)
    assert models_measured(store, said, "accuracy") == []
