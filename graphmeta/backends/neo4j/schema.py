"""Whose database it is, and setting up an empty one."""

from __future__ import annotations

from graphmeta.backends.neo4j.connection import Connection
from graphmeta.backends.neo4j.parameters import FORMAT, seed_parameters
from graphmeta.backends.statements import names, statement
from graphmeta.errors import ForeignStoreError, ReadOnlyError, SchemaVersionError

_FOLDER = "schema/"


def setup_names() -> list[str]:
    """The names of the statements that make constraints and indexes; optional ones are left out."""
    return [name for name in names("cypher") if name.startswith(_FOLDER) and name.count("/") == 1]


def setup_statements() -> list[str]:
    """The statements that make constraints and indexes."""
    return [statement("cypher", name) for name in setup_names()]


def is_ours(connection: Connection) -> bool:
    """Whether graphmeta has set itself up in the database; False means that it is empty.

    Raises:
        ForeignStoreError: it holds nodes with our labels that we did not write.
        SchemaVersionError: a newer graphmeta wrote it.
        StoreUnavailableError: the server does not answer, within five seconds.
    """
    state = connection.first_contact(statement("cypher", "state"))
    url = connection.address.url
    if state["foreign"] is not None:
        raise ForeignStoreError(
            f"{url} holds :{state['foreign']} nodes that graphmeta did not write, so it is left alone. "
            "Give graphmeta a database of its own (neo4j://host:7687/database)."
        )
    if state["format"] is not None and state["format"] > FORMAT:
        raise SchemaVersionError(
            f"{url} was written by a newer graphmeta (format {state['format']}; this one knows {FORMAT}). Upgrade it."
        )
    return state["format"] is not None


def set_up(connection: Connection) -> None:
    """Make the constraints and indexes that are not there, then the counters and the system types.

    Raises:
        ReadOnlyError: the user may not, or the database takes no writes.
    """
    try:
        there = {row["name"] for row in connection.alone(statement("cypher", "schema_names"), {}, write=False)}
        for name in setup_names():
            if f"graphmeta_{name.removeprefix(_FOLDER)}" not in there:
                connection.alone(statement("cypher", name), {}, write=True)
        connection.write(lambda transaction: transaction.run(statement("cypher", "seed"), seed_parameters()).consume())
    except ReadOnlyError as problem:
        raise ReadOnlyError(
            f"{connection.address.url} is empty and could not be set up for graphmeta: {problem} Ask whoever "
            "administers it to run what `graphmeta init --print` shows, or use an account that may."
        ) from problem
