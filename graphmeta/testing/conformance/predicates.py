"""Conditions: each node of `backends.predicates`, on each kind of value."""

from __future__ import annotations

import pytest

from graphmeta.backends.expressions import (
    TRUE,
    Constant,
    Expression,
    FieldValue,
    Neighbour,
    Operation,
    OperationName,
    PropertyValue,
    Relation,
    ValueType,
    mentions,
)
from graphmeta.backends.predicates import (
    And,
    Compare,
    Field,
    FieldName,
    InContext,
    KnownAs,
    Matches,
    NameContains,
    Not,
    OfType,
    OneOf,
    Operator,
    Or,
    Predicate,
    Property,
    Scalar,
    StartsWith,
    TypeAndName,
)
from graphmeta.backends.requests import NodeQuery, Order
from graphmeta.model import (
    KINDS,
    AnyValue,
    Artifact,
    Association,
    Attribution,
    Context,
    Event,
    Execution,
    Kind,
    ParentContext,
    Type,
    artifact_type,
)
from graphmeta.store import Store
from graphmeta.testing.conformance.kit import Conformance, added, declare, make, put


def found(store: Store, where: Predicate, kind: Kind = "artifact") -> list[int]:
    """The ids that a condition holds for."""
    return [row.id for row in store.rows(kind, where)]


def _call(name: OperationName, type: ValueType, *operands: Expression) -> Expression:
    return Operation(name, operands, type)


def _number(value: int) -> Expression:
    return Constant(value, "INT64")


def _text(value: str) -> Expression:
    return Constant(value, "STRING")


_ID, _NAME, _URI = FieldValue("id", "INT64"), FieldValue("name", "STRING"), FieldValue("uri", "STRING")
_INT, _DOUBLE = PropertyValue("k", True, "INT64"), PropertyValue("k", True, "DOUBLE")
_STRING = PropertyValue("s", True, "STRING")
# Expressions over the three artifacts of `test_expressions`, and those that they are true for.
EXPRESSIONS: list[tuple[Expression, list[int]]] = [
    (_call("=", "BOOL", _INT, _number(1)), [1]),
    (_call("is null", "BOOL", _INT), [2, 3]),
    (_call("not", "BOOL", _call("=", "BOOL", _INT, _number(1))), []),
    (_call(">", "BOOL", _DOUBLE, _call("cast", "DOUBLE", _ID)), [2]),
    (_call("or", "BOOL", _call("=", "BOOL", _NAME, _text("a")), _call("is null", "BOOL", _NAME)), [1, 3]),
    (_call("is true", "BOOL", _call("=", "BOOL", _NAME, _text("a"))), [1]),
    (_call("not", "BOOL", _call("is false", "BOOL", _call("=", "BOOL", _NAME, _text("a")))), [1, 3]),
    (_call("in", "BOOL", _NAME, _text("b"), Constant(None, "NULL")), [2]),
    (_call("in", "BOOL", _ID, _number(3), _call("+", "INT64", _ID, _number(0))), [1, 2, 3]),
    (_call("like", "BOOL", _URI, _text("u_")), [1, 2]),
    (_call("like", "BOOL", _URI, _text("%")), [1, 2, 3]),
    (_call("like", "BOOL", _STRING, _call("upper", "STRING", _STRING)), [1, 2]),
    (_call("=", "BOOL", _call("length", "INT64", _STRING), _number(3)), [1]),
    (_call("=", "BOOL", _call("substr", "STRING", _STRING, _number(-1)), _text("😀")), [1]),
    (_call("=", "BOOL", _call("substr", "STRING", _STRING, _number(2), _number(1)), _text("b")), [1]),
    (_call("=", "BOOL", _call("concat", "STRING", _NAME, _URI), _text("bU2")), [2]),
    (_call("=", "BOOL", _call("coalesce", "STRING", _NAME, _text("z")), _text("z")), [3]),
    (_call("=", "BOOL", FieldValue("state", "INT64"), _number(2)), [1]),
    (_call("is null", "BOOL", FieldValue("state", "INT64")), [2, 3]),
    (
        _call("=", "BOOL", _call("case", "INT64", _call("=", "BOOL", _ID, _number(2)), _ID, _number(9)), _number(9)),
        [1, 3],
    ),
    (_call("=", "BOOL", _call("mod", "INT64", _ID, _number(2)), _number(1)), [1, 3]),
    (_call("is null", "BOOL", _call("mod", "INT64", _ID, _number(0))), [1, 2, 3]),
    (_call("=", "BOOL", _call("&", "INT64", _ID, _number(-2)), _number(2)), [2, 3]),
    (_call("<", "BOOL", _call("<<", "INT64", _ID, _number(63)), _number(0)), [1, 3]),
    (
        _call(">", "BOOL", _call("*", "INT64", _ID, _number(2**62)), _call("-", "INT64", _number(2**62), _number(1))),
        [1, 2, 3],
    ),
]


