"""Values and keys: what is written is what is read, exactly, or it is refused."""

from __future__ import annotations

import math
from typing import Any

import pytest

from graphmeta.errors import InvalidArgumentError
from graphmeta.model import KINDS, AnyValue, Artifact, Event, Kind, artifact_type
from graphmeta.store import Store
from graphmeta.testing.conformance.kit import Conformance, added, declare, exact, exact_all, make, put, refused

VALUES: list[Any] = [
    0,
    1,
    -1,
    2**53 + 1,
    2**63 - 1,
    -(2**63),
    1.0,
    0.0,
    1 / 3,
    0.1 + 0.2,
    1e-300,
    5e-324,
    1.7976931348623157e308,
    float(2**53),
    1e22,
    math.inf,
    -math.inf,
    True,
    False,
    "1",
    "1.0",
    "True",
    "null",
    "NaN",
    "",
    " ",
    "a\0b",
    "\0",
    "%41%",
    "mlmd-struct",
    "mlmd-struct:",
    "xmlmd-struct::",
    '{"a": 1}',
    "ünï-код-型-😀-e\u0301",
    "\ue000\uffff\U00010000",
    "line\r\nline\ttab",
    "x" * 100_000,
    {},
    {"a": 1},
    {"a": {"b": {"c": [1.5, None, True, "x", [], {}, [None, [0.0]]]}}},
    {"": "", "a.b": None, "nul\0": "\0", "ключ": "😀", "type_url": "x", "@type": "y"},
    {"big": 1e300, "small": 1e-300, "third": 1 / 3},
    {"long": "y" * 100_000},
    AnyValue("type.googleapis.com/google.protobuf.StringValue", b"\n\x02hi"),
    AnyValue("", b""),
    AnyValue("type.googleapis.com/some.Unknown", bytes(range(256))),
    AnyValue("t/\0é", b"\0"),
]


class Stranger:
    """Something that is no value; its name is the same in every process, as ids of tests must be."""

    def __repr__(self) -> str:
        return "a stranger"


REFUSED: list[Any] = [
    math.nan,
    "\ud800",
    "a\udfffb",
    2**63,
    -(2**63) - 1,
    None,
    [],
    [1, 2],
    (1,),
    b"bytes",
    {1, 2},
    1j,
    Stranger(),
    "mlmd-struct::",
    "mlmd-struct::CgA=",
    {1: "a"},
    {"a": {2: "b"}},
    {"a": Stranger()},
    {"a": b"x"},
    {"a": "\ud800"},
    {"\ud800": 1},
]
# Keys that other people's properties have, and that a careless statement or column name would trip over.
KEYS = [
    *["name", "state", "id", "uri", "type", "type_id", "created", "updated", "external_id", "display_name", "role"],
    *["prop_a", "custom_a", "a.b", "kubeflow-kale.org/state", "a`b", "``", "'", '"', "%", "%25", "%00", "\0", "a\0b"],
    *["$x", "{x}", "?", ":x", "--", ";", "\\", "", " ", "__is_null__", "select", "ключ", "😀", "A", "a", "k" * 5_000],
]


def shown(value: Any) -> str:
    """A short name of a value for the test's id."""
    return repr(value)[:30].encode("ascii", "backslashreplace").decode()


