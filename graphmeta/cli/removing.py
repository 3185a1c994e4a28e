"""What `graphmeta gc` and `delete` share: their options, and what they print."""

from __future__ import annotations

import shlex
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from graphmeta.cli import printing

if TYPE_CHECKING:
    from graphmeta.cli.options import Settings
    from graphmeta.keeping.describing import Held
    from graphmeta.keeping.dumping import Dumped
    from graphmeta.keeping.removal import RemovalPlan
    from graphmeta.keeping.removing import Removed
    from graphmeta.keeping.selection import Candidates
    from graphmeta.keeping.tombstones import Burial
    from graphmeta.model import AnyNode
    from graphmeta.render.blocks import Block
    from graphmeta.store import Store

_OK, _NOTHING, _INTERRUPTED = 0, 1, 130
_LINE_EVERY = 5.0  # seconds, where standard error is no terminal
_SHOWN = 20  # nodes in a table for people; --json has a hundred
Command = TypeVar("Command", bound=Callable[..., Any])


def applying(command: Command) -> Command:
    """Give a command `--apply`, `--dump` and `--tombstones`."""
    for option in (
        click.option(
            "--tombstones",
            is_flag=True,
            help="Of what matched and has to stay, take away the bulk: properties of more than 200 bytes, unless they "
            "say what it is. Artifacts get the state DELETED; executions, which have no such state, keep theirs.",
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
        the exit status: 1 where nothing goes.
    """
    from graphmeta.keeping.removal import plan
    from graphmeta.keeping.tombstones import burial

    if dump is not None and not apply:
        raise click.UsageError("--dump goes with --apply: without it nothing is removed, so nothing is dumped.")
    with settings.open(read_only=not apply) as store:
        if apply and dump is not None and Path(dump).exists():
            raise click.UsageError(f"--dump: {dump} is there already. Name another file, for none is written over.")
        planned = plan(store, choose(store))
        buried = burial(store, planned.held) if tombstones else None
        some = bool(planned.number or (buried is not None and buried.number))
        if apply and some:
            return _apply(settings, store, planned, buried, dump)
        if settings.json:
            tombs = {} if buried is None else {"tombstones": buried.number, "lost": _lost_json(buried)}
            printing.document({**planned.to_json(), **tombs, "applied": False})
        else:
            printing.blocks(_plan(planned, buried, apply=apply))
        return _OK if some else _NOTHING


@contextmanager
def told_as_it_goes(words: str) -> Iterator[Callable[[int], None]]:
    """Something that can be told numbers, and says them to who waits: in one line of a terminal, else now and then.

    Args:
        words: with {:,} for the number.
    """
    import sys

    terminal = sys.stderr is not None and sys.stderr.isatty()
    last = time.monotonic()
    shown = ""

    def tell(number: int) -> None:
        nonlocal last, shown
        if time.monotonic() - last >= (_LINE_EVERY / 10 if terminal else _LINE_EVERY):
            last = time.monotonic()
            shown = words.format(number)
            click.echo(f"\r{shown}" if terminal else shown, err=True, nl=not terminal)

    try:
        yield tell
    finally:
        if terminal and shown:
            click.echo("\r" + " " * len(shown) + "\r", err=True, nl=False)


def _apply(settings: Settings, store: Store, planned: RemovalPlan, burial: Burial | None, path: str | None) -> int:
    from graphmeta.keeping.dumping import default_path, dump
    from graphmeta.keeping.removing import remove
    from graphmeta.keeping.tombstones import bury

    into = Path(path) if path is not None else default_path(store, time.time())
    try:
        dumped = dump(store, planned, into, _why(), buried=None if burial is None else burial.ids)
    except KeyboardInterrupt:
        click.echo(
            "Interrupted while the dump was written. Nothing was removed, and nothing of the dump stays.", err=True
        )
        return _INTERRUPTED
    back = f"graphmeta restore {shlex.quote(str(into))}" + (" --overwrite" if burial and burial.number else "")
    try:
        with told_as_it_goes(f"{{:,}} of {planned.number:,} nodes are gone.") as tell:
            removed = remove(store, planned, dumped, tell=tell)
        buried = 0
        if burial is not None:
            with told_as_it_goes(f"{{:,}} of {burial.number:,} nodes are tombstones.") as tell:
                buried = bury(store, burial.ids, dumped, tell=tell)
    except KeyboardInterrupt:
        click.echo(
            f"Interrupted. What is left is whole: run the same command again to go on, or `{back}` to have all of it "
            "back.",
            err=True,
        )
        return _INTERRUPTED
    if settings.json:
        document = {**planned.to_json(), "applied": True, "dump": str(into), "tombstones": buried}
        document["removed"] = {kind: removed.numbers[kind] for kind in ("artifact", "execution", "context")}
        document["left"] = sorted(f"{kind}/{id}" for kind, id in removed.left)
        printing.document(document)
    else:
        printing.blocks(_done(planned, dumped, removed, buried, back))
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


def _plan(planned: RemovalPlan, burial: Burial | None, *, apply: bool) -> list[Block]:
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
        blocks.append(Heading("Nothing was removed" if apply else "Nothing would go"))
    blocks += _staying(planned, burial)
    blocks += notes(planned.notes)
    blocks.append(Note(_closing(planned, burial)))
    return blocks


def _closing(planned: RemovalPlan, burial: Burial | None) -> str:
    """What people can do now."""
    if planned.number or (burial is not None and burial.number):
        return (
            "Nothing was written. The same command with --apply writes a dump and then removes; `graphmeta restore` "
            "brings everything back from the dump. Files that artifacts lie in are never touched."
        )
    if burial is not None:
        return "Nothing to do: what matched is tombstones already, or has nothing to lose."
    asked = {option for parameter in click.get_current_context().command.params for option in parameter.opts}
    downstream = "--downstream takes along what was made from it; " if "--downstream" in asked else ""
    return f"Lineage is never cut. {downstream}--tombstones takes away the bulk of what has to stay."


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
        [
            f"{node.kind}/{node.id}",
            words.typed(node),
            getattr(node, "state", None) or "",
            _when(node),
        ]
        for node in planned.nodes[:_SHOWN]
    ]
    return Table(["goes", "what", "state", "last updated"], rows, firm=frozenset({"goes", "last updated"})).filled()


def _when(node: AnyNode) -> str:
    from graphmeta.render import words

    return words.minute(node.updated) if node.updated else "unknown"


def _staying(planned: RemovalPlan, burial: Burial | None) -> list[Block]:
    from graphmeta.render.blocks import Heading, Note, Table

    if not planned.stays_number:
        return []
    rows = [_held(each) for each in planned.stays[:_SHOWN]]
    blocks: list[Block] = [
        Heading(f"Matched and stays: {_nodes(planned.stays_number)}, for something that stays was made from it"),
        Table(["stays", "what", "because of"], rows, firm=frozenset({"stays"})),
    ]
    if planned.stays_number > _SHOWN:
        blocks.append(Note(f"… and {planned.stays_number - _SHOWN:,} more; --json has the first hundred."))
    if burial is not None and burial.number:
        blocks += _burial(burial)
    return blocks


def _burial(burial: Burial) -> list[Block]:
    from graphmeta.keeping.tombstones import BULK
    from graphmeta.render.blocks import Heading, Note, Table

    what = "a tombstone" if burial.number == 1 else "tombstones"
    blocks: list[Block] = [Heading(f"Would stay as {what}: {_nodes(burial.number)}")]
    if burial.lost:
        rows = [[kind, type, key, f"{number:,}"] for (kind, type, key), number in burial.lost.most_common(_SHOWN)]
        blocks.append(Table(["kind", "type", "would lose", "nodes"], rows, frozenset({"nodes"})))
        if len(burial.lost) > _SHOWN:
            blocks.append(Note(f"… and {len(burial.lost) - _SHOWN:,} more properties; --json has them all."))
        blocks.append(
            Note(
                "A policy or a check that reads one of these would not find it any longer. Other properties of up to "
                f"{BULK} bytes stay."
            )
        )
    else:
        blocks.append(
            Note(f"No property is longer than {BULK} bytes, so none would be lost; artifacts become DELETED.")
        )
    return blocks


def _lost_json(burial: Burial) -> list[dict[str, Any]]:
    return [
        {"kind": kind, "type": type, "key": key, "nodes": number}
        for (kind, type, key), number in burial.lost.most_common()
    ]


def _held(each: Held) -> list[str]:
    from graphmeta.render import words

    by = "a context in it" if each.by is None else words.with_id(each.by)
    return [f"{each.node.kind}/{each.node.id}", words.typed(each.node), by]


def _done(planned: RemovalPlan, dumped: Dumped, removed: Removed, buried: int, back: str) -> list[Block]:
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
    blocks.append(Note(f"All of it back: {back}"))
    return blocks
