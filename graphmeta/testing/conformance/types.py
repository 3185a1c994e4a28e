"""Types: what a new store holds, what may change, what is refused."""

from __future__ import annotations

import pytest

from graphmeta.errors import (
    AlreadyExistsError,
    InvalidArgumentError,
    NotFoundError,
    UnsupportedError,
    UpdateConflictError,
)
from graphmeta.model import KINDS, SYSTEM_TYPES, Artifact, Kind, Type, artifact_type, context_type, execution_type
from graphmeta.store import Store
from graphmeta.testing.conformance.kit import DECLARED, TYPES, Conformance, Reopen, refused


class TypeTests(Conformance):
    def test_a_new_store_holds_the_nine_system_types_with_ids_1_to_9(self, store: Store) -> None:
        assert [(type.kind, type.name) for type in store.types(system=True)] == list(SYSTEM_TYPES)
        assert [type.id for type in store.types(system=True)] == list(range(1, 10))
        assert store.types() == []
        assert store.type("artifact", "mlmd.Model").id == 2

    def test_types_of_the_user_are_numbered_from_10_in_one_sequence(self, store: Store) -> None:
        ids = store.put_types([artifact_type("A"), execution_type("E"), context_type("C")])
        assert ids == [10, 11, 12]
        assert [type.name for type in store.types()] == ["A", "E", "C"]

    def test_initialise_twice_changes_nothing(self, store: Store) -> None:
        store.initialise()
        id = store.put_type(artifact_type("A"))
        store.initialise()
        assert store.type("artifact", "A").id == id
        assert len(store.types(system=True)) == 10

    @pytest.mark.parametrize("kind", KINDS)
    def test_a_type_reads_back_as_it_was_written(self, store: Store, kind: Kind) -> None:
        given = TYPES[kind](
            'A "type" of `mine`.v%1', DECLARED, version="1.0", description="what it is", external_id="x"
        )
        id = store.put_type(given)
        found = store.type(kind, given.name, "1.0")
        assert found.id == id
        assert (found.kind, found.name, found.version) == (kind, given.name, "1.0")
        assert found.properties == DECLARED
        assert (found.description, found.external_id) == ("what it is", "x")
        assert found.base_type is None
        assert store.types(kind) == [found]

    def test_input_and_output_types_of_an_execution_type_are_kept(self, store: Store) -> None:
        store.put_type(execution_type("E", input_type='{"any":{}}', output_type='{"none":{}}'))
        found = store.type("execution", "E")
        assert (found.input_type, found.output_type) == ('{"any":{}}', '{"none":{}}')

    @pytest.mark.parametrize(
        ("kind", "base"), [("artifact", "DATASET"), ("artifact", "STATISTICS"), ("execution", "DEPLOY")]
    )
    def test_a_base_type_is_kept(self, store: Store, kind: Kind, base: str) -> None:
        store.put_type(TYPES[kind]("T", base_type=base))
        assert store.type(kind, "T").base_type == base

    def test_the_same_name_may_stand_for_a_type_of_each_kind(self, store: Store) -> None:
        ids = store.put_types([make("Same") for make in TYPES.values()])
        assert len(set(ids)) == 3
        assert [store.type(kind, "Same").id for kind in KINDS] == ids

    def test_a_version_makes_another_type(self, store: Store) -> None:
        plain = store.put_type(artifact_type("T", {"a": "INT"}))
        versioned = store.put_type(artifact_type("T", {"b": "STRING"}, version="2"))
        assert plain != versioned
        assert store.type("artifact", "T").properties == {"a": "INT"}
        assert store.type("artifact", "T", "2").properties == {"b": "STRING"}

    def test_without_a_version_only_the_type_that_has_none_is_found(self, store: Store) -> None:
        store.put_type(artifact_type("T", version="1"))
        with pytest.raises(NotFoundError, match="T"):
            store.type("artifact", "T")
        with refused(store, NotFoundError, "T"):
            store.put(artifacts=[Artifact(type="T")])

    def test_a_node_of_a_versioned_type_is_made_by_type_id_and_can_be_put_again(self, store: Store) -> None:
        id = store.put_type(artifact_type("T", {"a": "INT"}, version="1"))
        store.put(artifacts=[Artifact(type_id=id, properties={"a": 1})])
        (found,) = store.artifacts()
        assert (found.type, found.type_id) == ("T", id)
        found.properties["a"] = 2
        store.put(artifacts=[found])
        assert store.artifacts()[0].properties == {"a": 2}

    def test_putting_a_type_again_returns_its_id(self, store: Store) -> None:
        first = store.put_type(artifact_type("T", DECLARED, base_type="MODEL"))
        assert store.put_type(artifact_type("T", DECLARED, base_type="MODEL")) == first
        assert store.put_types([artifact_type("T", DECLARED), artifact_type("T", DECLARED)]) == [first, first]
        assert len(store.types()) == 1

    def test_twice_in_one_put_is_one_type(self, store: Store) -> None:
        first, second = store.put_types([artifact_type("T", DECLARED), artifact_type("T", DECLARED)])
        assert first == second
        assert len(store.types()) == 1

    def test_a_new_property_needs_the_flag(self, store: Store) -> None:
        id = store.put_type(artifact_type("T", {"a": "INT"}))
        with refused(store, AlreadyExistsError, "different propert.*b"):
            store.put_type(artifact_type("T", {"a": "INT", "b": "STRING"}))
        assert store.put_type(artifact_type("T", {"a": "INT", "b": "STRING"}), can_add_fields=True) == id
        assert store.type("artifact", "T").properties == {"a": "INT", "b": "STRING"}

    def test_leaving_out_a_property_needs_the_flag_and_keeps_it(self, store: Store) -> None:
        id = store.put_type(artifact_type("T", {"a": "INT", "b": "STRING"}))
        with refused(store, AlreadyExistsError, "different propert.*b"):
            store.put_type(artifact_type("T", {"a": "INT"}))
        assert store.put_type(artifact_type("T", {"a": "INT"}), can_omit_fields=True) == id
        assert store.type("artifact", "T").properties == {"a": "INT", "b": "STRING"}

    def test_adding_and_leaving_out_at_once_needs_both_flags(self, store: Store) -> None:
        store.put_type(artifact_type("T", {"a": "INT"}))
        for flags in ({"can_add_fields": True}, {"can_omit_fields": True}):
            with refused(store, AlreadyExistsError, "different propert"):
                store.put_type(artifact_type("T", {"b": "INT"}), **flags)
        store.put_type(artifact_type("T", {"b": "INT"}), can_add_fields=True, can_omit_fields=True)
        assert store.type("artifact", "T").properties == {"a": "INT", "b": "INT"}

    def test_a_property_never_changes_its_value_type(self, store: Store) -> None:
        store.put_type(artifact_type("T", {"a": "INT"}))
        with refused(store, AlreadyExistsError, "different propert.*a"):
            store.put_type(artifact_type("T", {"a": "DOUBLE"}), can_add_fields=True, can_omit_fields=True)

    def test_a_later_description_is_ignored(self, store: Store) -> None:
        store.put_type(artifact_type("T", description="first"))
        store.put_type(artifact_type("T", description="second"))
        assert store.type("artifact", "T").description == "first"

    def test_an_external_id_can_be_set_and_changed_but_not_unset(self, store: Store) -> None:
        store.put_type(artifact_type("T"))
        for given, kept in (("x", "x"), ("y", "y"), (None, "y")):
            store.put_type(artifact_type("T", external_id=given))
            assert store.type("artifact", "T").external_id == kept

    def test_an_external_id_of_a_type_is_unique(self, store: Store) -> None:
        store.put_types([artifact_type("T", external_id="x"), artifact_type("U", external_id="y")])
        with refused(store, AlreadyExistsError, "x"):
            store.put_type(execution_type("V", external_id="x"))
        with refused(store, UpdateConflictError, "x"):
            store.put_type(artifact_type("U", external_id="x"))
        with refused(store, AlreadyExistsError, "z"):
            store.put_types([artifact_type("V", external_id="z"), context_type("V", external_id="z")])

    def test_an_empty_external_id_leaves_a_type_its_own(self, store: Store) -> None:
        for given, kept in (("", ""), ("x", "x"), ("", "x"), (None, "x")):
            store.put_type(artifact_type("T", external_id=given))
            assert store.type("artifact", "T").external_id == kept

    def test_a_base_type_has_no_base_type(self, store: Store) -> None:
        with refused(store, InvalidArgumentError, "cycle"):
            store.put_type(artifact_type("mlmd.Model", base_type="MODEL"))

    def test_a_base_type_can_be_added_but_not_changed(self, store: Store) -> None:
        store.put_type(artifact_type("T"))
        store.put_type(artifact_type("T", base_type="MODEL"))
        store.put_type(artifact_type("T"))
        assert store.type("artifact", "T").base_type == "MODEL"
        with refused(store, UnsupportedError, "base_type"):
            store.put_type(artifact_type("T", base_type="DATASET"))

    @pytest.mark.parametrize(
        ("type", "match"),
        [
            (artifact_type(""), "name"),
            (Type(kind="artifact", name="T", properties={"q": "UNKNOWN"}), "q"),  # type: ignore[dict-item]
            (Type(kind="artifact", name="T", properties={"q": "FLOAT"}), "q"),  # type: ignore[dict-item]
            (artifact_type("T", base_type="TRAIN"), "TRAIN"),
            (context_type("T", base_type="MODEL"), "MODEL"),
            (Type(kind="thing", name="T"), "thing"),  # type: ignore[arg-type]
            (artifact_type("\ud800"), ""),
            (artifact_type("T", {"\ud800": "INT"}), ""),
            (artifact_type("T", version="\ud800"), ""),
            (artifact_type("T", version=None), "version"),
            (artifact_type("T", description=5), "description"),
            (artifact_type("T", external_id=5), "external_id"),
            (artifact_type("T", {5: "INT"}), "key"),  # type: ignore[dict-item]
        ],
    )
    def test_a_type_that_cannot_be_is_refused(self, store: Store, type: Type, match: str) -> None:
        with refused(store, InvalidArgumentError, match):
            store.put_type(type)

    def test_all_types_of_a_put_or_none(self, store: Store) -> None:
        store.put_type(artifact_type("T", {"a": "INT"}))
        with refused(store, AlreadyExistsError):
            store.put_types([artifact_type("New"), artifact_type("T", {"a": "STRING"})])
        with refused(store, InvalidArgumentError):
            store.put_types([artifact_type("New"), artifact_type("")])

    @pytest.mark.parametrize("kind", KINDS)
    def test_an_unknown_type_is_not_found(self, store: Store, kind: Kind) -> None:
        with pytest.raises(NotFoundError, match="Nothing"):
            store.type(kind, "Nothing")

    def test_names_and_keys_of_any_characters(self, store: Store) -> None:
        names = ["Artifact", "Type", "a`b", "a'b\"c", "a.b/c d", "%41", "nul\0inside", "ünï-код-型-😀", "x" * 9_000]
        keys = ["id", "name", "a.b", "`", "%", "\0", "", "ключ", "k" * 3_000]
        store.put_types([artifact_type(name, dict.fromkeys(keys, "INT")) for name in names])
        assert [type.name for type in store.types()] == names
        assert all(type.properties == dict.fromkeys(keys, "INT") for type in store.types())
        assert store.type("artifact", names[-1]).name == names[-1]

    def test_fields_that_another_writer_added_are_known_at_once(self, store: Store, reopen: Reopen) -> None:
        store.put_type(artifact_type("T", {"a": "INT"}))
        store.put(artifacts=[Artifact(type="T", properties={"a": 1})])
        other = reopen()
        other.put_type(artifact_type("T", {"a": "INT", "b": "INT"}), can_add_fields=True)
        other.put_type(artifact_type("U"))
        store.put(artifacts=[Artifact(type="T", properties={"b": 2}), Artifact(type="U")])
        assert [(each.type, each.properties) for each in store.artifacts()] == [
            ("T", {"a": 1}),
            ("T", {"b": 2}),
            ("U", {}),
        ]
        assert store.type("artifact", "T").properties == {"a": "INT", "b": "INT"}
        assert [type.name for type in store.types()] == ["T", "U"]
