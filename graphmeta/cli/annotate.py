"""`graphmeta annotate`: what people say of nodes afterwards."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from graphmeta.cli import printing
from graphmeta.cli.options import Settings, shared
from graphmeta.cli.removing import told_as_it_goes
from graphmeta.model import node_id

if TYPE_CHECKING:
    from graphmeta.keeping.annotating import Wanted
    from graphmeta.model import AnyNode
    from graphmeta.query.annotations import Annotation, NodeKey, Said
    from graphmeta.store import Store

_INTERRUPTED = 130
_SHOWN = 10  # nodes of many that are named


@click.command(short_help="Say something of a node afterwards: key=value, by whom and when.")
@click.argument("words", nargs=-1, metavar="[NODE] [KEY=VALUE]...")
@click.option("--remove", "removed", multiple=True, metavar="KEY", help="Take back what was said under KEY.")
@click.option("--by", metavar="NAME", help="Who says so, where it is not who is logged in.")
@click.option("--note", default="", metavar="TEXT", help="Why.")
@click.option("--where", metavar="FILTER", help="Of all artifacts that this holds for, in MLMD's filter language.")
@click.option("--apply", is_flag=True, help="With --where: write it. Without it only what would be written is shown.")
@shared()
def annotate(
    settings: Settings,
    words: tuple[str, ...],
    removed: tuple[str, ...],
    by: str | None,
    note: str,
    where: str | None,
    apply: bool,
) -> int:
    """Say something of NODE: a license, a review, a tag. Without KEY=VALUE, list what was said of it, and by whom.

    What was recorded of the node stays as it is, its times among it. A later value of a key supersedes an earlier one,
    which is kept. A VALUE is a number, true or false where it looks like one, else text; '"3"' is the text 3.

    Exit status: 0; 1 where nothing was said of NODE, or --where finds nothing to write; 2 where something was wrong.
    """
    from graphmeta.keeping.annotating import Wanted, read_pair

    pairs = words if where is not None else words[1:]
    if where is None and not words:
        raise click.UsageError("Name a NODE, as Model:churn@3, or give --where.")
    if where is None and apply:
        raise click.UsageError("--apply goes with --where.")
    values: dict[str, Said] = {}
    for key, value in map(read_pair, pairs):
        if key in values:
            raise click.UsageError(f"{key} is given twice.")
        values[key] = value
    if where is None and not values and not removed:
        if by is not None or note:
            raise click.UsageError("--by and --note go with a KEY=VALUE or --remove.")
        return _list(settings, words[0])
    wanted = Wanted(values, removed, _who(by), note)
    wanted.check()
    return _one(settings, words[0], wanted) if where is None else _many(settings, where, wanted, apply=apply)


def _list(settings: Settings, name: str) -> int:
    from graphmeta.query.annotations import Annotations, annotations_of_one
    from graphmeta.query.naming import resolve
    from graphmeta.query.nodes import node_json
    from graphmeta.render import annotations as texts

    def ask(store: Store) -> tuple[AnyNode, Annotations]:
        node = resolve(store, name)
        return node, annotations_of_one(store, node)

    return settings.answer(
        ask,
        lambda found: found[1].history,
        document=lambda found: {
            "node": node_json(found[0]),
            "annotations": found[1].to_json(),
            "history": [each.to_json() for each in found[1].history],
        },
        blocks=lambda found: texts.of_node(*found),
    )


def _one(settings: Settings, name: str, wanted: Wanted) -> int:
    from graphmeta.query.naming import resolve

    with settings.open(read_only=False) as store:
        node = resolve(store, name)
        return _write(settings, store, [(node.kind, node_id(node))], wanted)


def _many(settings: Settings, where: str, wanted: Wanted, *, apply: bool) -> int:
    from graphmeta.filters import parse
    from graphmeta.keeping.annotating import lacking
    from graphmeta.keeping.rows import rows_in_portions
    from graphmeta.render import annotations as texts

    if not where.strip():
        raise click.UsageError("--where is empty: say which artifacts, as type = 'Dataset'.")
    with settings.open(read_only=not apply) as store:
        found: list[NodeKey] = [
            ("artifact", row.id) for row in rows_in_portions(store, "artifact", [parse(where, "artifact")])
        ]
        nodes = lacking(store, found, wanted)
        if apply and nodes:
            return _write(settings, store, nodes, wanted)
        alike = len(found) - len(nodes)
        if settings.json:
            printing.document({"nodes": list(map(_named, nodes)), "said_already": alike, "written": []})
        else:
            shown = _first(store, nodes)
            printing.blocks(texts.would_be(shown, len(nodes), alike, wanted.values, wanted.removed))
        return 0 if nodes else 1


def _write(settings: Settings, store: Store, nodes: list[NodeKey], wanted: Wanted) -> int:
    from graphmeta.keeping.annotating import annotating
    from graphmeta.render import annotations as texts

    said: list[Annotation] = []  # all of it only where all of it is printed
    firsts: set[NodeKey] = set()
    number = 0
    try:
        with told_as_it_goes(f"Said of {{:,}} of {len(nodes):,} nodes.") as tell:
            for portion in annotating(store, nodes, wanted):
                written = dict.fromkeys(each.node for each in portion)
                number += len(written)  # what is said of a node is said in one portion
                firsts.update([*written][: max(0, _SHOWN - len(firsts))])
                said += portion if settings.json else [each for each in portion if each.node in firsts]
                tell(number)
    except KeyboardInterrupt:
        click.echo(f"Interrupted. It was said of {number:,} nodes: the same command says it of the rest.", err=True)
        return _INTERRUPTED
    if settings.json:
        printing.document({"written": [{"node": _named(each.node), **each.to_json()} for each in said]})
    else:
        shown = _first(store, list(dict.fromkeys(each.node for each in said)))
        printing.blocks(texts.written(shown, said, number))
    return 0


def _first(store: Store, nodes: list[NodeKey]) -> list[AnyNode]:
    """The first of some nodes, to be named."""
    return [store.node(kind, id) for kind, id in nodes[:_SHOWN]]


def _named(node: NodeKey) -> str:
    return f"{node[0]}/{node[1]}"


def _who(by: str | None) -> str:
    """Who says something: as told, else who is logged in.

    Raises:
        click.UsageError: the system does not know.
    """
    from graphmeta.record.environment import user

    who = by if by is not None else user()
    if not who:
        raise click.UsageError("Nobody is known to be logged in: say who annotates with --by NAME.")
    return who
