"""Every statement passes the server's planner, is used, and walks prune."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import neo4j
import pytest

import graphmeta.backends.neo4j as package
from graphmeta.backends import base
from graphmeta.backends.neo4j.backend import Neo4jBackend
from graphmeta.backends.neo4j.compile import Statement, compile, compile_nodes, filled, render
from graphmeta.backends.predicates import (
    And,
    Compare,
    Field,
    InContext,
    KnownAs,
    Not,
    OfType,
    OneOf,
    Or,
    Predicate,
    Property,
    StartsWith,
    TypeAndName,
)
from graphmeta.backends.requests import DIRECTIONS, NodeQuery, Order, Request, Walk
from graphmeta.backends.statements import names, statement
from graphmeta.model import KINDS

PREDICATES: list[Predicate | None] = [
    None,
    Compare(Field("uri"), "=", "s3://x"),
    Compare(Field("name"), "<", "\U0001f600 and \uffff"),
    Compare(Property("rate", False), ">=", 0.5),
    Compare(Property("a`b", True), "=", 1),
    Not(Compare(Property("flag", True), "=", True)),
    OneOf(Field("id"), [1, 2]),
    OneOf(Field("external_id"), ["a", "b" * 5_000]),
    StartsWith(Field("uri"), "s3://"),
    StartsWith(Field("state"), "L"),
    OfType("Thing"),
    OfType("Thing", "v2"),
    TypeAndName([(1, "a"), (1, "b"), (2, "c")]),
    TypeAndName([]),
    KnownAs(["churn"]),
    And(()),
    Or(()),
    Or((OneOf(Field("type_id"), [1]), And((KnownAs(["x"]), Compare(Field("created"), ">", 5))))),
]
ORDERS = [Order(), Order("created", True), Order("updated"), Order("name")]


def requests() -> Iterator[Request]:
    for kind in KINDS:
        for predicate in PREDICATES:
            yield NodeQuery(kind, predicate, limit=3)
        for order in ORDERS:
            yield NodeQuery(kind, order=order)
    for kind in ("artifact", "execution"):
        yield NodeQuery(kind, InContext([1]))
        yield NodeQuery(kind, Or((InContext([1]), Not(InContext([2])))))
        yield base.MembershipQuery(kind, node_ids=[1])
        yield base.MembershipQuery(kind, context_ids=[1])
        yield from (base.MembershipPage(kind), base.MembershipPage(kind, after=7, limit=3))
        for direction in DIRECTIONS:
            for hops in (None, 0, 1, 7):
                for events in (False, True):
                    yield Walk(kind, [1], direction, hops, events)
                    yield Walk(kind, [1], direction, hops, events, at=5)
    yield from (base.EventQuery(artifact_ids=[1]), base.EventQuery(execution_ids=[1]))
    for flow in (None, "in", "out"):
        yield base.EventQuery(artifact_ids=[1], flow=flow, after=7, limit=3)
        yield base.EventQuery(execution_ids=[1], flow=flow, after=7, limit=3)
    yield from (base.EventQuery(), base.EventQuery(after=7, limit=3))
    yield from (base.GrowthQuery(), base.GrowthQuery(7), base.DanglingQuery(), base.DanglingQuery(3))
    yield from (base.ParentQuery(child_ids=[1]), base.ParentQuery(parent_ids=[1]), base.ParentQuery())
    yield from (base.TypeQuery(), base.CountQuery(), base.TotalsQuery())


def dialects(driver: neo4j.Driver) -> list[str]:
    """The versions of Cypher that the server speaks."""
    agent = driver.get_server_info().agent
    return ["CYPHER 5", "CYPHER 25"] if int(agent.partition("/")[2].split(".")[0]) >= 2025 else ["CYPHER 5"]


def plan(driver: neo4j.Driver, text: str, parameters: dict[str, object]) -> str:
    """The operators of a statement's plan, in words."""
    found = driver.execute_query(f"EXPLAIN {text}", parameters).summary.plan  # type: ignore[arg-type]
    words, rest = [], [found]
    while rest:
        operator = rest.pop()
        words.append(operator["operatorType"])
        rest += operator.get("children", [])
    return " ".join(words)


def test_every_request_is_planned_in_every_dialect(backend: Neo4jBackend, driver: neo4j.Driver) -> None:
    backend.initialise()
    for dialect in dialects(driver):
        for request in requests():
            text, parameters = compile(request)
            prefix = f"{dialect} " if dialect != "CYPHER 5" or len(dialects(driver)) > 1 else ""
            driver.execute_query(f"EXPLAIN {prefix}{text}", parameters)  # type: ignore[arg-type]


