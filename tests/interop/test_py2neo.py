"""graphmeta.interop.py2neo on a real server: what py2neo's classes read is what graphmeta reads."""

from __future__ import annotations

import gc
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any
from urllib.parse import quote

import neo4j
import py2neo
import pytest
from py2neo.ogm import Repository

import graphmeta
from graphmeta import Event, Store, artifact_type, connect, context_type, execution_type
from graphmeta.errors import InvalidArgumentError, StoreUnavailableError, UnsupportedError
from graphmeta.interop.py2neo import Artifact, Context, Execution, graph
from graphmeta.model import AnyValue
from graphmeta.store.options import PutOptions
from graphmeta.testing import neo4j_server as servers

VALUES: dict[str, Any] = {
    "int": -(2**63),
    "double": 0.1,
    "text": "ünï\n",
    "yes": True,
    "no": False,
    "struct": {"a": {"b": [1.0, None, "x"]}},
    "any": AnyValue("type.googleapis.com/x", b"\0\xff"),
    "percent%and\0nul": 1,
}
LONG = "s3://bucket/" + "part/" * 1000


@pytest.fixture
def opened(closing: ExitStack) -> Callable[..., py2neo.Graph]:
    """Opens a graph, and closes it at the end: py2neo's has no `close`."""

    def open_graph(*given: Any, **more: Any) -> py2neo.Graph:
        found = graph(*given, **more)
        closing.callback(found.service.connector.close)
        return found

    return open_graph


@pytest.fixture
def filled(neo4j_store: Store) -> Store:
    """raw -clean-> clean -train-> churn, in a run of an experiment; an artifact that was never put."""
    store = neo4j_store
    store.put_types(
        [
            artifact_type("Dataset", {"declared": "STRUCT"}),
            artifact_type("Model"),
            execution_type("Train", {"lr": "DOUBLE"}),
            execution_type("Clean"),
            context_type("Run"),
            context_type("Experiment"),
        ]
    )
    raw = graphmeta.Artifact(type="Dataset", name="raw@1", uri=LONG, state="LIVE", custom_properties=dict(VALUES))
    clean = graphmeta.Artifact(type="Dataset", name="clean@1", properties={"declared": {"rows": 3.0}})
    churn = graphmeta.Artifact(type="Model", name="n" * 3000, external_id="e" * 3000)
    cleaning = graphmeta.Execution(type="Clean", name="cleaning", state="COMPLETE")
    training = graphmeta.Execution(type="Train", properties={"lr": 0.5}, custom_properties={"lr": 1, "rounds": 10})
    run = graphmeta.Context(type="Run", name="nightly@1")
    experiment = graphmeta.Context(type="Experiment", name="autumn")
    store.put(
        artifacts=[raw, clean, churn],
        executions=[cleaning, training],
        contexts=[run, experiment],
        events=[
            Event(raw, cleaning, "DECLARED_INPUT", time=1),
            Event(raw, cleaning, "INPUT", ("examples", 0), time=2),
            Event(clean, cleaning, "OUTPUT", ("clean",), time=3),
            Event(clean, training, "INPUT", time=4),
            Event(churn, training, "OUTPUT", ("key=odd", 7), time=5),
            Event(999, training, "INPUT", time=6),
        ],
        attributions=[graphmeta.Attribution(churn, run), graphmeta.Attribution(churn, experiment)],
        associations=[graphmeta.Association(training, run)],
        parents=[graphmeta.ParentContext(run, experiment)],
        options=PutOptions(allow_missing_artifacts=True),
    )
    return store


@pytest.fixture
def lineage(filled: Store, opened: Callable[..., py2neo.Graph]) -> py2neo.Graph:
    return opened(filled)


# ---------------------------------------------------------------- what the classes read


def fields(node: Any) -> dict[str, Any]:
    names = ["id", "type", "type_id", "name", "external_id", "created", "updated", "properties", "custom_properties"]
    names += [name for name in ("uri", "state") if hasattr(type(node), name) or hasattr(node, name)]
    return {name: getattr(node, name) for name in names}


@pytest.mark.parametrize(("each", "read"), [(Artifact, "artifacts"), (Execution, "executions"), (Context, "contexts")])
def test_the_classes_read_what_graphmeta_reads(filled: Store, lineage: py2neo.Graph, each: Any, read: str) -> None:
    expected = {node.id: fields(node) for node in getattr(filled, read)()}
    assert len(expected) >= 2
    assert {node.id: fields(node) for node in each.match(lineage)} == expected


def test_values_keep_their_types(lineage: py2neo.Graph) -> None:
    raw = Artifact.match(lineage).where(name="raw@1").first()
    assert raw.custom_properties == VALUES
    assert {key: type(value) for key, value in raw.custom_properties.items()} == {
        key: type(value) for key, value in VALUES.items()
    }
    training = Execution.match(lineage).where(type="Train").first()
    assert (training.value("lr"), training.value("rounds"), training.value("none", 7)) == (0.5, 10, 7)


