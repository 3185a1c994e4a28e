"""What `graphmeta gc` and `delete` share: their options, and what they print."""

from __future__ import annotations

import shlex
import time
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from graphmeta.cli import printing

if TYPE_CHECKING:
    from graphmeta.cli.options import Settings
    from graphmeta.keeping.dumping import Dumped
    from graphmeta.keeping.removal import Held, RemovalPlan
    from graphmeta.keeping.removing import Removed
    from graphmeta.keeping.selection import Candidates
    from graphmeta.render.blocks import Block
    from graphmeta.store import Store

_OK, _NOTHING, _INTERRUPTED = 0, 1, 130
_SHOWN = 20  # nodes in a table for people; --json has a hundred
Command = TypeVar("Command", bound=Callable[..., Any])


def applying(command: Command) -> Command:
    """Give a command `--apply`, `--dump` and `--tombstones`."""
    for option in (
        click.option(
            "--tombstones",
            is_flag=True,
            help="Of what matched and has to stay, take away the bulk: all properties but those that say what it is. "
            "Artifacts get the state DELETED; executions, which have no such state in MLMD, keep theirs.",
        ),
        click.option(
            "--dump",
            metavar="FILE",
            help="With --apply, where to write first what goes: JSON Lines, packed where the name ends in .gz. "
            "Otherwise beside the store, under a name with the time.",
        ),
        click.option("--apply", is_flag=True, help="Do it. Without, nothing is written."),
    ):
        command = option(command)
    return command


def run(
    settings: Settings,
    choose: Callable[[Store], Candidates],
    *,
    apply: bool,
    dump: str | None,
    tombstones: bool,
) -> int:
    """Plan, and with `apply` dump and remove. Prints what there is to say.

    Returns:
        the exit status: 1 where nothing matched.
    """
    from graphmeta.keeping.removal import plan

    if dump is not None and not apply:
        raise click.UsageError("--dump goes with --apply: without it nothing is removed, so nothing is dumped.")
    with settings.open(read_only=not apply) as store:
        if apply and dump is not None and Path(dump).exists():
            raise click.UsageError(f"--dump: {dump} is there already. Name another file, for none is written over.")
        planned = plan(store, choose(store))
        if not apply or not planned.matched:
            _print(settings, planned, tombstones=tombstones)
            return _OK if planned.matched else _NOTHING
        return _apply(settings, store, planned, dump, tombstones=tombstones)


def _apply(settings: Settings, store: Store, planned: RemovalPlan, path: str | None, *, tombstones: bool) -> int:
    from graphmeta.keeping.dumping import default_path, dump
    from graphmeta.keeping.removing import remove
    from graphmeta.keeping.tombstones import bury

    into = Path(path) if path is not None else default_path(store, time.time())
    if not planned.number and not (tombstones and any(planned.held.values())):
        _print(settings, planned, tombstones=tombstones)
        return _OK
    dumped = dump(store, planned, into, _why(), held=tombstones)
    try:
        removed = remove(store, planned, dumped)
        buried = bury(store, planned, dumped) if tombstones else 0
    except KeyboardInterrupt:
        click.echo(
            f"Interrupted. What is left is whole: run the same command again to go on, or `graphmeta restore {into}` "
            "to have all of it back.",
            err=True,
        )
        return _INTERRUPTED
    if settings.json:
        document = {**planned.to_json(), "applied": True, "dump": str(into), "tombstones": buried}
        document["removed"] = {kind: removed.numbers[kind] for kind in ("artifact", "execution", "context")}
        document["left"] = sorted(f"{kind}/{id}" for kind, id in removed.left)
        printing.document(document)
    else:
        printing.blocks(_done(planned, dumped, removed, buried))
    return _OK


def _why() -> str:
    """The command as it was given, for people who find the dump; without the store, whose URL may hold a password."""
    context = click.get_current_context()
    said = ["graphmeta", context.info_name or ""]
    for parameter in context.command.params:
        value = context.params.get(parameter.name or "")
        if parameter.name in ("store", "json", "dump") or not value:
            continue
        for each in value if isinstance(value, tuple) else (value,):
            option = [parameter.opts[-1]] if isinstance(parameter, click.Option) else []
            said += option if each is True else [*option, str(each)]
    return shlex.join(said)


# ---------------------------------------------------------------- for people


def _print(settings: Settings, planned: RemovalPlan, *, tombstones: bool) -> None:
    if settings.json:
        printing.document({**planned.to_json(), "applied": False})
    else:
        printing.blocks(_plan(planned, tombstones=tombstones))


