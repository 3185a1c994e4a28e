"""`graphmeta diff`: whether two stores hold the same, and what differs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from graphmeta.cli import printing
from graphmeta.cli.options import Number

if TYPE_CHECKING:
    from graphmeta.moving.comparing import Comparison
    from graphmeta.render.blocks import Block

_LIMIT = 100  # differences that are shown


@click.command(short_help="Say whether two stores hold the same, and what differs.")
@click.argument("a", metavar="A")
@click.argument("b", metavar="B")
@click.option(
    "--limit", metavar="N", type=Number(0), default=_LIMIT, show_default=True, help="Show so many differences."
)
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
def diff(a: str, b: str, limit: int, as_json: bool) -> int:
    """Compare all that A and B hold, whatever keeps it: counts, digests, and each thing that differs.

    A and B are files (lineage.db; ML Metadata's schema 4 to 10), databases (mysql://user:password@host/database,
    postgresql://…), servers (grpc://host:8080) or stores in Neo4j (neo4j://host:7687). What is written to one of them
    meanwhile may be seen as a difference.

    Exit status: 0 where they hold the same; 1 where something differs; 2 where one of them cannot be read.
    """
    return show(a, b, limit, as_json=as_json)


def verify(source: str, target: str) -> int:
    """Compare a source and its copy, and print what differs; returns the exit status."""
    return show(source, target)


def document_of(source: str, target: str) -> dict[str, Any]:
    """What `verify` would print, as a part of a JSON document."""
    from graphmeta.moving.comparing import compare
    from graphmeta.moving.sources.opening import open_source

    with open_source(source) as one, open_source(target) as other:
        return _document(compare(one, other, _LIMIT))


def show(a: str, b: str, limit: int = _LIMIT, *, as_json: bool = False) -> int:
    """Compare what is at two URLs and print what was found.

    Returns:
        the exit status: 0 where they hold the same, else 1.
    """
    from graphmeta.moving.comparing import compare
    from graphmeta.moving.sources.opening import open_source

    with open_source(a) as one, open_source(b) as other:
        found = compare(one, other, limit)
    if as_json:
        printing.document(_document(found))
    else:
        printing.blocks(_blocks(found))
    return 0 if found.same else 1


def _document(found: Comparison) -> dict[str, Any]:
    return {
        "a": found.a,
        "b": found.b,
        "same": found.same,
        "numbers": {f"{part}s": {"a": a, "b": b} for part, (a, b) in found.numbers.items()},
        "digest_a": found.digest_a,
        "digest_b": found.digest_b,
        "differences": [
            {"where": each.where, "field": each.field, "a": each.a, "b": each.b} for each in found.differences
        ],
        "number_of_differences": found.number,
        "notes": found.notes,
    }


def _blocks(found: Comparison) -> list[Block]:
    from graphmeta.render.blocks import Facts, Heading, Note, Table

    numbers = [[f"{part}s", f"{a:,}", f"{b:,}"] for part, (a, b) in found.numbers.items()]
    shown: list[Block] = [
        Facts([("A", found.a), ("B", found.b), ("digest of A", found.digest_a), ("digest of B", found.digest_b)]),
        Table(["part", "A", "B"], numbers, frozenset({"A", "B"})),
        *(Note(note) for note in found.notes),
    ]
    if found.same:
        shown.append(Note("They hold the same."))
        return shown
    shown.append(Heading(f"{found.number:,} {'difference' if found.number == 1 else 'differences'} (A / B)"))
    shown += [Note(str(each)) for each in found.differences]
    rest = found.number - len(found.differences)
    if rest:
        shown.append(Note(f"And {rest:,} more: --limit shows more of them."))
    return shown