def test_matching_by_id_and_by_role(lineage: py2neo.Graph) -> None:
    (churn,) = Artifact.match(lineage).where("_:Model")
    assert Artifact.match(lineage, churn.id).first() == churn
    assert churn.role == "Model"
    assert {node.name for node in Artifact.match(lineage).where("_:Dataset")} == {"raw@1", "clean@1"}
    assert Repository.wrap(lineage).get(Artifact, churn.id) == churn
    assert Context.match(lineage).first().role is None
    assert Artifact.match(lineage, 12345).first() is None


def test_events_run_the_way_the_data_flows(lineage: py2neo.Graph) -> None:
    raw, clean, churn = (Artifact.match(lineage, id).first() for id in (1, 2, 3))
    cleaning, training = (Execution.match(lineage, id).first() for id in (1, 2))
    assert (list(raw.made_by), list(raw.used_by)) == ([], [cleaning])  # of two events, once
    assert (list(clean.made_by), list(clean.used_by)) == ([cleaning], [training])
    assert (list(churn.made_by), list(churn.used_by)) == ([training], [])
    assert (list(cleaning.inputs), list(cleaning.outputs)) == ([raw], [clean])
    assert (clean in training.inputs, raw in training.inputs, len(training.inputs)) == (True, False, 2)
    assert clean.made_by.get(cleaning, "type") == "OUTPUT"
    assert [(one, kind, other) for one, (kind, _), other in clean.made_by.triples()] == [(clean, "EVENT", cleaning)]


def test_events_have_type_path_and_time(filled: Store, lineage: py2neo.Graph) -> None:
    expected = [(e.artifact, e.execution, e.type, e.path, e.time, e.id) for e in filled.events(executions=[1, 2])]
    assert len(expected) == 6
    found = [event for id in (1, 2) for event in Execution.match(lineage, id).first().events]
    assert [(e.artifact.id, e.execution.id, *e[2:]) for e in found] == expected
    of_raw = Artifact.match(lineage, 1).first().events
    assert [(e.type, e.path, e.time) for e in of_raw] == [("DECLARED_INPUT", (), 1), ("INPUT", ("examples", 0), 2)]


def test_an_artifact_that_was_never_put_has_its_events(lineage: py2neo.Graph) -> None:
    missing = next(node for node in Execution.match(lineage, 2).first().inputs if node.id == 999)
    assert (missing.name, missing.type, missing.properties, missing.role) == (None, None, {}, None)
    assert [event.execution.id for event in missing.events] == [2]


def test_contexts(lineage: py2neo.Graph) -> None:
    run, experiment = (Context.match(lineage).where(type=each).first() for each in ("Run", "Experiment"))
    churn, training = Artifact.match(lineage, 3).first(), Execution.match(lineage, 2).first()
    assert list(churn.contexts) == [run, experiment]
    assert list(training.contexts) == list(experiment.children) == [run]
    assert (list(run.artifacts), list(run.executions), list(run.parents)) == ([churn], [training], [experiment])
    assert (list(experiment.artifacts), list(experiment.executions)) == ([churn], [])


def test_related_objects_cost_one_statement(lineage: py2neo.Graph, monkeypatch: pytest.MonkeyPatch) -> None:
    training = Execution.match(lineage, 2).first()
    asked: list[str] = []
    run = py2neo.database.Transaction.run
    monkeypatch.setattr(
        py2neo.database.Transaction,
        "run",
        lambda self, text, *a, **k: (asked.append(text), run(self, text, *a, **k))[1],
    )
    assert {(node.name, node.type) for node in training.inputs} == {("clean@1", "Dataset"), (None, None)}
    assert len(asked) == 1


def test_pulling_reads_again(filled: Store, lineage: py2neo.Graph) -> None:
    clean = Artifact.match(lineage, 2).first()
    assert (clean.state, len(clean.used_by)) == (None, 1)
    evaluation = graphmeta.Execution(type="Clean")
    known = filled.artifact(2)
    known.state = "DELETED"
    filled.put(artifacts=[known], executions=[evaluation], events=[Event(known, evaluation, "INPUT")])
    assert (clean.state, len(clean.used_by)) == (None, 1)
    lineage.pull(clean)
    assert (clean.state, len(clean.used_by)) == ("DELETED", 2)


# ---------------------------------------------------------------- what they refuse


def test_writing_is_refused(filled: Store, lineage: py2neo.Graph) -> None:
    churn, run = Artifact.match(lineage, 3).first(), Context.match(lineage).where(type="Run").first()
    training, cleaning = Execution.match(lineage, 2).first(), Execution.match(lineage, 1).first()
    before = filled.cypher("MATCH (n) OPTIONAL MATCH (n)-[r]->() RETURN n, collect(r) AS r ORDER BY elementId(n)")
    ways: list[Callable[[], Any]] = [
        lambda: setattr(churn, "name", "other"),
        lambda: setattr(churn, "made_by", []),
        lambda: Artifact(name="new"),
        lambda: churn.made_by.add(cleaning),
        lambda: churn.made_by.remove(training),
        lambda: churn.made_by.clear(),
        lambda: lineage.push(churn),
        lambda: lineage.create(Artifact()),
        lambda: lineage.merge(churn),
        lambda: lineage.delete(run),
        lambda: Repository.wrap(lineage).save(churn),
    ]
    for way in ways:
        with pytest.raises(UnsupportedError, match=r"only read here.*Write with graphmeta's own"):
            way()
    assert before == filled.cypher(
        "MATCH (n) OPTIONAL MATCH (n)-[r]->() RETURN n, collect(r) AS r ORDER BY elementId(n)"
    )


