"""`filter_query` as text: what it becomes, and what is wrong with the wrong ones, and where."""

from __future__ import annotations

import re
import subprocess
import sys

import pytest

from graphmeta.backends.expressions import TRUE, Constant, FieldValue, Neighbour, Operation, PropertyValue
from graphmeta.backends.predicates import And, Compare, Field, InContext, Matches, OneOf, Or, Predicate, Property
from graphmeta.errors import InvalidArgumentError
from graphmeta.filters import parse
from graphmeta.filters.parsing import parse_expression
from graphmeta.model import Kind

CONTEXT = Neighbour("context", "0")
BARE_WORDS = "states and event types are bare words: state = LIVE, "
NEIGHBOUR = "a neighbour of an artifact is written contexts_0.name, events_0.type [at 1:1]"
PROPERTY = (
    "a property is written properties.KEY.int_value (double_value, string_value, bool_value), "
    "with back quotes around a KEY that is no word [at 1:1]"
)


def mistake(query: str, kind: Kind = "artifact") -> str:
    """What is said about a wrong query, without the words that all begin with."""
    with pytest.raises(InvalidArgumentError) as caught:
        parse(query, kind)
    message = str(caught.value)
    assert message.startswith("Invalid `filter_query`: ")
    return message.removeprefix("Invalid `filter_query`: ")


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("uri = 'x'", Compare(Field("uri"), "=", "x")),
        ("'x' = uri", Compare(Field("uri"), "=", "x")),
        ("5 < id", Compare(Field("id"), ">", 5)),
        ("id IN (1, 2,3)", OneOf(Field("id"), [1, 2, 3])),
        ("id in (-1)", Compare(Field("id"), "=", -1)),
        ("name IN (\"a\", 'b')", OneOf(Field("name"), ["a", "b"])),
        ("create_time_since_epoch >= 7", Compare(Field("created"), ">=", 7)),
        ("state = LIVE", OneOf(Field("state"), ["LIVE"])),
        ("state IN (2)", OneOf(Field("state"), ["LIVE"])),
        ("custom_properties.lr.double_value = 0.1", Compare(Property("lr", True), "=", 0.1)),
        ("properties.`a b.c/d`.bool_value = TRUE", Compare(Property("a b.c/d", False), "=", True)),
        ("custom_properties.7.int_value = 1", Compare(Property("7", True), "=", 1)),
        ("custom_properties.select.string_value = ''", Compare(Property("select", True), "=", "")),
        ("contexts_0.id = 1", InContext([1])),
        ("contexts_0.id IN (1, 2)", InContext([1, 2])),
        ("(contexts_0.id = 1) AND (contexts_1.id = 2)", And([InContext([1]), InContext([2])])),
        (
            "id = 1 AND (name = 'a' AND uri = 'b')",
            And([Compare(Field("id"), "=", 1), Compare(Field("name"), "=", "a"), Compare(Field("uri"), "=", "b")]),
        ),
        ("id = 1 OR id IN (2, 3) OR id = 4", OneOf(Field("id"), [1, 2, 3, 4])),
        ("state = LIVE OR state = DELETED", OneOf(Field("state"), ["LIVE", "DELETED"])),
        ("id = 1 OR name = 'a'", Or([Compare(Field("id"), "=", 1), Compare(Field("name"), "=", "a")])),
        ("TRUE", And([])),
    ],
)
def test_plain_conditions_are_simple_predicates(query: str, expected: Predicate) -> None:
    assert parse(query, "artifact") == expected


def test_conditions_on_one_neighbour_stay_together() -> None:
    one = Operation("=", (FieldValue("id", "INT64", CONTEXT), Constant(1, "INT64")), "BOOL")
    two = Operation("=", (FieldValue("name", "STRING", CONTEXT), Constant("x", "STRING")), "BOOL")
    found = parse("contexts_0.id = 1 AND contexts_0.name = 'x'", "execution")
    assert found == Matches(Operation("and", (one, two), "BOOL"), (CONTEXT,))


def test_what_an_or_mentions_must_exist() -> None:
    found = parse("contexts_0.id = 1 OR custom_properties.k.int_value = 2", "artifact")
    assert found == And(
        [
            Or([InContext([1]), Compare(Property("k", True), "=", 2)]),
            Matches(TRUE, (CONTEXT,)),
            Matches(TRUE, (("k", True),)),
        ]
    )


