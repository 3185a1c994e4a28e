"""`graphmeta cypher`: a statement of one's own, on Neo4j."""

from __future__ import annotations

import base64
import json
import re
from typing import Any

import click

from graphmeta.cli import printing
from graphmeta.cli.options import Seconds, Settings, shared
from graphmeta.errors import ReadOnlyError
from graphmeta.query.nodes import value_json


class Parameter(click.ParamType):  # type: ignore[type-arg,unused-ignore]  # generic in some versions of click
    """`k=v`, where v is JSON if it can be read as such, else text."""

    name = "k=v"

    def convert(self, value: Any, param: click.Parameter | None, context: click.Context | None) -> tuple[str, Any]:
        key, equals, text = str(value).partition("=")
        if not equals or not key:
            self.fail(f"{value!r} is not of the form k=v", param, context)
        try:
            return key, json.loads(text)
        except ValueError:
            return key, text


@click.command(short_help="Run a Cypher statement on Neo4j.")
@click.argument("statement")
@click.option(
    "--param",
    "parameters",
    type=Parameter(),
    multiple=True,
    metavar="K=V",
    help="$K in the statement; V as JSON, else text. Repeatable.",
)
@click.option("--write", is_flag=True, help="Let it change the graph.")
@click.option(
    "--timeout",
    type=Seconds(),
    default=30.0,
    show_default=True,
    metavar="S",
    help="End it after so many seconds.",
)
@shared()
def cypher(
    settings: Settings, statement: str, parameters: tuple[tuple[str, Any], ...], write: bool, timeout: float
) -> int:
    """Run STATEMENT on Neo4j, in a transaction that only reads unless --write is given.

    It may begin with `:params {…}`, as --show-cypher prints it. docs/cypher.md shows the graph as it is seen
    there, and recipes.
    """
    from graphmeta.render import listing

    before, statement = _with_parameters(statement)
    parameters = (*before.items(), *parameters)
    with settings.open(read_only=not write) as store:
        try:
            found = store.cypher_with(statement, dict(parameters), write=write, timeout=timeout)
        except ReadOnlyError:
            if write:
                raise
            raise ReadOnlyError("The statement writes, and nothing may write without --write.") from None
    records = [{column: _plain(value) for column, value in record.items()} for record in found]
    if settings.json:
        printing.document({"records": records})
    else:
        printing.blocks(listing.records(records))
    return 0


_COMMENTS = re.compile(r"\s*(?://[^\n]*\n\s*)*")
# The parts of `:params {name: "text", `key`: 1}`: a text, a quoted name, a name before its colon, the rest.
_PART = re.compile(r'("(?:[^"\\]|\\.)*")|`((?:[^`]|``)*)`|([A-Za-z_]\w*)(?=\s*:)|(.)', re.DOTALL)


def _with_parameters(text: str) -> tuple[dict[str, Any], str]:
    """The parameters that a text begins with, as `--show-cypher` prints them, and the statement behind them."""
    start = _COMMENTS.match(text)
    rest = text[start.end() :] if start else text
    if not rest.startswith(":params "):
        return {}, text
    line, _, statement = rest.removeprefix(":params ").partition("\n")
    if "\n:params " in statement:
        raise click.UsageError(
            "These are several statements; it runs one: give it one :params line and what follows it."
        )
    try:
        found = json.loads(_PART.sub(_json_part, line))
    except ValueError:
        found = None
    if not isinstance(found, dict):
        raise click.UsageError(":params takes a map, as :params {name: 'churn'} with values as in JSON.")
    return found, statement


def _json_part(found: re.Match[str]) -> str:
    text, quoted, name, other = found.groups()
    return json.dumps((quoted or "").replace("``", "`") if name is None else name) if not (text or other) else found[0]


def _plain(value: Any) -> Any:
    """A value of Neo4j as JSON has it: times as ISO 8601, points by their coordinates, bytes in base64."""
    if hasattr(value, "iso_format"):
        return value.iso_format()
    if hasattr(value, "srid"):
        return {"srid": value.srid, "coordinates": list(value)}
    if isinstance(value, (bytes, bytearray)):
        return base64.b64encode(value).decode("ascii")
    if isinstance(value, dict):
        return {key: _plain(each) for key, each in value.items()}
    if isinstance(value, (list, tuple)):
        return [_plain(each) for each in value]
    if isinstance(value, float):
        return value_json(value)
    return value