def test_an_embedded_store_is_refused(tmp_path: Path, sqlite_store: Store) -> None:
    for given in (sqlite_store, str(tmp_path / "other.db")):
        with pytest.raises(UnsupportedError, match=r"\.db is an embedded store, and py2neo speaks to Neo4j only"):
            graph(given)
    assert not (tmp_path / "other.db").exists()


def test_a_login_beside_an_open_store_is_refused(sqlite_store: Store) -> None:
    with pytest.raises(InvalidArgumentError, match="together with a URL"):
        graph(sqlite_store, user="neo4j")


def test_without_py2neo_the_extra_is_named() -> None:
    code = "import sys; sys.modules['py2neo'] = None; import graphmeta.interop.py2neo"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert "pip install 'graphmeta[py2neo]'" in done.stderr.splitlines()[-1]


def test_graphmeta_does_not_load_py2neo() -> None:
    code = "import sys, graphmeta, graphmeta.interop, graphmeta.cli.main; assert 'py2neo' not in sys.modules"
    subprocess.run([sys.executable, "-c", code], check=True)


# ---------------------------------------------------------------- addresses


def names(found: py2neo.Graph) -> set[str]:
    return {node.name for node in Context.match(found)}


@pytest.fixture
def elsewhere(neo4j_server: servers.Server, filled: Store, monkeypatch: pytest.MonkeyPatch) -> servers.Server:
    """The server, with py2neo's own environment, which it reads when it is imported, pointing elsewhere."""
    given = {"URI": "https://nowhere.invalid:1", "AUTH": "nobody:nothing", "SECURE": "1", "VERIFY": "0"}
    for name, value in given.items():
        monkeypatch.setattr(py2neo, f"NEO4J_{name}", value)
    return neo4j_server


def test_every_way_to_say_where(
    elsewhere: servers.Server, opened: Callable[..., py2neo.Graph], monkeypatch: pytest.MonkeyPatch
) -> None:
    expected = {"nightly@1", "autumn"}
    server = elsewhere
    routed = server.url.replace("bolt://", "neo4j://")
    assert names(opened(server.url)) == names(opened(f"{server.url}/neo4j")) == expected
    assert names(opened(routed)) == names(opened(f"{routed}/neo4j")) == expected
    assert names(opened(server.address, user=server.user, password=server.password, database="neo4j")) == expected
    monkeypatch.setenv("GRAPHMETA_STORE", server.address)
    monkeypatch.setenv("NEO4J_USERNAME", server.user)
    monkeypatch.setenv("NEO4J_PASSWORD", server.password)
    assert names(opened()) == expected
    with connect(read_only=True) as store:
        assert names(opened(store)) == expected


def test_a_login_out_of_a_url_is_decoded(neo4j_server: servers.Server, opened: Callable[..., py2neo.Graph]) -> None:
    login = {"user": "o'neill", "password": "p@ss/wörd%41:"}
    place = neo4j_server.address.partition("://")[2]
    with neo4j.GraphDatabase.driver(neo4j_server.address, auth=(neo4j_server.user, neo4j_server.password)) as driver:
        make = "CREATE USER $user SET PASSWORD $password CHANGE NOT REQUIRED"
        driver.execute_query(make, login, database_="system")
        try:
            quoted = "{user}:{password}".format(**{key: quote(value, safe="") for key, value in login.items()})
            assert opened(f"bolt://{quoted}@{place}").evaluate("RETURN 1") == 1
        finally:
            driver.execute_query("DROP USER $user", login, database_="system")


@pytest.fixture
def leftovers() -> Iterator[None]:
    """Collects, while the test may still ignore them, the connections that py2neo lost sight of."""
    yield
    gc.collect()


# py2neo never closes the socket of a connection that was refused.
@pytest.mark.filterwarnings(r"ignore:(?s).*socket\.socket:pytest.PytestUnraisableExceptionWarning")
@pytest.mark.usefixtures("leftovers")
@pytest.mark.parametrize("scheme", ["bolt", "neo4j"])
def test_a_server_that_cannot_be_used_says_why(neo4j_server: servers.Server, scheme: str) -> None:
    place = neo4j_server.address.partition("://")[2]
    login = {"user": neo4j_server.user, "password": neo4j_server.password}
    wrong = why_not(f"{scheme}://neo4j:wrong-password@{place}")
    assert "unauthorized" in wrong or "does not reach" in wrong, wrong
    assert "wrong-password" not in wrong
    assert "does not reach" in why_not(f"{scheme}://127.0.0.1:1")
    assert "nowhere" in why_not(f"{scheme}://{place}/nowhere", **login)


def why_not(url: str, **login: str) -> str:
    with pytest.raises(StoreUnavailableError) as refused:
        graph(url, **login)
    return str(refused.value)