def test_every_other_statement_is_planned_in_every_dialect(backend: Neo4jBackend, driver: neo4j.Driver) -> None:
    backend.initialise()
    for name in names("cypher"):
        if "/*" in statement("cypher", name) or name.startswith("demo/"):
            continue  # Composed statements are compiled by requests, above.
        parameters = dict.fromkeys(re.findall(r"\$(\w+)", statement("cypher", name)))
        for dialect in dialects(driver):
            driver.execute_query(f"{dialect} EXPLAIN {filled(name)}", parameters)  # type: ignore[arg-type]
    put = filled("put", seldom=statement("cypher", "put_seldom"))
    for dialect in dialects(driver):
        driver.execute_query(f"{dialect} EXPLAIN {put}", dict.fromkeys(re.findall(r"\$(\w+)", put)))  # type: ignore[arg-type]
    text, parameters = compile_nodes(NodeQuery("artifact", OneOf(Field("id"), [1])), lock=True)
    driver.execute_query(f"EXPLAIN {text}", parameters)  # type: ignore[arg-type]


def test_every_walk_prunes(backend: Neo4jBackend, driver: neo4j.Driver) -> None:
    backend.initialise()
    for request in requests():
        if isinstance(request, Walk) and request.hops in (None, 7):
            text, parameters = compile(request)
            assert "Pruning" in plan(driver, text, parameters), text
    assert "Pruning" in plan(driver, filled("ancestors"), {"ids": [1]})


@pytest.mark.parametrize(
    "predicate", [OneOf(Field("id"), [1]), Compare(Field("uri"), "=", "u"), KnownAs(["x"]), TypeAndName([(1, "a")])]
)
def test_what_has_an_index_is_not_scanned_for(
    backend: Neo4jBackend, driver: neo4j.Driver, predicate: Predicate
) -> None:
    backend.initialise()
    text, parameters = compile(NodeQuery("artifact", predicate))
    assert "Scan" not in plan(driver, text, parameters)


def test_what_is_read_in_order_is_read_from_an_index(backend: Neo4jBackend, driver: neo4j.Driver) -> None:
    backend.initialise()
    for request in (
        base.MembershipPage("artifact", after=7, limit=3),
        base.MembershipPage("execution", after=7, limit=3),
        base.EventQuery(after=7, limit=3),
    ):
        operators = plan(driver, *compile(request))
        assert "RelationshipTypeScan" not in operators
        assert "RelationshipIndexSeekByRange" in operators


def test_totals_are_looked_up(backend: Neo4jBackend, driver: neo4j.Driver) -> None:
    backend.initialise()
    operators = plan(driver, *compile(base.TotalsQuery()))
    assert operators.count("FromCountStore") == 7


def test_every_statement_is_used_and_every_name_exists() -> None:
    there = {name for name in names("cypher") if "/" not in name}  # In folders: the schema, other people's.
    code = "".join(file.read_text(encoding="utf-8") for file in Path(package.__path__[0]).glob("*.py"))
    named = set(re.findall(r'(?:filled\(\s*|statement\("cypher", )"(\w+)"', code))
    named |= {"nodes", "nodes_locked", "nodes_in_contexts"}
    named |= {f"walk_{way}{events}" for way in DIRECTIONS for events in ("", "_events")}
    assert named == there


@pytest.mark.parametrize("seldom", ["", statement("cypher", "put_seldom")])
def test_a_put_seeks_in_an_empty_database_too(backend: Neo4jBackend, driver: neo4j.Driver, seldom: str) -> None:
    backend.initialise()
    text = filled("put", seldom=seldom).replace("replan=skip", "replan=force")
    assert "Scan" not in plan(driver, text, dict.fromkeys(re.findall(r"\$(\w+)", text)))


def test_hops_are_numbers() -> None:
    for hops in ("1]-() DETACH DELETE n //", 1.5, True, -1):
        with pytest.raises(ValueError, match="hops"):
            compile(Walk("artifact", [1], "upstream", hops))  # type: ignore[arg-type]


def test_a_statement_can_be_pasted() -> None:
    text = render(compile(NodeQuery("artifact", KnownAs(['a"b']), limit=2)))
    assert text.startswith(':params {p0: ["a\\"b"], p1: ["a\\"b"], limit: 2}\nMATCH (node:Artifact)\n')
    assert text.endswith(";")
    assert render(Statement("RETURN 1", {})) == "RETURN 1;"
