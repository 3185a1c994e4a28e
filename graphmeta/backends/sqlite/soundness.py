"""What is wrong with a file: pages that do not add up, indexes that are missing, rows that belong to nothing."""

from __future__ import annotations

import sqlite3

from graphmeta.backends.sqlite.schema import mlmd_statements
from graphmeta.backends.statements import statement

_MOST = 20  # faults of pages that are told; one bad page makes many
_NAMED = 5  # texts that a sentence names
_NOT_ASCII = "*[^\x01-\x7f]*"
# MLMD's tables have no foreign keys. By the statement that looks for them; {first} is what it calls the lowest.
_ROWS = {
    "artifact_properties": "rows of properties are of artifacts that are not there, the first of artifact/{first}",
    "execution_properties": "rows of properties are of executions that are not there, the first of execution/{first}",
    "context_properties": "rows of properties are of contexts that are not there, the first of context/{first}",
    "artifact_types": "artifacts are of no type of artifacts, the first is artifact/{first}",
    "execution_types": "executions are of no type of executions, the first is execution/{first}",
    "context_types": "contexts are of no type of contexts, the first is context/{first}",
    "event_types": "events are of a type that MLMD does not have, and count as outputs, the first is event {first}",
    "event_paths": "steps of paths are of events that are not there, the first of event {first}",
    "attributions": "attributions lack their artifact or their context, the first is in row {first}",
    "associations": "associations lack their execution or their context, the first is in row {first}",
    "parents": "parent links lack a context, the first is of context/{first}",
    "events_twice": "events are said more than once, the first is of artifact/{first}",
    "attributions_twice": "attributions are said more than once, the first is of artifact/{first}",
    "associations_twice": "associations are said more than once, the first is of execution/{first}",
    "parents_twice": "parent links are said more than once, the first is of context/{first}",
}


def faults(raw: sqlite3.Connection) -> list[str]:
    """See `Backend.faults`."""
    # (Also that every index holds just what its table does.)
    pages = [str(row[0]) for row in raw.execute(f"PRAGMA integrity_check({_MOST})")]
    if pages != ["ok"]:
        # Whatever else such a file says is not to be relied on.
        return [f"The file is damaged: {_in_one_line(text)}." for text in pages]
    return [*_missing_indexes(raw), *_loose_rows(raw), *_odd_texts(raw)]


def _in_one_line(text: str) -> str:
    return " ".join(text.split()).removeprefix("*** in database main *** ").rstrip(".")


def _missing_indexes(raw: sqlite3.Connection) -> list[str]:
    # Our own are made again by the next write, and a file that only ml-metadata wrote has none.
    there = {row[0] for row in raw.execute(statement("sql", "schema/names"))}
    return [
        f"The index {name} is missing, so that questions may take long. To make it again, run in sqlite3: {text};"
        for name, text in mlmd_statements().items()
        if name not in there
    ]


def _loose_rows(raw: sqlite3.Connection) -> list[str]:
    found = []
    for name, words in _ROWS.items():
        number, first = raw.execute(statement("sql", f"faults/{name}")).fetchone()
        if number:
            found.append(f"{number:,} {words.format(first=first)}.")
    return found


def _odd_texts(raw: sqlite3.Connection) -> list[str]:
    number, named = 0, []
    for kind, id, place, text in raw.execute(statement("sql", "faults/texts"), {"text": _NOT_ASCII}):
        try:
            text.decode()
        except UnicodeDecodeError:
            number += 1
            if number <= _NAMED:
                of = f"the {place}" if isinstance(place, str) else _shown(place)
                named.append(f"{of} of {kind}/{id} ('{_shown(text)}')")
    if not number:
        return []
    more = f" and {number - _NAMED:,} more" if number > _NAMED else ""
    count = "1 text is" if number == 1 else f"{number:,} texts are"
    return [
        f"{count} not UTF-8, at which whatever reads them stops: {', '.join(named)}{more}. `graphmeta copy` writes a "
        "store in which the odd bytes are written out."
    ]


def _shown(text: bytes) -> str:
    return text[:60].decode(errors="backslashreplace")
