"""Reading: by id, in order, by the arguments of `rows`; and counting."""

from __future__ import annotations

from typing import Any

import pytest
from google.protobuf.json_format import MessageToDict

from graphmeta.backends.predicates import (
    Compare,
    Field,
)
from graphmeta.backends.requests import Order
from graphmeta.errors import InvalidArgumentError, NotFoundError
from graphmeta.model import KINDS, AnyValue, Artifact, Kind, artifact_type
from graphmeta.store import Store
from graphmeta.testing.conformance.kit import Conformance, added, declare, make, put, refused, update


class ReadTests(Conformance):
    @pytest.mark.parametrize("kind", KINDS)
    def test_a_new_store_holds_nothing(self, store: Store, kind: Kind) -> None:
        assert list(store.rows(kind)) == []
        assert store.counts() == []
        assert store.types() == []
        assert store.events(artifacts=[1]) == []
        with pytest.raises(NotFoundError, match=f"{kind} 1"):
            store.node(kind, 1)

    @pytest.mark.parametrize("kind", KINDS)
    def test_by_ids_unknown_ones_are_left_out_and_duplicates_come_once(self, store: Store, kind: Kind) -> None:
        declare(store)
        ids = [added(store, kind) for _ in range(4)]
        assert [row.id for row in store.rows(kind, ids=[ids[2], ids[0], 999, ids[2], -1, 0])] == [ids[0], ids[2]]
        assert list(store.rows(kind, ids=[])) == []
        assert list(store.rows(kind, ids=[999])) == []
        many = list(range(-5_000, 40_000))
        assert [row.id for row in store.rows(kind, ids=many)] == ids
        with pytest.raises(NotFoundError, match="999"):
            store.node(kind, 999)

    def test_rows_hold_the_properties_of_each(self, store: Store) -> None:
        declare(store)
        for number in range(3):
            added(store, "artifact", properties={"count": number}, custom_properties={"k": str(number)})
        rows = store.rows("artifact", ids=[3, 1])
        assert len(rows) == 2
        assert rows[0].id == 1
        assert [rows.properties(row.id) for row in rows] == [({"count": 0}, {"k": "0"}), ({"count": 2}, {"k": "2"})]

    def test_the_properties_of_all_one_by_one(self, store: Store) -> None:
        declare(store, i="INT", d="DOUBLE", s="STRING", b="BOOLEAN", struct="STRUCT", any="PROTO")
        struct = {"a": [1.0, None, {"b": "c"}], "t": True}
        plain: dict[str, Any] = {"i": 1, "d": 1.0, "s": "1", "b": True}
        added(store, "artifact", properties={**plain, "struct": struct, "any": AnyValue("x/y", b"z")})
        added(store, "artifact")
        added(store, "artifact", custom_properties={"s": "mlmd", "%\0": 2, "empty": {}})
        rows = store.rows("artifact")
        found = list(rows.property_rows())
        values = {(id, key, custom): value for id, key, custom, value in found}
        assert [id for id, *_ in found] == [1] * 6 + [3] * 3
        assert [repr(values.pop((1, key, 0))) for key in plain] == [repr(value) for value in plain.values()]
        assert MessageToDict(values.pop((1, "struct", 0))) == struct
        any_message = values.pop((1, "any", 0))
        assert (any_message.type_url, any_message.value) == ("x/y", b"z")
        assert MessageToDict(values.pop((3, "empty", 1))) == {}
        assert values == {(3, "s", 1): "mlmd", (3, "%\0", 1): 2}

    def test_the_first_of_many(self, store: Store) -> None:
        declare(store)
        for number in range(3):
            added(store, "artifact", custom_properties={"k": number})
        first = store.rows("artifact", order=Order(descending=True)).first(2)
        assert [row.id for row in first] == [3, 2]
        assert sorted(first.property_rows()) == [(2, "k", 1, 1), (3, "k", 1, 2)]
        assert first.properties(2) == ({}, {"k": 1})
        assert list(first.first(0).property_rows()) == []

    @pytest.mark.parametrize("kind", KINDS)
    def test_order_and_limit(self, store: Store, kind: Kind) -> None:
        declare(store)
        now = [3_000]
        store.backend.clock = lambda: now[0]
        for name, time in (("b", 3_000), ("a", 3_000), ("c", 2_000), ("d", 5_000)):
            now[0] = time
            added(store, kind, name)
        now[0] = 9_000
        update(store, kind, 3, name="c", custom_properties={"k": 1})

        def ids(order: Order, limit: int | None = None) -> list[int]:
            return [row.id for row in store.rows(kind, order=order, limit=limit)]

        assert ids(Order()) == [1, 2, 3, 4]
        assert ids(Order(descending=True)) == [4, 3, 2, 1]
        assert ids(Order("created")) == [3, 1, 2, 4]
        assert ids(Order("created", descending=True)) == [4, 2, 1, 3]
        assert ids(Order("updated")) == [1, 2, 4, 3]
        assert ids(Order("updated", descending=True)) == [3, 4, 2, 1]
        assert ids(Order("name")) == [2, 1, 3, 4]
        assert ids(Order("name", descending=True)) == [4, 3, 1, 2]
        assert ids(Order("created"), 2) == [3, 1]
        assert ids(Order("updated", descending=True), 1) == [3]
        assert ids(Order(), 99) == [1, 2, 3, 4]
        assert ids(Order(), 0) == []
        rows = store.rows(kind, order=Order("created", descending=True), limit=2)
        assert [rows.properties(row.id) for row in rows] == [({}, {}), ({}, {})]

    def test_names_are_ordered_by_code_point(self, store: Store) -> None:
        declare(store)
        names = ["", "\0", " ", "A", "Z", "a", "aa", "b", "é", "\ue000", "\uffff", "\U00010000", "😀"]
        put(store, *[make("artifact", name) for name in reversed(names)])
        assert [row.name for row in store.rows("artifact", order=Order("name"))] == names

    def test_the_arguments_of_rows_hold_together(self, store: Store) -> None:
        declare(store)
        declare(store, "Other")
        put(
            store,
            Artifact(type="Thing", name="a", uri="u"),
            Artifact(type="Thing", name="b", uri="u"),
            Artifact(type="Other", name="a", uri="v"),
        )
        assert [row.id for row in store.rows("artifact", type="Thing")] == [1, 2]
        assert [row.id for row in store.rows("artifact", name="a")] == [1, 3]
        assert [row.id for row in store.rows("artifact", uri="u", name="a")] == [1]
        assert [row.id for row in store.rows("artifact", Compare(Field("id"), ">", 1), type="Thing")] == [2]
        assert list(store.rows("artifact", type="Nothing")) == []
        assert [artifact.id for artifact in store.artifacts(ids=[1, 3], type="Other")] == [3]

    @pytest.mark.parametrize("limit", [-1, True, "1", 2**63])
    def test_a_limit_that_cannot_be_is_refused(self, store: Store, limit: Any) -> None:
        with refused(store, InvalidArgumentError, "limit"):
            store.rows("artifact", limit=limit)

    def test_a_type_by_name_whatever_its_version(self, store: Store) -> None:
        ids = store.put_types([artifact_type("T"), artifact_type("T", version="1"), artifact_type("U")])
        put(store, *[Artifact(type_id=id) for id in ids])
        assert [row.id for row in store.rows("artifact", type="T")] == [1, 2]

    def test_counts_by_type(self, store: Store) -> None:
        declare(store)
        declare(store, "Other")
        put(store, make("artifact"), make("artifact"), make("artifact", type="Other"), make("context"))
        put(store, make("execution", type="Other"))
        found = {(count.kind, count.type): (count.type_id, count.number) for count in store.counts()}
        numbers: dict[tuple[Kind, str], int] = {
            ("artifact", "Thing"): 2,
            ("artifact", "Other"): 1,
            ("context", "Thing"): 1,
            ("execution", "Other"): 1,
        }
        assert found == {key: (store.type(*key).id, number) for key, number in numbers.items()}
        order = [(KINDS.index(count.kind), count.type_id) for count in store.counts()]
        assert [id for kind, id in order if kind == 0] == sorted(id for kind, id in order if kind == 0)

    def test_cypher_on_a_store_that_has_it_or_a_way_there(self, store: Store) -> None:
        from graphmeta.errors import UnsupportedError

        try:
            assert store.cypher("RETURN $x AS x", x=1) == [{"x": 1}]
        except UnsupportedError as error:
            assert "neo4j://" in str(error)