def test_integers_become_doubles_beside_doubles() -> None:
    value = PropertyValue("k", True, "DOUBLE")
    assert parse_expression("custom_properties.k.double_value < 1", "artifact") == Operation(
        "<", (value, Constant(1.0, "DOUBLE")), "BOOL"
    )
    assert parse_expression("id = 1.0", "artifact") == Operation(
        "=", (Operation("cast", (FieldValue("id", "INT64"),), "DOUBLE"), Constant(1.0, "DOUBLE")), "BOOL"
    )


@pytest.mark.parametrize(
    ("left", "right"),
    [
        ("id = 1 OR id = 2 AND id = 3", "id = 1 OR (id = 2 AND id = 3)"),
        ("NOT id = 1 AND id = 2", "(NOT (id = 1)) AND (id = 2)"),
        ("id = 1 | 6 & 2 << 1 + 2 * 3", "id = (1 | (6 & (2 << (1 + (2 * 3)))))"),
        ("id - 1 - 2 = 0", "(id - 1) - 2 = 0"),
        ("- id * 2 = 0", "(-id) * 2 = 0"),
        ("id BETWEEN 1 AND 2 AND id = 3", "(id BETWEEN 1 AND 2) AND (id = 3)"),
        ("id NOT IN (1)", "NOT (id IN (1))"),
        ("id != 1", "id <> 1"),
        ("ID = 0x1F", "`id` = 31"),
        ("id = 1 -- all\n AND # of\n /* it */ uri = 'a'", "id = 1 AND uri = 'a'"),
        ("(SELECT id) IN (SELECT 1)", "id = 1"),
        ("EXISTS (SELECT 1)", "TRUE"),
        ("IF(id = 1, 2, 3) = 2", "CASE WHEN id = 1 THEN 2 ELSE 3 END = 2"),
        ("state != LIVE", "state IS NULL OR NOT state IN (2)"),
        ("uri LIKE 'a' || '%' || 'b'", "uri LIKE 'a%b'"),
        ("uri LIKE CONCAT('a', '%', CONCAT('b'))", "uri LIKE 'a%b'"),
    ],
)
def test_queries_that_mean_the_same(left: str, right: str) -> None:
    assert parse(left, "artifact") == parse(right, "artifact")


@pytest.mark.parametrize(
    ("text", "value"),
    [
        (r"'a\'b\"c\\'", "a'b\"c\\"),
        (r'"\x41\u00e9\U0001F600\101\n"', "Aé\U0001f600A\n"),
        (r"r'\d\''", r"\d\'"),
        ("'''it's\na'''", "it's\na"),
        ('"""say "x" """', 'say "x" '),
        ("''", ""),
        ("''''''", ""),
    ],
)
def test_strings(text: str, value: str) -> None:
    assert parse(f"uri = {text}", "artifact") == Compare(Field("uri"), "=", value)