def _plan(planned: RemovalPlan, *, tombstones: bool) -> list[Block]:
    from graphmeta.render.blocks import Heading, Note, Table
    from graphmeta.render.text.pieces import notes

    if not planned.matched:
        return [Note("Nothing matches, so nothing would go."), *notes(planned.notes)]
    blocks: list[Block] = []
    if planned.number:
        blocks.append(Heading(f"Would go: {_nodes(planned.number)} and {planned.edges:,} edges ({_bytes(planned)})"))
        rows = [[kind, type, f"{number:,}"] for (kind, type), number in planned.types.items()]
        blocks.append(Table(["kind", "type", "nodes"], rows, frozenset({"nodes"})))
        blocks.append(_first(planned))
        if planned.number > _SHOWN:
            blocks.append(Note(f"… and {planned.number - _SHOWN:,} more; --json has the first hundred."))
    else:
        blocks.append(Heading("Nothing would go"))
    blocks += _staying(planned, tombstones=tombstones)
    blocks += notes(planned.notes)
    if planned.number or tombstones:
        blocks.append(
            Note(
                "Nothing was written. The same command with --apply writes a dump and then removes; `graphmeta "
                "restore` brings everything back from the dump. Files that artifacts lie in are never touched."
            )
        )
    return blocks


def _nodes(number: int) -> str:
    return f"{number:,} node{'' if number == 1 else 's'}"


def _bytes(planned: RemovalPlan) -> str:
    number, unit = float(planned.bytes), "bytes"
    for larger in ("kB", "MB", "GB"):
        if number < 1_000:
            break
        number, unit = number / 1_000, larger
    shown = f"{number:,.0f}" if unit == "bytes" or number >= 100 else f"{number:.1f}"
    return f"{'' if planned.exact else 'about '}{shown} {unit} of values"


def _first(planned: RemovalPlan) -> Block:
    from graphmeta.render import words
    from graphmeta.render.blocks import Table

    rows = [
        [f"{node.kind}/{node.id}", words.typed(node), getattr(node, "state", None) or "", words.minute(node.updated)]
        for node in planned.nodes[:_SHOWN]
    ]
    return Table(["goes", "what", "state", "last updated"], rows, firm=frozenset({"goes", "last updated"})).filled()


def _staying(planned: RemovalPlan, *, tombstones: bool) -> list[Block]:
    from graphmeta.render.blocks import Heading, Note, Table

    if not planned.stays_number:
        return []
    rows = [_held(each) for each in planned.stays[:_SHOWN]]
    end = ", as a tombstone" if tombstones else ""
    blocks: list[Block] = [
        Heading(f"Matched and stays{end}: {_nodes(planned.stays_number)}, for something that stays was made from it"),
        Table(["stays", "what", "because of"], rows, firm=frozenset({"stays"})),
    ]
    if planned.stays_number > _SHOWN:
        blocks.append(Note(f"… and {planned.stays_number - _SHOWN:,} more; --json has the first hundred."))
    return blocks


def _held(each: Held) -> list[str]:
    from graphmeta.render import words

    by = "a context in it" if each.by is None else words.with_id(each.by)
    return [f"{each.node.kind}/{each.node.id}", words.typed(each.node), by]


def _done(planned: RemovalPlan, dumped: Dumped, removed: Removed, buried: int) -> list[Block]:
    from graphmeta.render.blocks import Heading, Note
    from graphmeta.render.text.pieces import notes

    numbers = ", ".join(
        f"{number:,} {kind}{'' if number == 1 else 's'}" for kind, number in sorted(removed.numbers.items()) if number
    )
    blocks: list[Block] = [Heading(f"Removed from {planned.store}: {numbers or 'nothing'}")]
    if buried:
        what = "a tombstone, without its" if buried == 1 else "tombstones, without their"
        blocks.append(Note(f"{_nodes(buried)} stayed as {what} bulk."))
    if removed.left:
        shown = ", ".join(f"{kind}/{id}" for kind, id in sorted(removed.left)[:5])
        more = f" and {len(removed.left) - 5:,} more" if len(removed.left) > 5 else ""
        blocks.append(
            Note(
                f"Left: {shown}{more}. They were changed, or something was made from them, while this ran. The same "
                "command looks again."
            )
        )
    if planned.stays_number and not buried:
        blocks.append(
            Note(f"{_nodes(planned.stays_number)} matched and stayed, for something that stays was made from it.")
        )
    blocks += notes(planned.notes)
    blocks.append(Note(f"The dump: {dumped.path}"))
    blocks.append(Note(f"All of it back: graphmeta restore {shlex.quote(str(dumped.path))}"))
    return blocks
