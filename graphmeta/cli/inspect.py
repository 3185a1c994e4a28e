"""`graphmeta inspect`: what is there, before anything is copied."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from graphmeta.cli import printing

if TYPE_CHECKING:
    from graphmeta.moving.inspection import Inspection
    from graphmeta.render.blocks import Block

_SHOWN = 20  # troubles, where nobody asks for JSON


@click.command(short_help="Say what a store, a database or a server holds, and what would not copy.")
@click.argument("source")
@click.option("--deep", is_flag=True, help="Read everything, to tell all that would not come over as it is.")
@click.option("--json", is_flag=True, help="Print one JSON document.")
def inspect(source: str, deep: bool, json: bool) -> int:
    """Say what SOURCE holds and what of it would not come over as it is, and change nothing.

    SOURCE is a file of ML Metadata's or graphmeta's (lineage.db; schema 4 to 10), a database
    (mysql://user:password@host/database, postgresql://…), a server (grpc://host:8080, grpcs://…), or a store in Neo4j
    (neo4j://host:7687). A password may also be given in $GRAPHMETA_SOURCE_PASSWORD.

    Exit status: 0; 1 where something would not come over as it is; 2 where SOURCE cannot be read.
    """
    from graphmeta.moving.inspection import inspect as look
    from graphmeta.moving.sources.opening import open_source

    found = look(lambda report: open_source(source, report), deep=deep)
    if json:
        printing.document(_document(found))
    else:
        printing.blocks(_blocks(found))
    return 1 if found.number_of_troubles else 0


def _document(found: Inspection) -> dict[str, Any]:
    summary = found.summary
    return {
        "source": found.url,
        "what": found.what,
        "schema": summary.schema,
        "size": found.size,
        "numbers": {f"{part}s": number for part, number in summary.numbers.items()},
        "types": found.types,
        "by_type": [{"kind": kind, "type": type, "nodes": number} for (kind, type), number in summary.by_type.items()],
        "first": summary.first,
        "last": summary.last,
        "lacking": found.lacking,
        "deep": found.deep,
        "troubles": [{"where": trouble.where, "what": trouble.what} for trouble in found.troubles],
        "number_of_troubles": found.number_of_troubles,
        "next": found.next,
    }


def _blocks(found: Inspection) -> list[Block]:
    from graphmeta.render import words
    from graphmeta.render.blocks import Facts, Heading, Note, Table

    summary = found.summary
    facts = [("is", found.what)]
    if found.size is not None:
        facts.append(("size", words.size(found.size)))
    facts += [(f"{part}s", f"{number:,}") for part, number in summary.numbers.items()]
    facts.append(("types", str(found.types)))
    if summary.first is not None:
        facts.append(("from", words.time(summary.first)))
        facts.append(("to", words.time(summary.last)))
    shown: list[Block] = [Heading(found.url), Facts(facts)]
    if summary.by_type:
        rows = [[kind, type, f"{number:,}"] for (kind, type), number in summary.by_type.items()]
        shown.append(Table(["kind", "type", "nodes"], rows, frozenset({"nodes"})))
    if found.lacking:
        shown.append(
            Note(f"Schema {summary.schema} has no place for {'; '.join(found.lacking)}: there is none of it to copy.")
        )
    if found.troubles:
        shown.append(Heading(f"{found.number_of_troubles:,} would not come over as they are"))
        shown.append(Facts([(trouble.where, trouble.what) for trouble in found.troubles[:_SHOWN]]))
        if found.number_of_troubles > _SHOWN:
            shown.append(Note(f"And {found.number_of_troubles - _SHOWN:,} more: --json has the first 10,000."))
    elif found.deep:
        shown.append(Note("Everything was read, and all of it would come over as it is."))
    if not found.deep:
        shown.append(Note("Only types and counts were looked at; --deep reads everything."))
    shown.append(Note(f"To copy it: {found.next}"))
    return shown
