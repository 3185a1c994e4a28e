"""Values, keys and texts come back from Neo4j exactly as they went in."""

from __future__ import annotations

import math
import struct
from typing import Any

import neo4j
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from graphmeta.backends.neo4j.backend import Neo4jBackend
from graphmeta.backends.neo4j.values import (
    LONGEST_DISPLAY_NAME,
    MARKER,
    from_neo4j,
    index_key,
    keyed,
    properties_of,
    property_key,
    property_name,
    to_neo4j,
    whole_text,
)
from graphmeta.backends.predicates import Compare, Field, KnownAs, OneOf, StartsWith
from graphmeta.errors import AlreadyExistsError
from graphmeta.model import AnyValue, Artifact
from graphmeta.store import Store
from tests.neo4j.kit import declare

texts = st.text(st.characters(exclude_categories=["Cs"]))
trees = st.recursive(
    st.none() | st.booleans() | st.floats(allow_nan=False) | texts,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(texts, inner, max_size=3),
    max_leaves=8,
)
values: st.SearchStrategy[Any] = st.one_of(
    st.integers(-(2**63), 2**63 - 1),
    st.floats(),
    texts,
    st.booleans(),
    st.dictionaries(texts, trees, max_size=4),
    st.builds(AnyValue, texts, st.binary()),
)


def exact(value: Any) -> Any:
    """A value that equals only itself: with its type, and doubles by their bits (all NaNs are one)."""
    if isinstance(value, float):
        return "double", "nan" if math.isnan(value) else struct.pack(">d", value)
    if isinstance(value, dict):
        return "struct", {key: exact(each) for key, each in value.items()}
    if isinstance(value, list):
        return "list", [exact(each) for each in value]
    return type(value).__name__, value


@given(values)
def test_conversion_round_trips(value: Any) -> None:
    assert exact(from_neo4j(to_neo4j(value))) == exact(value)


@given(st.dictionaries(texts, values, max_size=4), st.dictionaries(texts, values, max_size=4))
@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
def test_values_and_keys_round_trip_through_a_server(
    driver: neo4j.Driver, declared: dict[str, Any], custom: dict[str, Any]
) -> None:
    sent = {property_name(key, custom=False): to_neo4j(value) for key, value in declared.items()}
    sent |= {property_name(key, custom=True): to_neo4j(value) for key, value in custom.items()}
    statement = "CREATE (node:GraphmetaTrial) SET node = $values WITH node RETURN node.id AS nothing"
    driver.execute_query(statement, values=sent)
    taken = "MATCH (node:GraphmetaTrial) WITH node, properties(node) AS values DELETE node RETURN values"
    found_declared, found_custom = properties_of(driver.execute_query(taken).records[0]["values"])
    assert exact(found_declared) == exact(declared)
    assert exact(found_custom) == exact(custom)


@pytest.mark.parametrize("key", ["", "%", "%00", "%25", "\0", "a\0%00", "`", "prop_a", "custom_a"])
@pytest.mark.parametrize("custom", [True, False])
def test_keys_are_escaped_and_back(key: str, custom: bool) -> None:
    name = property_name(key, custom=custom)
    assert "\0" not in name
    assert property_key(name) == key


def test_an_any_is_protobufs_wire_format() -> None:
    from google.protobuf.any_pb2 import Any as AnyMessage

    value = AnyValue("type.googleapis.com/some.Message", bytes(range(256)) * 2)
    message = AnyMessage(type_url=value.type_url, value=value.value)
    assert to_neo4j(value) == message.SerializeToString()
    assert from_neo4j(message.SerializeToString()) == value


def test_short_texts_are_their_own_keys_and_long_ones_are_not() -> None:
    assert index_key("a" * 2_000) == "a" * 2_000
    assert index_key("é" * 1_001).startswith(MARKER)
    for text in ("a" * 2_001, MARKER, MARKER + "x"):
        held = keyed("name", text)
        assert len(held["name"]) < 100
        assert whole_text(held, "name") == text
    assert keyed("name", None) == {}
    assert keyed("name", "") == {"name": ""}


def test_overlong_names_uris_and_external_ids(backend: Neo4jBackend, store: Store) -> None:
    declare(store)
    name, uri, external = "n" * 9_000, "s3://" + "é" * 20_000, "x" * 50_000
    store.put(artifacts=[Artifact(type="Data", name=name, uri=uri, external_id=external)])
    store.put(artifacts=[Artifact(type="Data", name=name + "!", uri="g")])
    found = store.artifact(1)
    assert (found.name, found.uri, found.external_id) == (name, uri, external)

    def ids(predicate: Any) -> list[int]:
        return [row.id for row in store.rows("artifact", predicate)]

    assert ids(Compare(Field("name"), "=", name)) == [1]
    assert ids(OneOf(Field("external_id"), [external, "y"])) == [1]
    assert ids(StartsWith(Field("uri"), "s3://é")) == [1]
    assert ids(StartsWith(Field("uri"), "g")) == [2], "a digest's own beginning is nobody's URI"
    assert ids(StartsWith(Field("uri"), uri)) == [1]
    assert ids(Compare(Field("name"), ">", name)) == [2]
    assert ids(KnownAs([name])) == [1, 2] or ids(KnownAs([name])) == [1]
    with pytest.raises(AlreadyExistsError):
        store.put(artifacts=[Artifact(type="Data", name=name)])
    with pytest.raises(AlreadyExistsError):
        store.put(artifacts=[Artifact(type="Plain", external_id=external)])
    shown = backend.cypher("MATCH (node:Artifact {id: 1}) RETURN node.display_name AS shown", {})[0]["shown"]
    assert len(shown) == LONGEST_DISPLAY_NAME
    assert shown.endswith("…")