@pytest.mark.parametrize(
    ("query", "message"),
    [
        ("", "Syntax error: Unexpected end of expression [at 1:1]"),
        ("id = 1 AND", "Syntax error: Unexpected end of expression [at 1:11]"),
        ("id == 1", 'Syntax error: Unexpected "=" [at 1:5]'),
        ("id % 2 = 1", "Syntax error: Illegal input character '%' [at 1:4]"),
        ("id = 1;", 'Syntax error: Expected end of input but got ";" [at 1:7]'),
        ("id = 1; DROP TABLE Artifact", 'Syntax error: Expected end of input but got ";" [at 1:7]'),
        ("uri = 'a' 'b'", "Syntax error: Expected end of input but got string literal 'b' [at 1:11]"),
        (r"uri = '\_'", r"Syntax error: Illegal escape sequence: \_ [at 1:8]"),
        ("uri = 'a", "Syntax error: Unclosed string literal [at 1:7]"),
        ("uri = 'a\nb'", "Syntax error: Unclosed string literal [at 1:7]"),
        ("id = @p", "Query parameters are not supported; write the value itself [at 1:6]"),
        ("id = ?", "Query parameters are not supported; write the value itself [at 1:6]"),
        ("id = 1 AND\n  nope = 2", "Unrecognized name: nope; an artifact has id, "),
        ("id = '1'", "No matching signature for operator = for argument types: INT64, STRING [at 1:4]"),
        ("id IN (1, 'a')", "No matching signature for operator IN for argument types: INT64, INT64, STRING [at 1:4]"),
        ("uri LIKE 5", "No matching signature for operator LIKE for argument types: STRING, INT64 [at 1:5]"),
        ("uri + 1 = 2", "No matching signature for operator + for argument types: STRING, INT64 [at 1:5]"),
        ("TRUE AND 1", "No matching signature for operator AND for argument types: BOOL, INT64 [at 1:6]"),
        ("id = NULL", "Operands of = cannot be literal NULL [at 1:4]"),
        ("id", "Given query string is not a valid boolean expression: id; a comparison is wanted, as id = 1"),
        ("id + 1", "Given query string is not a valid boolean expression: id + 1; a comparison is wanted, as id = 1"),
        ("id = 1 /* 5", "Syntax error: Unclosed comment [at 1:8]"),
        ("id = 1 AND\n /*/", "Syntax error: Unclosed comment [at 2:2]"),
        ("NULL", "Given query string is not a valid boolean expression: NULL"),
        ("id = 1 = 1", 'Syntax error: A comparison beside another must be parenthesized; unexpected "=" [at 1:8]'),
        ("id IN ()", 'Syntax error: Unexpected ")" [at 1:8]'),
        ("id IN (1,2,)", 'Syntax error: Unexpected ")" [at 1:12]'),
        ("(id = 1", 'Syntax error: Expected ")" but got end of expression [at 1:8]'),
        ("id = 1)", 'Syntax error: Expected end of input but got ")" [at 1:7]'),
        ("TRUE = NOT FALSE", "Syntax error: Unexpected keyword NOT [at 1:8]"),
        ("state = FOO", "Unsupported enum value specified in the query: FOO; it is one of UNKNOWN, PENDING, LIVE, "),
        ("state = ABANDONED", "Unsupported enum value specified in the query: ABANDONED; "),
        ("state != REFERENCE", "Unsupported enum value specified in the query: REFERENCE; "),
        ("events_0.type = PENDING_OUTPUT", "Unsupported enum value specified in the query: PENDING_OUTPUT; "),
        ("state = 2", "Unsupported enum value specified in the query: 2; "),
        ("state IN (2, 3)", "Unsupported enum value specified in the query: 2; "),
        ("state = live", "Unsupported enum value specified in the query: live; "),
        ("LIVE = state", "Unrecognized name: LIVE; "),
        ("state > LIVE", "Unrecognized name: LIVE; "),
        ("state = 'LIVE'", "No matching signature for operator = for argument types: INT64, STRING; " + BARE_WORDS),
        ("state IN ('LIVE')", "No matching signature for operator IN for argument types: INT64, STRING; " + BARE_WORDS),
        ("events_0.type != 'INPUT'", "No matching signature for operator <> for argument types: INT64, STRING; states"),
        ("last_known_state = NEW", "Unrecognized name: last_known_state; "),
        ("contexts_0.uri = 'x'", "Field name uri does not exist; there are id, name, type, "),
        ("artifacts_0.id = 1", "Unrecognized name: artifacts_0; an artifact has no artifacts but contexts and events"),
        ("contexts.id = 1", "Unrecognized name: contexts; " + NEIGHBOUR),
        ("context_0.name = 'x'", "Unrecognized name: context_0; " + NEIGHBOUR),
        ("Contexts_0.id = 1", "Unrecognized name: Contexts_0; " + NEIGHBOUR),
        ("properties.i = 1", "Unrecognized name: properties; " + PROPERTY),
        ("properties.i.int > 3", "Unrecognized name: properties; " + PROPERTY),
        (
            "custom_properties.a-b.string_value = ''",
            f"Unrecognized name: custom_properties; {PROPERTY}".replace("written ", "written custom_"),
        ),
        ("properties.s.proto_value = ''", "Unrecognized name: properties; " + PROPERTY),
        ("properties.i.int_value.x = 1", "Unrecognized name: properties.i.int_value; " + PROPERTY),
        ("REGEXP_CONTAINS(uri, 'a')", "Function not found: REGEXP_CONTAINS; there are ABS, "),
        ("UPPER(uri, uri) = 'a'", "Number of arguments does not match for function UPPER: it takes 1, not 2 [at 1:1]"),
        ("CAST(id AS BYTES) = 1", "Type not found: BYTES; a cast is to one of INT64, DOUBLE, STRING, BOOL [at 1:12]"),
        ("CAST(uri AS BOOL)", "Invalid cast from STRING to BOOL [at 1:1]"),
        ("id = 18446744073709551616", "Invalid integer literal: 18446744073709551616 [at 1:6]"),
        ("id = -9223372036854775809", "Invalid integer literal: -9223372036854775809 [at 1:7]"),
        ("id < 1e400", "Invalid floating point literal: 1e400 [at 1:6]"),
        ("id = 1_000", "Syntax error: Missing whitespace between literal and alias [at 1:7]"),
        ("uri = b'u'", "Bytes are not supported; write a string without the prefix b [at 1:7]"),
        ("(SELECT id FROM Artifact) = 1", 'Syntax error: Expected ")" but got keyword FROM [at 1:12]'),
    ],
)
def test_wrong_queries_and_their_places(query: str, message: str) -> None:
    found = mistake(query)
    assert found.startswith(message)
    if not found.startswith("Given"):
        assert re.search(r" \[at \d+:\d+\]$", found)


