"""Nodes: creating them, what must be unique, what is refused, what is read back."""

from __future__ import annotations

from typing import Any

import pytest

from graphmeta.errors import AlreadyExistsError, InvalidArgumentError, NotFoundError
from graphmeta.model import (
    ARTIFACT_STATES,
    EXECUTION_STATES,
    KINDS,
    Artifact,
    Context,
    Execution,
    Kind,
    artifact_type,
)
from graphmeta.store import Store
from graphmeta.testing.conformance.kit import Conformance, added, declare, exact_all, make, put, refused

EVERYTHING: dict[str, Any] = {
    "count": 1,
    "rate": 1.0,
    "note": "1",
    "tree": {"a": [1.0, None, {"b": True}]},
    "flag": True,
}


class NodeTests(Conformance):
    @pytest.mark.parametrize("kind", KINDS)
    def test_a_node_reads_back_as_it_was_written(self, store: Store, kind: Kind) -> None:
        declare(store)
        store.backend.clock = lambda: 1_700_000_000_123
        more: dict[str, Any] = {"artifact": {"uri": "s3://b/k", "state": "LIVE"}, "execution": {"state": "RUNNING"}}
        given = make(
            kind,
            "a",
            properties=dict(EVERYTHING),
            custom_properties={"free": 2},
            external_id="x",
            **more.get(kind, {}),
        )
        put(store, given)
        found = store.node(kind, given.id or 0)
        assert type(found) is type(given)
        assert (found.id, found.type, found.type_id) == (1, "Thing", store.type(kind, "Thing").id)
        assert (found.name, found.external_id) == ("a", "x")
        assert (found.created, found.updated) == (1_700_000_000_123, 1_700_000_000_123)
        assert exact_all(found.properties) == exact_all(EVERYTHING)
        assert exact_all(found.custom_properties) == exact_all({"free": 2})
        assert {key: getattr(found, key) for key in more.get(kind, {})} == more.get(kind, {})

    @pytest.mark.parametrize("kind", KINDS)
    def test_what_was_never_given_is_none(self, store: Store, kind: Kind) -> None:
        declare(store)
        found = store.node(kind, added(store, kind))
        assert found.external_id is None
        assert getattr(found, "uri", None) is None
        assert getattr(found, "state", None) is None
        assert (found.properties, found.custom_properties) == ({}, {})
        assert kind == "context" or found.name is None

    def test_unset_is_not_empty(self, store: Store) -> None:
        declare(store)
        put(store, Artifact(type="Thing"), Artifact(type="Thing", uri="", name="", external_id=""))
        unset, empty = store.artifacts()
        assert (unset.uri, unset.name, unset.external_id) == (None, None, None)
        assert (empty.uri, empty.name, empty.external_id) == ("", "", "")

    def test_the_nodes_given_learn_their_ids_and_types(self, store: Store) -> None:
        declare(store)
        artifacts = [Artifact(type="Thing") for _ in range(3)]
        by_id = Execution(type_id=store.type("execution", "Thing").id)
        context = Context(type="Thing", name="c")
        written = store.put(artifacts=artifacts, executions=[by_id], contexts=[context])
        assert written.artifact_ids == (1, 2, 3)
        assert (written.execution_ids, written.context_ids) == ((1,), (1,))
        assert [artifact.id for artifact in artifacts] == [1, 2, 3]
        assert (by_id.id, by_id.type) == (1, "Thing")
        assert (context.id, context.type_id) == (1, store.type("context", "Thing").id)

    def test_ids_ascend_and_are_counted_by_kind(self, store: Store) -> None:
        declare(store)
        ids = [added(store, "artifact") for _ in range(4)]
        assert ids == sorted(set(ids))
        assert added(store, "execution") == 1

    def test_times_and_type_names_given_with_a_new_node_are_the_stores_affair(self, store: Store) -> None:
        declare(store)
        store.backend.clock = lambda: 5_000
        put(store, Artifact(type="Thing", created=1, updated=2))
        (found,) = store.artifacts()
        assert (found.created, found.updated) == (5_000, 5_000)

    @pytest.mark.parametrize("kind", ["artifact", "execution"])
    def test_every_state(self, store: Store, kind: Kind) -> None:
        declare(store)
        states = [*(ARTIFACT_STATES if kind == "artifact" else EXECUTION_STATES), None]
        put(store, *[make(kind, state=state) for state in states])
        found = store.artifacts() if kind == "artifact" else store.executions()
        assert [getattr(node, "state", "") for node in found] == states

    @pytest.mark.parametrize("kind", KINDS)
    def test_a_name_is_unique_within_its_type(self, store: Store, kind: Kind) -> None:
        declare(store)
        declare(store, "Other")
        put(store, make(kind, "a"), make(kind, "a", type="Other"), make(kind, "A"))
        with refused(store, AlreadyExistsError, "name|a"):
            put(store, make(kind, "a"))
        with refused(store, AlreadyExistsError, "name|b"):
            put(store, make(kind, "b"), make(kind, "b"))

    @pytest.mark.parametrize("kind", ["artifact", "execution"])
    def test_an_empty_name_is_a_name_and_none_is_not(self, store: Store, kind: Kind) -> None:
        declare(store)
        put(store, make(kind), make(kind), make(kind, ""))
        with refused(store, AlreadyExistsError):
            put(store, make(kind, ""))

    @pytest.mark.parametrize("external_id", ["x", ""])
    @pytest.mark.parametrize("kind", KINDS)
    def test_an_external_id_is_unique_within_its_kind(self, store: Store, kind: Kind, external_id: str) -> None:
        declare(store)
        declare(store, "Other")
        put(store, *[make(each, external_id=external_id) for each in KINDS])
        with refused(store, AlreadyExistsError, "external"):
            put(store, make(kind, type="Other", external_id=external_id))
        with refused(store, AlreadyExistsError, "external"):
            put(store, make(kind, external_id="new"), make(kind, external_id="new"))

    @pytest.mark.parametrize("name", [None, ""])
    def test_a_context_must_have_a_name(self, store: Store, name: str | None) -> None:
        declare(store)
        with refused(store, InvalidArgumentError, "context.*name"):
            put(store, Context(type="Thing", name=name))

    @pytest.mark.parametrize("kind", KINDS)
    def test_a_node_needs_a_type_of_its_kind(self, store: Store, kind: Kind) -> None:
        declare(store)
        other: Kind = "execution" if kind == "artifact" else "artifact"
        with refused(store, InvalidArgumentError, "type"):
            put(store, make(kind, "a", type=""))
        with refused(store, NotFoundError, "Nothing"):
            put(store, make(kind, "a", type="Nothing"))
        with refused(store, NotFoundError, "999"):
            put(store, make(kind, "a", type="", type_id=999))
        with refused(store, NotFoundError, str(store.type(other, "Thing").id)):
            put(store, make(kind, "a", type="", type_id=store.type(other, "Thing").id))

    @pytest.mark.parametrize("kind", KINDS)
    def test_an_undeclared_property_is_refused_by_name(self, store: Store, kind: Kind) -> None:
        declare(store)
        with refused(store, InvalidArgumentError, "unknown property.*kount"):
            put(store, make(kind, properties={"count": 1, "kount": 1}))

    @pytest.mark.parametrize(
        ("key", "value"),
        [
            ("count", 1.0),
            ("count", True),
            ("count", "1"),
            ("rate", 1),
            ("rate", True),
            ("rate", "1.0"),
            ("note", 1),
            ("note", {}),
            ("tree", "{}"),
            ("blob", "x"),
            ("flag", 1),
            ("flag", "true"),
        ],
    )
    def test_a_declared_property_takes_its_own_kind_of_value_only(self, store: Store, key: str, value: Any) -> None:
        declare(store)
        with refused(store, InvalidArgumentError, key):
            put(store, make("artifact", properties={key: value}))

    def test_a_state_that_there_is_not_is_refused(self, store: Store) -> None:
        declare(store)
        with refused(store, InvalidArgumentError, "RUNNING"):
            put(store, Artifact(type="Thing", state="RUNNING"))
        with refused(store, InvalidArgumentError, "LIVE"):
            put(store, Execution(type="Thing", state="LIVE"))

    @pytest.mark.parametrize("kind", KINDS)
    def test_text_that_is_not_text_is_refused(self, store: Store, kind: Kind) -> None:
        declare(store)
        with refused(store, InvalidArgumentError):
            put(store, make(kind, "\ud800"))
        with refused(store, InvalidArgumentError):
            put(store, make(kind, external_id="\udfff"))
        with refused(store, InvalidArgumentError):
            put(store, make(kind, custom_properties={"\ud800": 1}))
        if kind == "artifact":
            with refused(store, InvalidArgumentError):
                put(store, make(kind, uri="\ud800"))

    @pytest.mark.parametrize("kind", KINDS)
    def test_a_refused_put_leaves_the_objects_without_ids(self, store: Store, kind: Kind) -> None:
        declare(store)
        put(store, make(kind, "a"))
        good, bad = make(kind, "b"), make(kind, "a")
        with refused(store, AlreadyExistsError):
            put(store, good, bad)
        assert (good.id, bad.id) == (None, None)

    def test_names_uris_and_external_ids_of_any_characters_and_length(self, store: Store) -> None:
        declare(store)
        texts = ["a.b`c'd\"e%f\\", "%25", "nul\0inside", "nul\0inside too", " ", "ünï-код-型-😀", "x" * 100_000]
        texts += ["x" * 99_999 + "y", "😀" * 3_000]
        for kind in KINDS:
            put(store, *[make(kind, text, external_id=text) for text in texts])
        put(store, *[Artifact(type="Thing", uri=text) for text in texts])
        for kind in KINDS:
            rows = store.rows(kind)
            assert [row.name for row in rows][: len(texts)] == texts
            assert [row.external_id for row in rows][: len(texts)] == texts
            for text in texts:
                assert [row.name for row in store.rows(kind, name=text)] == [text]
        assert [row.uri for row in store.rows("artifact")][len(texts) :] == texts
        for text in texts:
            assert [row.uri for row in store.rows("artifact", uri=text)] == [text]
            with refused(store, AlreadyExistsError):
                put(store, make("artifact", text))
            with refused(store, AlreadyExistsError):
                put(store, make("execution", external_id=text))

    def test_a_system_type_may_have_nodes(self, store: Store) -> None:
        put(store, Artifact(type="mlmd.Model", name="m"))
        assert [(each.type, each.type_id) for each in store.artifacts()] == [("mlmd.Model", 2)]

    def test_an_empty_put_writes_nothing(self, store: Store) -> None:
        store.put_type(artifact_type("Thing"))
        written = store.put()
        assert (written.artifact_ids, written.execution_ids, written.context_ids) == ((), (), ())
        assert store.counts() == []
