"""Answers as pandas has them. pandas is imported with this module, and with nothing else of ours."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from graphmeta.errors import UnsupportedError

try:
    import pandas
except ImportError:
    raise UnsupportedError("to_pandas() needs pandas, which is not installed here: pip install pandas.") from None

if TYPE_CHECKING:
    from graphmeta.query.answers.base import Answer
    from graphmeta.query.answers.lineage import Lineage

# What of a document is its table, the first that is there.
_ROWS = ("changes", "values", "ways", "nodes")


def to_pandas(answer: Answer) -> pandas.DataFrame:
    """See `Answer.to_pandas`."""
    document: Mapping[str, Any] = answer.to_json()
    kind = type(answer).__name__
    if kind == "Comparison":
        return _comparison(document)
    if kind == "Path":
        return _path(document)
    if kind == "Params":
        return pandas.DataFrame({"value": document["params"]}, dtype=object).rename_axis("parameter")
    if kind == "Environment":
        packages = [*document["frameworks"], *document["packages"]]
        return pandas.DataFrame(packages, columns=["name", "version", "source"])
    for name in _ROWS:
        if name in document:
            return pandas.json_normalize(list(document[name]))
    raise UnsupportedError(f"{kind} is no table; ask for one of its parts, or take its to_json().")


def _comparison(document: Mapping[str, Any]) -> pandas.DataFrame:
    """A row for each (section, key), a column for each node, and whether they differ."""
    columns = [f"{node['type']}:{node['name'] or node['id']}" for node in document["nodes"]]
    index = pandas.MultiIndex.from_tuples(
        [(row["section"], row["key"]) for row in document["rows"]], names=["section", "key"]
    )
    frame = pandas.DataFrame([row["values"] for row in document["rows"]], index=index, columns=columns, dtype=object)
    frame["differs"] = [row["differs"] for row in document["rows"]]
    return frame


def _path(document: Mapping[str, Any]) -> pandas.DataFrame:
    """A row for each node of each way, with the event that leads to it."""
    rows = []
    for number, way in enumerate(document["ways"], 1):
        for place, node in enumerate(way["nodes"]):
            event = way["events"][place - 1] if place else {}
            held = {f"event_{name}": value for name, value in event.items()}
            rows.append({"way": number, "step": place, **(node or {}), **held})
    return pandas.json_normalize(rows)


def lineage_to_pandas(lineage: Lineage) -> tuple[pandas.DataFrame, pandas.DataFrame]:
    """See `Lineage.to_pandas`."""
    document = lineage.to_json()
    nodes = pandas.json_normalize(document["nodes"])
    return nodes, pandas.DataFrame(document["events"], columns=["artifact", "execution", "type", "path", "time"])