def test_a_place_in_a_later_line() -> None:
    assert mistake("id = 1 AND\n  nope = 2").endswith(" [at 2:3]")


def test_each_kind_has_its_own_names() -> None:
    assert parse("last_known_state = COMPLETE", "execution") == OneOf(Field("state"), ["COMPLETE"])
    assert "Unrecognized name: state" in mistake("state = LIVE", "execution")
    assert "Unrecognized name: uri" in mistake("uri = 'a'", "context")
    assert "a context has no contexts but parent_contexts" in mistake("contexts_0.id = 1", "context")
    assert "Field name execution_id does not exist" in mistake("events_0.execution_id = 1", "execution")


# ---------------------------------------------------------------- hostile ones


@pytest.mark.parametrize(
    "query",
    [
        "(" * 10_000 + "id = 1" + ")" * 10_000,
        "(" * 10_000,
        "NOT " * 10_000 + "TRUE",
        "- " * 10_000 + "id = 1",
        "id" + " + id" * 10_000 + " = 1",
        "ABS(" * 5_000 + "id" + ")" * 5_000 + " = 1",
        "CASE WHEN " * 5_000,
        "(SELECT " * 5_000,
        "NULLIF(" * 40 + "id" + ", 5)" * 40 + " = 1",
        "custom_properties.k.double_value IN (" + ", ".join(["0.5"] * 20_000) + ")",
        "COALESCE(" + ", ".join(["id"] * 1_000) + ") = 1",
        "uri LIKE '" + "a" * 60_000 + "'",
        "uri LIKE '" + "%a" * 1_001 + "'",
        " + ".join(f"contexts_{number}.id" for number in range(4)) + " = 1",
        "id IN (" + ", ".join(f"properties.k{number}.int_value" for number in range(25)) + ")",
        "x" * 2_000_000,
        "'" * 999_999,
        "/*" * 400_000,
        "/* " * 300_000,
        "`" * 999_999,
        "\0",
        "uri = '\ud800'",
        "uri LIKE " + " || ".join(["'" + "a" * 10_000 + "'"] * 6),
    ],
    ids=range(23),
)
def test_hostile_queries_are_refused(query: str) -> None:
    assert len(mistake(query)) < 1_000


def test_how_many_neighbours_one_condition_may_need() -> None:
    three = "contexts_0.id + contexts_1.id + contexts_2.id"
    assert isinstance(parse(f"{three} = 1", "artifact"), Matches)
    assert mistake(f"{three} + contexts_3.id = 1").startswith(
        "One condition depends on 4 neighbours and 0 properties together; 3 and 24 are the most. Join with AND, or OR, "
    )
    apart = parse(" AND ".join(f"contexts_{number}.id = {number}" for number in range(30)), "artifact")
    assert apart == And([InContext([number]) for number in range(30)])


def test_long_queries_are_answered() -> None:
    numbers = list(range(100_000))
    assert parse(f"id IN ({','.join(map(str, numbers))})", "artifact") == OneOf(Field("id"), numbers)
    found = parse(" OR ".join(f"id = {number}" for number in range(4_000)), "artifact")
    assert found == OneOf(Field("id"), list(range(4_000)))
    assert parse(" " * 999_990 + "id = 1", "artifact") == Compare(Field("id"), "=", 1)


def test_a_query_is_parsed_once() -> None:
    query = "id = 1 AND name LIKE 'a%'"
    assert parse(query, "artifact") is parse(query, "artifact")


def test_parsing_brings_no_other_package() -> None:
    code = (
        "import sys; from graphmeta.filters import parse; parse('id = 1', 'artifact'); "
        "print([name for name in ('google.protobuf', 'neo4j', 'sqlite3') if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
