"""py2neo on graphmeta's graph, for code that has it: a `Graph`, and classes for artifacts, executions, contexts.

    from graphmeta.interop.py2neo import Artifact, graph

    lineage = graph("neo4j://localhost:7687")
    for model in Artifact.match(lineage).where("_:Model", display_name="churn"):
        print(model.name, model.properties, [step.display_name for step in model.made_by])

py2neo is end-of-life; docs/py2neo.md says what that means and how to leave it.
"""

from __future__ import annotations

from urllib.parse import urlsplit

from graphmeta.backends.neo4j.address import Address
from graphmeta.backends.neo4j.backend import Neo4jBackend
from graphmeta.errors import InvalidArgumentError, StoreUnavailableError, UnsupportedError
from graphmeta.store import Store, connect

try:
    import py2neo
    from py2neo import errors
except ImportError:
    raise ImportError(
        "graphmeta.interop.py2neo is for code that has py2neo, and it is not installed. Install it with: "
        "pip install 'graphmeta[py2neo]'"
    ) from None

from graphmeta.interop.py2neo_classes import Artifact, Context, Event, Execution

__all__ = ["Artifact", "Context", "Event", "Execution", "graph"]


def graph(
    store: Store | str | None = None,
    *,
    user: str | None = None,
    password: str | None = None,
    database: str | None = None,
) -> py2neo.Graph:
    """A py2neo `Graph` on the database that a store is in.

    py2neo's own environment variables (NEO4J_URI, NEO4J_AUTH, …) are not looked at. py2neo knows no routing
    context: what stands behind a `?` in the URL is left out. The `Graph` holds connections of its own;
    `graph.service.connector.close()` closes them.

    Args:
        store: an open store, or a URL and the environment as `graphmeta.connect` takes them.
        user, password, database: as for `graphmeta.connect`; with a URL only.

    Returns:
        the graph, after a first exchange with the server. It can write, and what is written through it is not
        checked by graphmeta.

    Raises:
        InvalidArgumentError: a URL that cannot be read; user, password or database with an open store.
        UnsupportedError: the store is embedded.
        StoreUnavailableError: py2neo does not reach the server, or is not let in.
    """
    if isinstance(store, Store):
        if user or password or database:
            raise InvalidArgumentError(
                "An open store has its user, password and database; give them together with a URL instead."
            )
        return _connected(_address(store))
    # Opening connects to nothing, and makes no file.
    with connect(store, user=user, password=password, database=database, read_only=True) as opened:
        return _connected(_address(opened))


def _address(store: Store) -> Address:
    if not isinstance(store.backend, Neo4jBackend):
        raise UnsupportedError(
            f"{store.url} is an embedded store, and py2neo speaks to Neo4j only. Give the URL of a Neo4j "
            "(neo4j://host:7687), or read this store with graphmeta itself."
        )
    return store.backend.address


def _connected(address: Address) -> py2neo.Graph:
    parts = urlsplit(address.uri)
    scheme, _, security = parts.scheme.partition("+")
    try:
        # Setting by setting, because py2neo's reading of URLs leaves passwords percent-encoded, and each of them,
        # because what is not set py2neo takes from its environment.
        found = py2neo.Graph(
            name=address.database,
            protocol=scheme,
            routing=scheme == "neo4j",
            secure=bool(security),
            verify=security != "ssc",
            address=parts.netloc,
            auth=(address.user or "neo4j", address.password or ""),
        )
        found.query("RETURN 1").evaluate()
    except errors.Neo4jError as problem:
        raise StoreUnavailableError(f"{address.url} does not let py2neo in: {problem.message}") from problem
    except (errors.ConnectionUnavailable, errors.ConnectionBroken, errors.ServiceUnavailable, OSError) as problem:
        raise StoreUnavailableError(
            f"py2neo does not reach {address.url}: {problem}. Check that Neo4j runs there, that the login is right, "
            "and that the server still speaks Bolt 4, the newest that py2neo knows."
        ) from problem
    return found
