"""The command line on a real Neo4j server."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Callable
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import neo4j
import pytest

from graphmeta.store import connect
from tests.cli.story import tell

Command = Callable[..., "subprocess.CompletedProcess[str]"]


@pytest.fixture
def told(neo4j_url: str) -> str:
    """The URL of a database that holds the story."""
    with connect(neo4j_url) as store:
        tell(store)
    return neo4j_url


def test_the_answers_are_those_of_the_embedded_store(graphmeta: Command, told: str, story: Path) -> None:
    for question in (
        ["datasets", "Model:churn@2"],
        ["params", "Model:churn@2"],
        ["metrics", "Model:churn"],
        ["origin", "Model:churn@1"],
        ["environment", "Model:churn"],
        ["siblings", "Model:churn"],
        ["lineage", "Model:churn@2"],
        ["lineage", "Dataset:churn.csv", "--type", "Model"],
        ["show", "execution/8"],
        ["show", "context/3"],
    ):
        on_neo4j = graphmeta(*question, "--store", told)
        embedded = graphmeta(*question, "--store", str(story))
        assert on_neo4j.returncode == 0, on_neo4j.stderr
        assert _without_times(on_neo4j.stdout) == _without_times(embedded.stdout)


def _without_times(text: str) -> list[str]:
    return [line for line in text.splitlines() if not line.startswith(("stored ", "changed "))]


def test_cypher(graphmeta: Command, told: str) -> None:
    question = (
        "MATCH (m:Model) WHERE m.prop_version >= $least RETURN m.display_name AS name, m.name AS stored ORDER BY stored"
    )
    done = graphmeta("cypher", question, "--param", "least=2", "--store", told)
    assert done.stdout == "name   stored\nchurn  churn@2\nchurn  churn@3\n"
    done = graphmeta("cypher", question, "--param", "least=2", "--json", "--store", told)
    assert json.loads(done.stdout) == {
        "records": [{"name": "churn", "stored": "churn@2"}, {"name": "churn", "stored": "churn@3"}]
    }


def test_cypher_takes_what_show_cypher_prints(graphmeta: Command, told: str) -> None:
    printed = graphmeta("ls", "--type", "Model", "--show-cypher", "--store", told).stdout
    statements = printed.split("\n\n")
    assert ":params {" in statements[-1]
    done = graphmeta("cypher", statements[-1], "--store", told)
    assert done.returncode == 0, done.stderr
    assert "churn@2" in done.stdout
    several = graphmeta("cypher", f"{statements[-1]}\n\n{statements[-1]}", "--store", told)
    assert "several statements" in several.stderr


def test_a_login_without_a_user(graphmeta: Command, told: str) -> None:
    scheme, _, rest = told.partition("://")
    login, _, place = rest.rpartition("@")
    if not login:
        pytest.skip("this server takes anybody")
    done = graphmeta("stats", "--store", f"{scheme}://{place}")
    assert done.returncode == 2
    assert "wants a login, and no user was given" in done.stderr


def test_cypher_parameters_are_json_else_text(graphmeta: Command, told: str) -> None:
    given = ["--param", "a=1.5", "--param", "b=true", "--param", 'c=["x", null]', "--param", "d=plain = text"]
    done = graphmeta("cypher", "RETURN $a AS a, $b AS b, $c AS c, $d AS d", *given, "--json", "--store", told)
    assert json.loads(done.stdout) == {"records": [{"a": 1.5, "b": True, "c": ["x", None], "d": "plain = text"}]}


def test_cypher_returns_whatever_neo4j_has(graphmeta: Command, told: str) -> None:
    question = (
        "MATCH p = (a:Dataset {name: 'churn.csv@1'})-[e:EVENT]->(s) "
        "RETURN a, e, p, date('2026-11-23') AS day, point({x: 1, y: 2}) AS place, duration('PT5M') AS long"
    )
    for more in ([], ["--json"]):
        done = graphmeta("cypher", question, *more, "--store", told)
        assert done.returncode == 0, done.stderr
        for words in ("churn.csv@1", "2026-11-23", "PT5M"):
            assert words in done.stdout
    record = json.loads(done.stdout)["records"][0]
    assert record["a"]["name"] == "churn.csv@1"
    assert record["place"] == {"srid": 7203, "coordinates": [1.0, 2.0]}


def test_cypher_only_reads_unless_told(graphmeta: Command, told: str) -> None:
    refused = graphmeta("cypher", "CREATE (:Scratch)", "--store", told)
    assert (refused.returncode, refused.stdout) == (2, "")
    assert "--write" in refused.stderr
    assert "Traceback" not in refused.stderr
    assert graphmeta("cypher", "CREATE (:Scratch)", "--write", "--store", told).returncode == 0
    done = graphmeta("cypher", "MATCH (s:Scratch) RETURN count(s) AS n", "--json", "--store", told)
    assert json.loads(done.stdout) == {"records": [{"n": 1}]}


@pytest.mark.parametrize(
    "arguments",
    [
        ["cypher", "MATCH (n RETURN n"],
        ["cypher", "RETURN $missing"],
        ["cypher", "UNWIND range(1, 1000000000) AS x RETURN max(x % 7)", "--timeout", "0.5"],
        ["show", "Model:nobody"],
        ["ls", "--type", "Modell"],
    ],
    ids=str,
)
def test_what_goes_wrong_is_one_sentence(graphmeta: Command, told: str, arguments: list[str]) -> None:
    done = graphmeta(*arguments, "--store", told)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.startswith("graphmeta: ")
    assert done.stderr.count("\n") == 1
    assert "Traceback" not in done.stderr


def test_a_wrong_password_is_one_sentence_that_does_not_repeat_it(graphmeta: Command, neo4j_url: str) -> None:
    parts = urlsplit(neo4j_url)
    wrong = urlunsplit(parts._replace(netloc=f"neo4j:guessed-wrong@{parts.hostname}:{parts.port}"))
    done = graphmeta("stats", "--store", wrong)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.startswith("graphmeta: ")
    assert "guessed-wrong" not in done.stderr
    assert done.stderr.count("\n") == 1


def test_init_prints_and_runs_the_schema(graphmeta: Command, neo4j_url: str) -> None:
    printed = graphmeta("init", "--print", "--store", neo4j_url)
    assert printed.returncode == 0, printed.stderr
    assert "CREATE CONSTRAINT" in printed.stdout
    count = ("cypher", "SHOW CONSTRAINTS YIELD name RETURN count(name) AS n", "--json", "--store", neo4j_url)
    assert graphmeta("init", "--store", neo4j_url).returncode == 0
    constraints = json.loads(graphmeta(*count).stdout)["records"][0]["n"]
    assert constraints == printed.stdout.count("CREATE CONSTRAINT")


def test_somebody_elses_graph_is_refused(graphmeta: Command, neo4j_url: str) -> None:
    parts = urlsplit(neo4j_url)
    address = f"bolt://{parts.hostname}:{parts.port}"
    with neo4j.GraphDatabase.driver(address, auth=(parts.username or "", parts.password or "")) as driver:
        driver.execute_query("CREATE (:Artifact {title: 'Mona Lisa'})")
    for arguments in (["stats"], ["init"], ["demo"]):
        done = graphmeta(*arguments, "--store", neo4j_url)
        assert done.returncode == 2
        assert "Traceback" not in done.stderr
        assert done.stderr.splitlines()[-1].startswith("graphmeta: ")


@pytest.mark.slow
def test_demo_ends_with_three_statements_to_paste(graphmeta: Command, neo4j_url: str) -> None:
    done = graphmeta("demo", "--store", neo4j_url)
    assert done.returncode == 0, done.stderr
    pasted = [part for part in done.stdout.partition("To paste into Neo4j Browser:")[2].split("\n\n") if part.strip()]
    assert len(pasted) == 3
    for statement in pasted:
        answer = graphmeta("cypher", statement.strip(), "--json", "--store", neo4j_url)
        assert answer.returncode == 0, answer.stderr
        assert json.loads(answer.stdout)["records"]
