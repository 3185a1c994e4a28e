"""Updates: whole, by mask, without effect, and only where nobody else was faster."""

from __future__ import annotations

from typing import Any

import pytest

from graphmeta.errors import (
    AlreadyExistsError,
    FailedPreconditionError,
    InvalidArgumentError,
    UpdateConflictError,
)
from graphmeta.model import KINDS, NODE_CLASSES, Artifact, Context, Execution, Kind
from graphmeta.store import PutOptions, Store
from graphmeta.testing.conformance.kit import Conformance, added, declare, make, put, refused, update

FULL: dict[str, Any] = {
    "properties": {"count": 1, "note": "n"},
    "custom_properties": {"a": 1, "b": "two"},
    "external_id": "x",
}


def full(kind: Kind) -> dict[str, Any]:
    """Fields for a node of a kind, all of them set."""
    extra: dict[str, Any] = {"artifact": {"uri": "u", "state": "LIVE"}, "execution": {"state": "RUNNING"}}
    fields = {**FULL, **extra.get(kind, {})}
    return {key: dict(value) if isinstance(value, dict) else value for key, value in fields.items()}


class UpdateTests(Conformance):
    @pytest.fixture
    def clock(self, store: Store) -> list[int]:
        """The time that the store is told, in a list to change."""
        declare(store)
        now = [1_000]
        store.backend.clock = lambda: now[0]
        return now

    @pytest.mark.parametrize("kind", KINDS)
    def test_an_update_replaces_everything(self, store: Store, clock: list[int], kind: Kind) -> None:
        id = added(store, kind, "a", **full(kind))
        clock[0] = 2_000
        found = update(store, kind, id, name="a", properties={"rate": 0.5}, custom_properties={"c": True})
        assert (found.properties, found.custom_properties) == ({"rate": 0.5}, {"c": True})
        assert (found.external_id, getattr(found, "uri", None), getattr(found, "state", None)) == (None, None, None)
        assert (found.id, found.created, found.updated) == (id, 1_000, 2_000)

    @pytest.mark.parametrize("kind", KINDS)
    def test_without_a_type_an_update_keeps_the_stored_one(self, store: Store, clock: list[int], kind: Kind) -> None:
        id = added(store, kind, "a")
        assert update(store, kind, id, name="a", properties={"count": 3}).type == "Thing"

    @pytest.mark.parametrize("kind", KINDS)
    def test_what_changes_nothing_leaves_updated_alone(self, store: Store, clock: list[int], kind: Kind) -> None:
        id = added(store, kind, "a", **full(kind))
        clock[0] = 2_000
        assert update(store, kind, id, name="a", **full(kind)).updated == 1_000
        read = store.node(kind, id)
        put(store, read)
        assert store.node(kind, id).updated == 1_000

    @pytest.mark.parametrize(
        "change",
        [
            {"properties": {"count": 2, "note": "n"}},
            {"properties": {"count": 1}},
            {"custom_properties": {"a": 1.0, "b": "two"}},
            {"custom_properties": {"a": True, "b": "two"}},
            {"custom_properties": {"a": 1, "b": "two", "c": 0}},
            {"uri": "v"},
            {"uri": None},
            {"uri": ""},
            {"state": "DELETED"},
            {"state": None},
            {"external_id": "y"},
            {"external_id": None},
        ],
    )
    def test_any_change_moves_updated(self, store: Store, clock: list[int], change: dict[str, Any]) -> None:
        id = added(store, "artifact", "a", **full("artifact"))
        clock[0] = 2_000
        found = update(store, "artifact", id, **{**full("artifact"), **change})
        assert (found.created, found.updated) == (1_000, 2_000)
        for field, value in change.items():
            assert repr(getattr(found, field)) == repr(value)

    @pytest.mark.parametrize("kind", KINDS)
    def test_force_update_time_moves_updated_all_the_same(self, store: Store, clock: list[int], kind: Kind) -> None:
        id = added(store, kind, "a", **full(kind))
        clock[0] = 2_000
        found = update(store, kind, id, name="a", **full(kind), options=PutOptions(force_update_time=True))
        assert (found.created, found.updated) == (1_000, 2_000)

    @pytest.mark.parametrize("kind", ["artifact", "execution"])
    @pytest.mark.parametrize("name", ["b", "", None, "taken"])
    def test_the_name_of_an_artifact_or_execution_never_changes(
        self, store: Store, clock: list[int], kind: Kind, name: str | None
    ) -> None:
        id = added(store, kind, "a")
        unnamed = added(store, kind)
        added(store, kind, "taken")
        clock[0] = 2_000
        assert update(store, kind, id, name=name).name == "a"
        assert update(store, kind, unnamed, name=name).name is None
        assert [row.updated for row in store.rows(kind)] == [1_000] * 3

    def test_the_name_of_a_context_changes(self, store: Store, clock: list[int]) -> None:
        id = added(store, "context", "a")
        clock[0] = 2_000
        found = update(store, "context", id, name="b")
        assert (found.name, found.updated) == ("b", 2_000)
        assert not store.contexts(name="a")
        added(store, "context", "a")
        with refused(store, UpdateConflictError, "name|a"):
            update(store, "context", id, name="a")
        for missing in ("", None):
            with refused(store, InvalidArgumentError, "context.*name"):
                update(store, "context", id, name=missing)

    @pytest.mark.parametrize("kind", KINDS)
    def test_an_unknown_id_is_refused(self, store: Store, clock: list[int], kind: Kind) -> None:
        added(store, kind, "a")
        for unknown in (77, 0, -1):
            with refused(store, InvalidArgumentError, f"given id {unknown}"):
                put(store, make(kind, "b", id=unknown))

    @pytest.mark.parametrize("kind", KINDS)
    def test_the_type_cannot_change(self, store: Store, clock: list[int], kind: Kind) -> None:
        declare(store, "Other")
        id = added(store, kind, "a")
        with refused(store, InvalidArgumentError, "type"):
            update(store, kind, id, name="a", type="Other")
        with refused(store, InvalidArgumentError, "type"):
            update(store, kind, id, name="a", type_id=store.type(kind, "Other").id)

    @pytest.mark.parametrize("kind", KINDS)
    def test_an_update_is_checked_as_a_new_node_is(self, store: Store, clock: list[int], kind: Kind) -> None:
        id = added(store, kind, "a", external_id="x")
        added(store, kind, "b", external_id="y")
        with refused(store, InvalidArgumentError, "unknown property.*kount"):
            update(store, kind, id, name="a", properties={"kount": 1})
        with refused(store, InvalidArgumentError, "count"):
            update(store, kind, id, name="a", properties={"count": 1.5})
        with refused(store, InvalidArgumentError):
            update(store, kind, id, name="a", custom_properties={"x": float("nan")})
        with refused(store, UpdateConflictError, "external"):
            update(store, kind, id, name="a", external_id="y")

    @pytest.mark.parametrize("kind", KINDS)
    def test_an_external_id_is_taken_by_an_update_or_by_a_new_node(
        self, store: Store, clock: list[int], kind: Kind
    ) -> None:
        one, _ = added(store, kind, "a"), added(store, kind, "b", external_id="y")
        with refused(store, UpdateConflictError, "external"):
            put(store, make(kind, "a", id=one, external_id="y"), make(kind, "c", external_id="z"))
        with refused(store, AlreadyExistsError, "external"):
            put(store, make(kind, "a", id=one, external_id="x"), make(kind, "c", external_id="y"))
        with refused(store, AlreadyExistsError, "external"):
            put(store, make(kind, "a", id=one), make(kind, "c", external_id="z"), make(kind, "d", external_id="z"))

    @pytest.mark.parametrize("kind", KINDS)
    def test_what_an_update_gives_up_a_new_node_may_take(self, store: Store, clock: list[int], kind: Kind) -> None:
        id = added(store, kind, "a", external_id="x")
        new = make(kind, "a" if kind == "context" else "b", external_id="x")
        put(store, new, make(kind, "c", id=id, external_id="y"))
        assert (store.node(kind, id).external_id, store.node(kind, new.id or 0).external_id) == ("y", "x")

    @pytest.mark.parametrize("kind", KINDS)
    def test_the_number_of_another_type_is_refused_after_the_id(
        self, store: Store, clock: list[int], kind: Kind
    ) -> None:
        id = added(store, kind, "a")
        with refused(store, InvalidArgumentError, "type_id 99"):
            put(store, NODE_CLASSES[kind](id=id, name="a", type_id=99))
        with refused(store, InvalidArgumentError, "given id 77"):
            put(store, NODE_CLASSES[kind](id=77, name="a", type_id=99))

    # ------------------------------------------------------------ masks

    @pytest.mark.parametrize(
        ("mask", "expected"),
        [
            (["uri"], {"uri": "new"}),
            (["state"], {"state": "PENDING"}),
            (["external_id"], {"external_id": "y"}),
            (["properties"], {"properties": {"count": 9, "rate": 0.5}}),
            (["custom_properties"], {"custom_properties": {"a": 9, "c": 3}}),
            (["properties.count"], {"properties": {"count": 9, "note": "n"}}),
            (["properties.note"], {"properties": {"count": 1}}),
            (["properties.count", "properties.rate"], {"properties": {"count": 9, "rate": 0.5, "note": "n"}}),
            (["properties", "properties.count"], {"properties": {"count": 9, "rate": 0.5}}),
            (["custom_properties.c"], {"custom_properties": {"a": 1, "b": "two", "c": 3}}),
            (["custom_properties.b"], {"custom_properties": {"a": 1}}),
            (["custom_properties.never"], {}),
            (["uri", "custom_properties.a"], {"uri": "new", "custom_properties": {"a": 9, "b": "two"}}),
            (["name"], {}),
            (["", "nonsense", "type_id", "created"], {}),
        ],
    )
    def test_a_mask_says_which_fields_are_replaced(
        self, store: Store, clock: list[int], mask: list[str], expected: dict[str, Any]
    ) -> None:
        before = full("artifact")
        id = added(store, "artifact", "a", **before)
        new: dict[str, Any] = {
            "uri": "new",
            "state": "PENDING",
            "external_id": "y",
            "properties": {"count": 9, "rate": 0.5},
            "custom_properties": {"a": 9, "c": 3},
        }
        clock[0] = 2_000
        found = update(store, "artifact", id, mask, name="b", **new)
        assert {field: getattr(found, field) for field in before} == {**before, **expected}
        assert found.name == "a"
        assert found.updated == (2_000 if expected else 1_000)

    @pytest.mark.parametrize("field", ["uri", "state", "external_id"])
    def test_a_masked_field_that_is_absent_is_cleared(self, store: Store, clock: list[int], field: str) -> None:
        id = added(store, "artifact", "a", **full("artifact"))
        found = update(store, "artifact", id, [field])
        assert {key: getattr(found, key) for key in full("artifact")} == {**full("artifact"), field: None}

    def test_masked_properties_that_are_absent_are_deleted(self, store: Store, clock: list[int]) -> None:
        id = added(store, "execution", "a", **full("execution"))
        found = update(store, "execution", id, ["properties", "custom_properties"])
        assert (found.properties, found.custom_properties) == ({}, {})

    def test_keys_with_dots_in_a_mask(self, store: Store, clock: list[int]) -> None:
        id = added(store, "artifact", custom_properties={"a.b": 1, "a": 2, "kubeflow.org/state": "x"})
        found = update(
            store,
            "artifact",
            id,
            ["custom_properties.a.b", "custom_properties.kubeflow.org/state"],
            custom_properties={"a.b": 9},
        )
        assert found.custom_properties == {"a.b": 9, "a": 2}

    def test_a_mask_does_not_check_what_it_leaves_out(self, store: Store, clock: list[int]) -> None:
        id = added(store, "artifact", "a", **full("artifact"))
        found = update(store, "artifact", id, ["properties.count"], properties={"count": 5, "kount": 1})
        assert found.properties == {"count": 5, "note": "n"}
        with refused(store, InvalidArgumentError, "kount"):
            update(store, "artifact", id, ["properties.kount"], properties={"kount": 1})
        with refused(store, InvalidArgumentError, "count"):
            update(store, "artifact", id, ["properties.count"], properties={"count": "five"})

    def test_a_mask_is_for_nodes_with_an_id_alone(self, store: Store, clock: list[int]) -> None:
        id = added(store, "artifact", "a", uri="old", custom_properties={"k": 1})
        new = Artifact(type="Thing", uri="u", custom_properties={"k": 2})
        old = Artifact(id=id, uri="new", custom_properties={"k": 3})
        put(store, new, old, options=PutOptions(update_mask=["uri"]))
        assert [(each.uri, each.custom_properties) for each in store.artifacts()] == [
            ("new", {"k": 1}),
            ("u", {"k": 2}),
        ]

    def test_a_masked_name_of_a_context_changes(self, store: Store, clock: list[int]) -> None:
        id = added(store, "context", "a", custom_properties={"k": 1})
        found = update(store, "context", id, ["name"], name="b")
        assert (found.name, found.custom_properties) == ("b", {"k": 1})

    # ------------------------------------------------------------ somebody else was faster

    def test_abort_if_changed_lets_the_first_writer_win(self, store: Store, clock: list[int]) -> None:
        id = added(store, "artifact", uri="a")
        mine, theirs = store.artifact(id), store.artifact(id)
        options = PutOptions(abort_if_changed=True)
        clock[0] = 2_000
        theirs.uri = "theirs"
        put(store, theirs, options=options)
        mine.uri = "mine"
        with refused(store, FailedPreconditionError, str(id)):
            put(store, mine, options=options)
        assert store.artifact(id).uri == "theirs"

    def test_abort_if_changed_moves_updated_even_within_one_millisecond(self, store: Store, clock: list[int]) -> None:
        id = added(store, "artifact", uri="a")
        seen = [1_000]
        for uri in ("b", "c"):
            read = store.artifact(id)
            read.uri = uri
            put(store, read, options=PutOptions(abort_if_changed=True))
            seen.append(store.artifact(id).updated or 0)
        assert seen == sorted(set(seen))

    def test_abort_if_changed_wants_the_time_that_was_read(self, store: Store, clock: list[int]) -> None:
        id = added(store, "artifact", uri="a")
        with refused(store, FailedPreconditionError):
            put(store, Artifact(id=id, uri="b"), options=PutOptions(abort_if_changed=True))

    def test_abort_if_changed_is_for_artifacts_with_an_id_alone(self, store: Store, clock: list[int]) -> None:
        execution = added(store, "execution")
        context = added(store, "context", "c")
        clock[0] = 2_000
        put(
            store,
            Artifact(type="Thing"),
            Execution(id=execution, state="COMPLETE"),
            Context(id=context, name="d"),
            options=PutOptions(abort_if_changed=True),
        )
        assert store.execution(execution).state == "COMPLETE"
        assert store.context(context).name == "d"

    # ------------------------------------------------------------ the same node more than once

    def test_the_same_object_twice_is_one_node(self, store: Store, clock: list[int]) -> None:
        node = Artifact(type="Thing", uri="u")
        written = store.put(artifacts=[node, node])
        assert written.artifact_ids == (1, 1)
        assert len(store.artifacts()) == 1
