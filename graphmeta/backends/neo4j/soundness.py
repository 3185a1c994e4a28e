"""What is wrong with a database: constraints that are missing, and what graphmeta would not have written."""

from __future__ import annotations

from graphmeta.backends.neo4j.compile import LABELS, filled
from graphmeta.backends.neo4j.connection import Connection
from graphmeta.backends.neo4j.schema import setup_names
from graphmeta.backends.statements import statement
from graphmeta.model import KINDS

# By the word of the statement `faults`; {first} is the lowest id, as far as there is one.
_FOUND = {
    **{f"{kind} without": f"{kind}s have no id, or no time of creation or update{{first}}" for kind in KINDS},
    **{f"{kind} type": f"{kind}s are of no type of {kind}s{{first}}" for kind in KINDS},
    "event": "events have no id, no type that MLMD has, or are between other nodes than they say{first}",
    "attribution": "attributions are not from an artifact to a context, or have no order{first}",
    "association": "associations are not from an execution to a context, or have no order{first}",
    "parent context": "parent links are not between contexts{first}",
    "attribution twice": "artifacts are said to belong to the same context more than once{first}",
    "association twice": "executions are said to belong to the same context more than once{first}",
    "parent context twice": "contexts are said to be part of the same one more than once{first}",
}


def faults(connection: Connection) -> list[str]:
    """See `Backend.faults`."""
    missing, problems = _schema(connection)
    return [*problems, *_repeated_ids(connection, missing), *_contents(connection)]


def _schema(connection: Connection) -> tuple[set[str], list[str]]:
    """The names of the constraints and indexes that are missing, and what is to be said of them and of others."""
    states = {row["name"]: row["state"] for row in connection.read(statement("cypher", "schema_states"), {})}
    missing, problems = set(), []
    for path in setup_names():
        name = f"graphmeta_{path.rpartition('/')[2]}"
        what = "constraint" if "CREATE CONSTRAINT" in statement("cypher", path) else "index"
        if name not in states:
            missing.add(name)
            problems.append(f"The {what} {name} is missing. `graphmeta init` makes it again, once nothing breaks it.")
        elif states[name] == "FAILED":
            problems.append(
                f"The index of {name} failed, so that it is not used. Drop it; `graphmeta init` makes it again."
            )
    return missing, problems


def _repeated_ids(connection: Connection, missing: set[str]) -> list[str]:
    """What a constraint would have refused. (Where it is there, nobody need look.)"""
    found = []
    for kind in KINDS:
        if f"graphmeta_{kind}_id" in missing:
            (row,) = connection.read(filled("repeated_ids", kind=LABELS[kind]), {})
            if row["number"]:
                found.append(f"{row['number']:,} ids are those of several {kind}s, the first is {kind}/{row['first']}.")
    return found


def _contents(connection: Connection) -> list[str]:
    found = []
    for row in connection.read(statement("cypher", "faults"), {}):
        if row["number"]:
            first = "" if row["first"] is None else f", the first has the id {row['first']}"
            found.append(f"{row['number']:,} {_FOUND[row['what']].format(first=first)}.")
    return found