class ValueTests(Conformance):
    @pytest.mark.parametrize("kind", KINDS)
    def test_values_round_trip_exactly(self, store: Store, kind: Kind) -> None:
        declare(store)
        given = {f"key {index}": value for index, value in enumerate(VALUES)}
        put(store, make(kind, "all", custom_properties=dict(given)))
        put(store, *[make(kind, f"n{index}", custom_properties={"k": value}) for index, value in enumerate(VALUES)])
        whole, *single = store.rows(kind)
        rows = store.rows(kind)
        assert exact_all(rows.properties(whole.id)[1]) == exact_all(given)
        for row, value in zip(single, VALUES, strict=True):
            assert exact_all(rows.properties(row.id)[1]) == exact_all({"k": value})

    def test_declared_values_round_trip_exactly(self, store: Store) -> None:
        declare(store)
        keys = {int: "count", float: "rate", str: "note", dict: "tree", AnyValue: "blob", bool: "flag"}
        put(store, *[Artifact(type="Thing", properties={keys[type(value)]: value}) for value in VALUES])
        for found, value in zip(store.artifacts(), VALUES, strict=True):
            assert exact_all(found.properties) == exact_all({keys[type(value)]: value})
            assert found.custom_properties == {}

    def test_minus_zero_becomes_zero(self, store: Store) -> None:
        """SQLite keeps a double that is integral as an integer, so that no store keeps its sign."""
        declare(store)
        minus: dict[str, Any] = {"rate": -0.0, "tree": {"a": [-0.0]}}
        id = added(store, "artifact", properties=minus, custom_properties={"k": -0.0})
        updated = store.artifact(id).updated
        zero = exact_all({"rate": 0.0, "tree": {"a": [0.0]}})
        for _ in range(2):
            found = store.artifact(id)
            assert (exact_all(found.properties), exact_all(found.custom_properties)) == (zero, exact_all({"k": 0.0}))
            put(store, Artifact(id=id, properties=dict(minus), custom_properties={"k": -0.0}))
        assert store.artifact(id).updated == updated

    @pytest.mark.parametrize("value", REFUSED, ids=shown)
    def test_what_cannot_be_kept_is_refused(self, store: Store, value: Any) -> None:
        declare(store)
        with refused(store, InvalidArgumentError, "k"):
            put(store, Artifact(type="Thing", custom_properties={"k": value}))

    @pytest.mark.parametrize(
        ("key", "value"), [("count", 2**63), ("rate", math.nan), ("note", "\ud800"), ("tree", {"a": Stranger()})]
    )
    def test_what_cannot_be_kept_is_refused_where_declared(self, store: Store, key: str, value: Any) -> None:
        declare(store)
        with refused(store, InvalidArgumentError, key):
            put(store, Artifact(type="Thing", properties={key: value}))

    def test_a_dict_changed_after_the_put_does_not_change_the_store(self, store: Store) -> None:
        declare(store)
        tree: dict[str, Any] = {"a": [1.0]}
        node = Artifact(type="Thing", properties={"tree": tree})
        put(store, node)
        tree["a"].append(2.0)
        assert exact(store.artifacts()[0].properties["tree"]) == exact({"a": [1.0]})

    @pytest.mark.parametrize("kind", KINDS)
    def test_keys_of_any_characters_declared_and_custom(self, store: Store, kind: Kind) -> None:
        declare(store, **dict.fromkeys(KEYS, "INT"))
        declared = {key: index for index, key in enumerate(KEYS)}
        custom = {key: f"custom {index}" for index, key in enumerate(KEYS)}
        more: dict[str, Any] = {"artifact": {"uri": "u", "state": "LIVE"}, "execution": {"state": "NEW"}}
        fields = more.get(kind, {})
        node = make(kind, "n", external_id="x", properties=declared, custom_properties=custom, **fields)
        put(store, node)
        found = store.node(kind, node.id or 0)
        assert (found.properties, found.custom_properties) == (declared, custom)
        assert (found.name, found.external_id, found.type) == ("n", "x", "Thing")
        assert {key: getattr(found, key) for key in fields} == fields

    def test_deleting_one_of_two_properties_with_the_same_key(self, store: Store) -> None:
        declare(store, name="STRING")
        id = added(store, "artifact", properties={"name": "declared"}, custom_properties={"name": "custom"})
        put(store, Artifact(id=id, custom_properties={"name": "custom"}))
        assert store.artifact(id).properties == {}
        assert store.artifact(id).custom_properties == {"name": "custom"}

    def test_a_property_may_change_its_kind_of_value_when_custom(self, store: Store) -> None:
        declare(store)
        id = added(store, "artifact", custom_properties={"k": 0})
        for value in VALUES:
            put(store, Artifact(id=id, custom_properties={"k": value}))
            assert exact_all(store.artifact(id).custom_properties) == exact_all({"k": value})

    def test_many_properties_on_one_node(self, store: Store) -> None:
        declare(store)
        given = {f"k{index}": index for index in range(2_000)}
        id = added(store, "artifact", custom_properties=dict(given))
        assert store.artifact(id).custom_properties == given

    def test_paths_of_events_round_trip(self, store: Store) -> None:
        store.put_type(artifact_type("Thing"))
        declare(store, "Step")
        paths: list[tuple[str | int, ...]] = [
            (),
            ("examples", 0),
            (0, "examples"),
            (1, 0, 1, "b", "a", "b"),
            ("", 0, ""),
            ("0", 0, "index=0", "key=x", "=", "%", "nul\0", "😀"),
            (2**63 - 1, -(2**63), -1),
            ("x" * 10_000,),
            tuple(range(300)),
        ]
        artifacts = [Artifact(type="Thing") for _ in paths]
        step = make("execution", type="Step")
        events = [Event(artifact, step, "INPUT", path) for artifact, path in zip(artifacts, paths, strict=True)]  # type: ignore[arg-type]
        put(store, *artifacts, step, events=events)
        found = [event.path for event in store.events(executions=[step.id or 0])]
        assert [tuple(map(exact, path)) for path in found] == [tuple(map(exact, path)) for path in paths]