class PredicateTests(Conformance):
    @pytest.mark.parametrize(
        ("field", "operator", "value", "expected"),
        [
            ("id", "=", 2, [2]),
            ("id", "<", 2, [1]),
            ("id", ">=", 2, [2, 3, 4]),
            ("type", "=", "Other", [4]),
            ("type", "=", "other", []),
            ("name", "=", "b", [2]),
            ("name", "=", "", [3]),
            ("name", ">", "a", [2]),
            ("name", "<=", "a", [1, 3]),
            ("uri", "=", "u", [1]),
            ("uri", "=", "", [3]),
            ("uri", ">=", "", [1, 2, 3]),
            ("state", "=", "LIVE", [1]),
            ("external_id", "=", "x", [2]),
            ("created", "=", 1_000, [1, 2]),
            ("created", ">", 1_000, [3, 4]),
            ("updated", "<=", 1_000, [1, 2]),
        ],
    )
    def test_a_field_compared(
        self, store: Store, field: FieldName, operator: Operator, value: Scalar, expected: list[int]
    ) -> None:
        declare(store)
        declare(store, "Other")
        now = [1_000]
        store.backend.clock = lambda: now[0]
        put(store, make("artifact", "a", uri="u", state="LIVE"), make("artifact", "b", uri="U", external_id="x"))
        now[0] = 2_000
        put(store, make("artifact", "", uri=""), make("artifact", type="Other"))
        where = Compare(Field(field), operator, value)
        assert found(store, where) == expected
        assert found(store, Not(where)) == [id for id in (1, 2, 3, 4) if id not in expected]

    def test_type_id(self, store: Store) -> None:
        declare(store)
        added(store, "artifact")
        id = store.type("artifact", "Thing").id or 0
        assert found(store, Compare(Field("type_id"), "=", id)) == [1]
        assert found(store, OneOf(Field("type_id"), [id + 1])) == []

    @pytest.mark.parametrize("custom", [False, True])
    def test_a_property_is_compared_with_values_of_its_own_kind(self, store: Store, custom: bool) -> None:
        values: list[tuple[str, Scalar]] = [
            ("INT", 1),
            ("DOUBLE", 1.0),
            ("STRING", "1"),
            ("BOOLEAN", True),
            ("INT", 0),
            ("DOUBLE", 0.0),
            ("STRING", ""),
            ("BOOLEAN", False),
        ]
        for index, (kind, value) in enumerate(values):
            store.put_type(artifact_type(f"T{index}", {} if custom else {"k": kind}))  # type: ignore[dict-item]
            node = make("artifact", type=f"T{index}")
            (node.custom_properties if custom else node.properties)["k"] = value
            put(store, node)
        put(store, Artifact(type="T0"), Artifact(type="T0", custom_properties={"k": {}} if custom else {}))
        everything = set(range(1, 11))
        for index, (_, value) in enumerate(values):
            where = Compare(Property("k", custom), "=", value)
            assert found(store, where) == [index + 1], value
            assert set(found(store, Not(where))) == everything - {index + 1}
        assert found(store, Compare(Property("k", not custom), "=", 1)) == []
        assert found(store, Compare(Property("k", custom), ">=", 0)) == [1, 5]
        assert found(store, Compare(Property("k", custom), ">=", 0.0)) == [2, 6]
        assert found(store, Compare(Property("k", custom), "<", "z")) == [3, 7]
        assert found(store, Compare(Property("k", custom), "<", 1.0)) == [6]
        assert found(store, Compare(Property("k", custom), ">", 1)) == []

    def test_numbers_at_the_ends(self, store: Store) -> None:
        declare(store)
        numbers: list[Scalar] = [2**63 - 1, 2**53 + 1, 2**53, -(2**63), 5e-324, float("inf"), -float("inf"), 1 / 3]
        put(store, *[make("artifact", custom_properties={"k": number}) for number in numbers])
        for index, number in enumerate(numbers):
            assert found(store, Compare(Property("k", True), "=", number)) == [index + 1]
        assert found(store, Compare(Property("k", True), ">", 2**53)) == [1, 2]
        assert found(store, Compare(Property("k", True), ">", 1e308)) == [6]
        assert found(store, Compare(Property("k", True), "<", 0.0)) == [7]

    def test_minus_zero_equals_zero(self, store: Store) -> None:
        declare(store)
        put(store, make("artifact", custom_properties={"k": -0.0}))
        assert found(store, Compare(Property("k", True), "=", 0.0)) == [1]

    def test_structs_and_anys_compare_with_nothing(self, store: Store) -> None:
        declare(store)
        put(store, make("artifact", custom_properties={"k": {"a": 1}}))
        put(store, make("artifact", custom_properties={"k": AnyValue("t", b"1")}))
        texts: list[Scalar] = ["", '{"a": 1}', '{"a":1}', "1", 1, 1.0, True]
        for value in texts:
            assert found(store, Compare(Property("k", True), "=", value)) == []
            assert found(store, Compare(Property("k", True), ">=", value)) == []

    def test_property_keys_of_any_characters(self, store: Store) -> None:
        from graphmeta.testing.conformance.values import KEYS

        declare(store)
        put(store, *[make("artifact", custom_properties={key: "v"}) for key in KEYS])
        for index, key in enumerate(KEYS):
            assert found(store, Compare(Property(key, True), "=", "v")) == [index + 1], key
            assert found(store, Compare(Property(key, False), "=", "v")) == []

    def test_texts_compare_by_code_point_and_case_counts(self, store: Store) -> None:
        declare(store)
        texts = ["A", "a", "é", "e\u0301", "\uffff", "😀", "a\0", "a\0b"]
        put(store, *[make("artifact", uri=text) for text in texts])
        for index, text in enumerate(texts):
            assert found(store, Compare(Field("uri"), "=", text)) == [index + 1]
            smaller = [place + 1 for place, each in enumerate(texts) if each < text]
            assert found(store, Compare(Field("uri"), "<", text)) == smaller, ascii(text)

    def test_one_of(self, store: Store) -> None:
        declare(store)
        put(store, *[make("artifact", name, uri=name) for name in ("a", "b", None, "")])
        assert found(store, OneOf(Field("name"), ["b", "a", "b", "z"])) == [1, 2]
        assert found(store, OneOf(Field("uri"), [""])) == [4]
        assert found(store, OneOf(Field("id"), [4, 4, 2, 99])) == [2, 4]
        assert found(store, OneOf(Field("id"), [])) == []
        assert found(store, Not(OneOf(Field("id"), []))) == [1, 2, 3, 4]
        assert found(store, Not(OneOf(Field("name"), ["a"]))) == [2, 3, 4]
        assert found(store, OneOf(Field("name"), [f"n{n}" for n in range(40_000)] + ["b"])) == [2]

    def test_starts_with_takes_every_character_as_itself(self, store: Store) -> None:
        declare(store)
        texts = ["s3://b/x", "S3://b/x", "100%_x", "100%", "1000", "a*?[x]", "a\\b", "a'b", "nul\0x", "😀x", "", "é"]
        put(store, *[make("artifact", text, uri=text) for text in texts])
        put(store, make("artifact"))
        prefixes = ["s3://", "S3", "100%", "100%_", "100", "a*", "a*?[", "a\\", "a'", "nul\0", "😀", "", "e", "é", "_"]
        for prefix in [*prefixes, "\ud7ff", "\uffff", "\U0010ffff"]:
            expected = [index + 1 for index, text in enumerate(texts) if text.startswith(prefix)]
            for field in ("uri", "name"):
                assert found(store, StartsWith(Field(field), prefix)) == expected, (field, prefix)
            rest = [id for id in range(1, len(texts) + 2) if id not in expected]
            assert found(store, Not(StartsWith(Field("uri"), prefix))) == rest

    def test_starts_with_the_last_code_points(self, store: Store) -> None:
        declare(store)
        texts = ["a\U0010ffff", "a\U0010ffff\U0010ffff", "b", "a\ud7ff", "a\ue000"]
        put(store, *[make("artifact", uri=text) for text in texts])
        assert found(store, StartsWith(Field("uri"), "a\U0010ffff")) == [1, 2]
        assert found(store, StartsWith(Field("uri"), "a\ud7ff")) == [4]
        assert found(store, StartsWith(Field("uri"), "a")) == [1, 2, 4, 5]

    def test_type_and_name(self, store: Store) -> None:
        declare(store)
        declare(store, "Other")
        for kind in KINDS:
            put(store, *[make(kind, name, type=type) for type in ("Thing", "Other") for name in ("a", "b")])
            thing, other = (store.type(kind, name).id or 0 for name in ("Thing", "Other"))
            assert found(store, TypeAndName([(thing, "a")]), kind) == [1]
            assert found(store, TypeAndName([(thing, "b"), (other, "a"), (other, "z"), (99, "a")]), kind) == [2, 3]
            assert found(store, TypeAndName([]), kind) == []

    def test_of_type_counts_the_version(self, store: Store) -> None:
        for kind in KINDS:
            of_kind = [Type(kind=kind, name="Part", version=version) for version in ("", "v2")]
            for id in store.put_types([*of_kind, Type(kind=kind, name="V" * 5_000)]):
                put(store, make(kind, "x", type="", type_id=id))
            assert found(store, OfType("Part"), kind) == [1]
            assert found(store, OfType("Part", "v2"), kind) == [2]
            assert found(store, OfType("V" * 5_000), kind) == [3]
            assert found(store, OfType("Part", "v3"), kind) == []
            assert found(store, Not(OfType("Part", "v2")), kind) == [1, 3]
        store.put_type(Type(kind="artifact", name="Alone"))
        assert found(store, OfType("Alone"), "execution") == []

    def test_known_as(self, store: Store) -> None:
        declare(store, display_name="STRING", task_name="STRING")
        put(
            store,
            make("artifact", "churn@1", properties={"display_name": "churn"}),
            make("artifact", "churn@2", custom_properties={"display_name": "churn"}),
            make("artifact", custom_properties={"name": "churn"}),
            make("artifact", properties={"task_name": "churn"}),
            make("artifact", "churn"),
            make("artifact", "Churn", custom_properties={"display_name": 5, "other": "churn"}),
            make("artifact", "x", uri="s3://b/data"),
        )
        assert found(store, KnownAs(["churn"])) == [1, 2, 3, 4, 5]
        assert found(store, KnownAs(["churn@1", "x"])) == [1, 7]
        assert found(store, KnownAs([])) == []
        assert found(store, KnownAs(["nobody"])) == []
        assert found(store, And([KnownAs(["churn"]), Compare(Field("id"), ">", 4)])) == [5]

    def test_known_as_for_executions_and_contexts(self, store: Store) -> None:
        declare(store, display_name="STRING")
        for kind in ("execution", "context"):
            put(store, make(kind, "a@1", properties={"display_name": "a"}), make(kind, "a"), make(kind, "b"))
            assert found(store, KnownAs(["a"]), kind) == [1, 2]

    def test_known_as_follows_updates(self, store: Store) -> None:
        declare(store, display_name="STRING")
        id = added(store, "artifact", "n", properties={"display_name": "old"})
        put(store, Artifact(id=id, properties={"display_name": "new"}))
        assert found(store, KnownAs(["old"])) == []
        assert found(store, KnownAs(["new"])) == [id]
        put(store, Artifact(id=id, uri="a/b"))
        assert found(store, KnownAs(["new"])) == []
        assert found(store, KnownAs(["n"])) == [id]

    def test_name_contains(self, store: Store) -> None:
        declare(store, display_name="STRING", note="STRING")
        put(
            store,
            make("artifact", "Churn@1"),
            make("artifact", uri="s3://bucket/CHURN/model"),
            make("artifact", "x", properties={"display_name": "the churn model"}),
            make("artifact", custom_properties={"name": "churn"}),
            make("artifact", "100%_y", properties={"note": "churn"}),
            make("artifact", "\N{CYRILLIC CAPITAL LETTER ZHE}\0z"),
            make("artifact"),
        )
        assert found(store, NameContains("churn")) == found(store, NameContains("CHuRN")) == [1, 2, 3, 4]
        assert found(store, NameContains("n@")) == [1]
        assert found(store, NameContains("0%_")) == [5]
        assert found(store, NameContains("0_")) == found(store, NameContains("nobody")) == []
        assert found(store, NameContains("\N{CYRILLIC CAPITAL LETTER ZHE}\0Z")) == [6]
        assert found(store, Not(NameContains("churn"))) == [5, 6, 7]
        for kind in ("execution", "context"):
            put(
                store,
                make(kind, "Nightly run"),
                make(kind, "b", properties={"display_name": "run it"}),
                make(kind, "c"),
            )
            assert found(store, NameContains("RUN"), kind) == [1, 2]

    def test_what_is_thought_to_hold_for_many_changes_no_answer(self, store: Store) -> None:
        declare(store)
        declare(store, "Other")
        now = [1_000]
        store.backend.clock = lambda: now[0]
        for number in range(12):
            now[0] += number % 3
            put(
                store,
                make(
                    "artifact",
                    f"n{number % 5}" if number < 5 else None,
                    type="Other" if number % 4 == 0 else "Thing",
                    uri=f"s3://{number % 2}/{number}",
                    state="LIVE" if number % 3 else None,
                    custom_properties={"k": number % 3, "b": number % 2 == 0, "s": str(number)},
                ),
            )
        wheres: list[Predicate] = [
            Compare(Field("type"), "=", "Thing"),
            Compare(Field("type_id"), "=", store.type("artifact", "Other").id or 0),
            OfType("Thing"),
            StartsWith(Field("uri"), "s3://1"),
            OneOf(Field("name"), ["n1", "n3"]),
            Compare(Field("name"), ">=", ""),
            Compare(Field("state"), "=", "LIVE"),
            Compare(Property("k", True), "=", 1),
            Compare(Property("s", True), "<", "5"),
            Compare(Property("b", True), "=", True),
            And((Compare(Field("created"), ">", 1_003), Compare(Field("id"), "<", 11))),
            Not(Compare(Property("k", True), "=", 1)),
        ]
        for where in wheres:
            for by in ("id", "created", "updated", "name"):
                for descending in (False, True):
                    order = Order(by, descending)
                    plain = store.backend.nodes(NodeQuery("artifact", where, order, 4))
                    many = store.backend.nodes(NodeQuery("artifact", where, order, 4, many=True))
                    assert plain.rows, where
                    assert many.rows == plain.rows, (where, order)

    def test_in_context(self, store: Store) -> None:
        declare(store)
        contexts = [Context(type="Thing", name=name) for name in "abc"]
        artifacts, executions = [Artifact(type="Thing") for _ in range(4)], [Execution(type="Thing") for _ in range(2)]
        store.put(
            artifacts=artifacts,
            executions=executions,
            contexts=contexts,
            attributions=[Attribution(artifacts[index], contexts[place]) for index, place in ((0, 0), (1, 0), (1, 1))],
            associations=[Association(executions[1], contexts[0])],
        )
        assert found(store, InContext([1])) == [1, 2]
        assert found(store, InContext([1, 2, 99, 1])) == [1, 2]
        assert found(store, InContext([3])) == found(store, InContext([])) == []
        assert found(store, InContext([1]), "execution") == [2]
        assert found(store, Not(InContext([2]))) == [1, 3, 4]
        assert found(store, And([InContext([1]), InContext([2])])) == [2]
        assert [row.id for row in store.rows("artifact", InContext([1]), order=Order(descending=True), limit=1)] == [2]

    def test_and_or_not(self, store: Store) -> None:
        declare(store)
        put(store, *[make("artifact", name) for name in "abcd"])
        a, b, c = (Compare(Field("name"), "=", name) for name in "abc")
        assert found(store, Or([a, c])) == [1, 3]
        assert found(store, And([a, b])) == []
        assert found(store, Not(Or([a, b]))) == [3, 4]
        assert found(store, Or([And([a, Not(b)]), And([c, Not(Not(c))])])) == [1, 3]
        assert found(store, And([])) == [1, 2, 3, 4]
        assert found(store, Or([])) == []
        assert found(store, Not(And([]))) == []

    def test_nothing_in_a_condition_becomes_part_of_a_statement(self, store: Store) -> None:
        declare(store)
        hostile = ["' OR 1=1 --", '" OR true //', "`) RETURN 1 //", "$x", "?1", "\\' OR 1=1", "%' OR '1'='1"]
        put(store, *[make("artifact", text, custom_properties={text: text}) for text in hostile])
        for index, text in enumerate(hostile):
            assert found(store, Compare(Field("name"), "=", text)) == [index + 1]
            assert found(store, Compare(Property(text, True), "=", text)) == [index + 1]
            assert found(store, StartsWith(Field("name"), text)) == [index + 1]
            assert found(store, KnownAs([text])) == [index + 1]

    @pytest.mark.parametrize(("expression", "expected"), EXPRESSIONS)
    def test_expressions(self, store: Store, expression: Expression, expected: list[int]) -> None:
        declare(store)
        put(
            store,
            make("artifact", "a", uri="u1", state="LIVE", custom_properties={"k": 1, "s": "Ab😀"}),
            make("artifact", "b", uri="U2", custom_properties={"k": 2.5, "s": ""}),
            make("artifact", None, uri="", custom_properties={"k": "x"}),
        )
        where = Matches(expression, tuple(mentions(expression)))
        assert found(store, where) == expected
        assert found(store, Not(where)) == [id for id in (1, 2, 3) if id not in expected]

    def test_expressions_over_neighbours(self, store: Store) -> None:
        declare(store)
        contexts = [Context(type="Thing", name=name) for name in "abc"]
        artifacts, executions = [Artifact(type="Thing") for _ in range(3)], [Execution(type="Thing") for _ in range(2)]
        store.put(
            artifacts=artifacts,
            executions=executions,
            contexts=contexts,
            events=[
                Event(artifacts[0], executions[0], "INPUT", time=10),
                Event(artifacts[0], executions[1], "OUTPUT", time=20),
                Event(artifacts[1], executions[1], "INPUT", time=30),
            ],
            attributions=[Attribution(artifacts[index], contexts[place]) for index, place in ((0, 0), (0, 1), (1, 1))],
            associations=[Association(executions[0], contexts[2])],
            parents=[ParentContext(contexts[0], contexts[2]), ParentContext(contexts[1], contexts[2])],
        )

        def field(relation: Relation, name: str, value: int | str, alias: str = "0") -> Expression:
            type: ValueType = "STRING" if isinstance(value, str) else "INT64"
            of = FieldValue(name, type, Neighbour(relation, alias))
            return Operation("=", (of, Constant(value, type)), "BOOL")

        def holding(kind: Kind, *parts: Expression) -> list[int]:
            whole = Operation("and", parts, "BOOL")
            return found(store, Matches(whole, tuple(mentions(whole))), kind)

        # One alias is one neighbour; two may be different ones, or the same.
        assert holding("artifact", field("context", "name", "a"), field("context", "id", 2)) == []
        assert holding("artifact", field("context", "name", "a"), field("context", "id", 2, "1")) == [1]
        assert holding("artifact", field("context", "name", "b"), field("context", "id", 2, "1")) == [1, 2]
        assert holding("artifact", field("event", "type", 3), field("event", "time", 10)) == [1]
        assert holding("artifact", field("event", "type", 3), field("event", "time", 20)) == []
        assert holding("artifact", field("event", "type", 4), field("event", "execution_id", 2)) == [1]
        assert holding("execution", field("event", "type", 3), field("event", "artifact_id", 2)) == [2]
        assert holding("execution", field("context", "type", "Thing")) == [1]
        assert holding("context", field("parent", "name", "c")) == [1, 2]
        assert holding("context", field("child", "name", "a"), field("child", "name", "b", "1")) == [3]
        assert holding("context", field("child", "name", "a"), field("child", "name", "b")) == []
        assert holding("context", field("artifact", "id", 1), field("artifact", "id", 2, "1")) == [2]
        assert holding("context", field("execution", "id", 1)) == [3]
        # What is required must be there, whatever the expression says of it.
        assert found(store, Matches(TRUE, (Neighbour("context", "0"),))) == [1, 2]
        assert found(store, Matches(TRUE, (("k", True),))) == []
        assert found(store, Matches(TRUE)) == [1, 2, 3]
        assert found(store, Not(Matches(TRUE, (Neighbour("event", "0"), Neighbour("context", "1"))))) == [3]
