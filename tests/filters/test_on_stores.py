"""`filter_query` on both stores: what queries find, and that both find the same."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from graphmeta.errors import GraphmetaError, InvalidArgumentError
from graphmeta.filters import parse
from graphmeta.model import KINDS, Artifact, Kind, artifact_type
from graphmeta.store import Store
from tests.filters.different import DIFFERENT
from tests.filters.queries import hand_written, queries
from tests.filters.worlds import write


def found(store: Store, query: str, kind: Kind = "artifact") -> list[int]:
    return [row.id for row in store.rows(kind, parse(query, kind))]


@pytest.fixture
def world(store: Store) -> Store:
    write(store)
    return store


CASES: list[tuple[Kind, str, list[int]]] = [
    ("artifact", "type = 'Model' AND custom_properties.lr.double_value = 0.1", [1]),
    ("artifact", "uri = 'u1'", [1]),
    ("artifact", "uri LIKE 'U%' AND NOT name = 'm2'", [1]),
    ("artifact", "uri LIKE '%Ä\\u0025%' OR uri LIKE '%ä%'", [4]),
    ("artifact", "state != LIVE", [2, 3, 4, 5, 6, 7, 8]),
    ("artifact", "NOT state = LIVE", [2, 3, 4, 5, 7, 8]),
    ("artifact", "contexts_0.id = 1 AND contexts_1.id = 4", [1, 4]),
    ("artifact", "contexts_0.id = 1 AND contexts_0.name = 'p1'", []),
    ("artifact", "contexts_0.type = 'Project' AND contexts_0.name = 'p1'", [1, 4]),
    ("artifact", "contexts_0.id = 2 OR id = 3", [2]),
    ("artifact", "NOT contexts_0.id = 1", [1, 2, 4, 5]),
    ("artifact", "events_0.type = INPUT AND events_0.execution_id = 4", [1]),
    ("artifact", "events_0.milliseconds_since_epoch BETWEEN 3000 AND 4000", [1, 2, 5]),
    ("artifact", "custom_properties.lr.int_value IS NULL", [1, 4, 5]),
    ("artifact", "custom_properties.nope.int_value IS NULL", []),
    ("artifact", "custom_properties.nope.int_value IS NULL OR TRUE", []),
    ("artifact", "custom_properties.`kubeflow-kale.org/state`.string_value = 'done'", [1]),
    ("artifact", "properties.i.int_value / 2 = 0.5", [1]),
    ("artifact", "properties.i.int_value / 0 IS NULL", [1, 2, 3, 4, 5]),
    ("artifact", "custom_properties.i.int_value + 1 > 9e18", [4]),
    ("artifact", "LENGTH(properties.s.string_value) = 5", [4]),
    ("artifact", "UPPER(properties.s.string_value) = 'ÄÖäö😀'", [4]),
    ("artifact", "SUBSTR(properties.s.string_value, -1) = '😀'", [4]),
    ("artifact", "COALESCE(name, 'none') = 'none'", [5]),
    ("artifact", "CASE WHEN id < 3 THEN 'a' ELSE type END = 'a'", [1, 2]),
    ("artifact", "(id & 5) = 4", [4, 6]),
    ("artifact", "uri > '\ue000'", [8]),
    ("artifact", "custom_properties.s.string_value > '\uffff'", [8]),
    ("artifact", "STARTS_WITH(uri, 's3') OR uri || 'x' = 'u1x'", [1, 4]),
    ("execution", "last_known_state IN (NEW, UNKNOWN)", [7, 8]),
    ("execution", "(contexts_0.id = 1) AND (contexts_1.id = 4)", [1]),
    ("execution", "events_0.type = OUTPUT AND events_0.artifact_id = 1", [1]),
    ("context", "parent_contexts_0.id = 4 AND parent_contexts_1.id = 5", [2]),
    ("context", "child_contexts_0.name = 'r1' AND child_contexts_1.name = 'r2'", [4]),
    ("context", "artifacts_0.state = LIVE AND executions_0.type = 'Eval'", [1]),
    ("context", "custom_properties.k.double_value = 0.5", [2]),
]


def test_what_queries_find(world: Store) -> None:
    for kind, query, expected in CASES:
        assert found(world, query, kind) == expected, query


def test_long_texts_are_found_though_neo4j_keeps_their_digest(store: Store) -> None:
    store.put_type(artifact_type("Data"))
    long = "u" * 5_000
    store.put(artifacts=[Artifact(type="Data", name=long, uri=long), Artifact(type="Data", uri="u")])
    for query in (f"uri = '{long}'", f"uri IN ('{long}', 'x')", "LENGTH(uri) = 5000", "uri LIKE 'uu%'", "uri = name"):
        assert found(store, query) == [1], query[:30]
    assert found(store, f"uri <> '{long}'") == [2]


def test_a_struct_and_any_other_value_of_another_type_is_null(world: Store) -> None:
    assert found(world, "custom_properties.t.string_value IS NULL") == [5]
    assert found(world, "custom_properties.t.string_value LIKE '%'") == []
    assert found(world, "custom_properties.lr.bool_value") == [5]
    assert found(world, "custom_properties.lr.int_value = 1") == [2]


def test_patterns_that_the_store_keeps(store: Store) -> None:
    # (text, pattern, whether it is like it), each pattern a property, which is not known before the query runs
    cases = [
        ("abc", "abc", True),
        ("abc", "A_C", True),
        ("abc", "ab", False),
        ("abc", "%", True),
        ("abc", "%%b%%", True),
        ("abc", "a%c%c", False),
        ("abab", "%ab", True),
        ("aXbXc", "a%b%c", True),
        ("", "", True),
        ("", "%", True),
        ("a\nb", "a_b", True),
        ("😀b", "_b", True),
        (".*", "\\E.*\\Q", False),
        ("\\E.*\\Q", "\\E.*\\Q", True),
        ("a\\xb", "a\\_b", True),
        ("a\\xEb", "a\\%Eb", True),
        ("a" * 5_000, "%a" * 60 + "%b", False),
        ("a" * 5_000 + "b", "%a" * 60 + "%b", True),
    ]
    store.put_type(artifact_type("Data"))
    for text, pattern, _ in cases:
        store.put(artifacts=[Artifact(type="Data", custom_properties={"text": text, "pattern": pattern})])
    expected = [number for number, (_, _, alike) in enumerate(cases, 1) if alike]
    text, pattern = (f"custom_properties.{key}.string_value" for key in ("text", "pattern"))
    assert found(store, f"{text} LIKE {pattern}") == expected
    assert found(store, f"{text} LIKE '' || {pattern}") == expected


@pytest.mark.neo4j
def test_a_pattern_that_would_end_a_thread_of_neo4j_is_refused(neo4j_store: Store) -> None:
    neo4j_store.put_type(artifact_type("Data"))
    neo4j_store.put(artifacts=[Artifact(type="Data", custom_properties={"pattern": "%a" * 15_000})])
    with pytest.raises(InvalidArgumentError, match="a pattern of LIKE has more than 1,000 times %"):
        found(neo4j_store, "'a' LIKE custom_properties.pattern.string_value")


def test_nothing_of_a_query_becomes_part_of_a_statement(store: Store) -> None:
    store.put_type(artifact_type("Data"))
    hostile = ["' OR 1=1 --", "x) RETURN 1 //", "} RETURN 1", "$p0", "?1", "\\' OR 1=1", "%' OR '1'='1", "node.id"]
    for text in hostile:
        store.put(artifacts=[Artifact(type="Data", name=text, custom_properties={text.replace("`", ""): text})])
    for number, text in enumerate(hostile, 1):
        quoted = text.replace("\\", "\\\\").replace('"', '\\"')
        assert found(store, f'name = "{quoted}"') == [number]
        assert found(store, f'custom_properties.`{text}`.string_value = "{quoted}"') == [number]
        assert found(store, f'custom_properties.`{text}`.string_value LIKE "%{quoted[-3:]}%"')[:1] == [number]
        assert found(store, f'CASE WHEN name = "{quoted}" THEN "{quoted}" ELSE "" END = "{quoted}"') == [number]


@pytest.mark.parametrize(
    "query",
    [
        "(" * 90 + "id = 1" + ")" * 90,
        "NOT " * 10 + "id = 1",
        "- " * 8 + "id = 1",
        "id" + " + id" * 8 + " = 9",
        "UPPER(" * 9 + "uri" + ")" * 9 + " = 'U1'",
        "ABS(" * 9 + "id" + ")" * 9 + " = 1",
        "id IN (" + ", ".join(str(number) for number in [1, *range(100, 20_000)]) + ")",
        "uri IN (" + ", ".join(f"'u{number}'" for number in [1, *range(100, 5_000)]) + ")",
        "uri = 'u1' AND (" + " OR ".join(f"uri LIKE 'u{number}'" for number in range(200)) + ")",
        "uri = 'u1' AND (" + " OR ".join(f"name = 'm{number}'" for number in range(2_000)) + ")",
        "uri LIKE '" + "%u1%" * 300 + "' OR id = 1",
        "id = 1 AND " + " AND ".join(f"contexts_{number}.id = 1" for number in range(30)),
        "id = 1 AND (" + " OR ".join(f"contexts_{number}.id = 1" for number in range(20)) + ")",
    ],
    ids=range(13),
)
def test_hostile_queries_that_are_answered(world: Store, query: str) -> None:
    assert found(world, query) == [1]


def test_the_deepest_queries(sqlite_store: Store) -> None:
    # One level more is refused; none makes SQLite's parser give up.
    write(sqlite_store)
    for form, start, end in (
        ("ABS({})", "id", " = 1"),
        ("CASE WHEN id = 1 THEN {} ELSE 3 END", "id", " = 1"),
        ("CASE WHEN {} = 1 THEN 1 ELSE 2 END", "id", " = 1"),
        ("COALESCE(REPLACE({}, 'a', 'b'), uri)", "uri", " = 'u1'"),
        ("(({} AND contexts_0.id > 0) OR contexts_0.id = 9)", "id = 1", ""),
        ("(({} AND id > 0) OR id = 9)", "id = 1", ""),
    ):
        text, deepest = start, ""
        while True:
            text = form.format(text)
            try:
                parse(text + end, "artifact")
            except InvalidArgumentError:
                break
            deepest = text + end
        assert found(sqlite_store, deepest) == [1], deepest


@pytest.mark.slow
@pytest.mark.neo4j
def test_both_stores_answer_alike(sqlite_store: Store, neo4j_store: Store) -> None:
    write(sqlite_store)
    write(neo4j_store)

    def answer(store: Store, kind: Kind, query: str) -> object:
        try:
            return found(store, query, kind)
        except GraphmetaError as error:
            return str(error)

    for kind, query in [*hand_written(), *((kind, query) for kind, query, _, _ in DIFFERENT)]:
        assert answer(sqlite_store, kind, query) == answer(neo4j_store, kind, query), query

    @settings(max_examples=max(40, settings.default.max_examples // 5))
    @given(st.sampled_from(KINDS).flatmap(lambda kind: st.tuples(st.just(kind), queries(kind))))
    def check(asked: tuple[Kind, str]) -> None:
        kind, query = asked
        assert answer(sqlite_store, kind, query) == answer(neo4j_store, kind, query), query

    check()
