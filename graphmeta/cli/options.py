"""The options that commands share, and what they lead to."""

from __future__ import annotations

import functools
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeVar

import click

if TYPE_CHECKING:
    from graphmeta.backends.requests import Request
    from graphmeta.render.blocks import Block
    from graphmeta.store import Store

Answer = TypeVar("Answer")

SETTINGS_OF_CLICK: dict[str, Any] = {"help_option_names": ["-h", "--help"], "max_content_width": 100}
STORE_HELP = "The store: a file, or neo4j://host:7687. Otherwise $GRAPHMETA_STORE, else ./graphmeta.db."


class Number(click.ParamType):  # type: ignore[type-arg,unused-ignore]  # generic in some versions of click
    """A whole number, of so much at least."""

    name = "number"

    def __init__(self, least: int) -> None:
        self.least = least

    def convert(self, value: Any, param: click.Parameter | None, context: click.Context | None) -> int:
        try:
            number = int(value)
        except ValueError:
            number = self.least - 1
        if number < self.least:
            self.fail(f"{value!r} is not a whole number, {self.least} or more", param, context)
        return number


class Steps(Number):
    """So many node steps, or all."""

    def __init__(self) -> None:
        super().__init__(0)

    def convert(self, value: Any, param: click.Parameter | None, context: click.Context | None) -> Any:
        return value if value == "all" else super().convert(value, param, context)


class Seconds(click.ParamType):  # type: ignore[type-arg,unused-ignore]  # generic in some versions of click
    """So many seconds, more than none."""

    name = "seconds"

    def convert(self, value: Any, param: click.Parameter | None, context: click.Context | None) -> float:
        try:
            seconds = float(value)
        except ValueError:
            seconds = 0.0
        if not 0 < seconds < float("inf"):
            self.fail(f"{value!r} is not a number of seconds above 0", param, context)
        return seconds


@dataclass(frozen=True, slots=True)
class Settings:
    """What the shared options say.

    Attributes:
        store: a URL, or None.
        json: print one JSON document.
        show_cypher: print what Neo4j is asked, and no answer.
        as_of: a time; the store is read as it was then.
    """

    store: str | None
    json: bool = False
    show_cypher: bool = False
    as_of: str | None = None

    def open(self, *, read_only: bool = True) -> Store:
        """Open the store, as it was where `as_of` says so."""
        from graphmeta.store import connect

        store = connect(self.store, read_only=read_only)
        return store if self.as_of is None else store.as_of(self.as_of)

    def answer(
        self,
        ask: Callable[[Store], Answer],
        found: Callable[[Answer], object] = lambda answer: True,
        *,
        document: Callable[[Answer], Any] | None = None,
        blocks: Callable[[Answer], list[Block]] | None = None,
    ) -> int:
        """Ask the store and print the answer in the form wanted.

        Args:
            found: whether there is an answer.
            document, blocks: the answer as JSON, and for people; None where it is one of `query.answers`.

        Returns:
            the exit status: 1 where there is none.
        """
        from graphmeta.cli import printing

        document, blocks = document or _to_json, blocks or _to_blocks
        if self.json and self.show_cypher:
            raise click.UsageError("--json and --show-cypher exclude each other.")
        with self.open() as store:
            if self.show_cypher:
                # The document reads what an answer leaves unread until somebody looks.
                printing.statements(store.url, requests_of(store, lambda store: document(ask(store))))
                return 0
            answer = ask(store)
            # Still inside: an answer may read the nodes that it shows when they are looked at.
            if self.json:
                held = document(answer)
                if self.as_of is not None:
                    held.update(printing.as_of_document(store))
                printing.document(held)
            else:
                shown = blocks(answer)
                if self.as_of is not None:
                    shown += printing.as_of_blocks(store)
                printing.blocks(shown)
            return 0 if found(answer) else 1


def _to_json(answer: Any) -> Any:
    return answer.to_json()


def _to_blocks(answer: Any) -> list[Block]:
    from graphmeta.render.text import answer as to_blocks

    return to_blocks(answer)


def requests_of(store: Store, ask: Callable[[Store], object]) -> list[Request]:
    """What a question asks of the backend."""
    with store.backend.tracing() as requests:
        ask(store)
    return requests


def shared(
    *, json: bool = True, show_cypher: bool = False, as_of: bool | None = None
) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Give a command `--store` and, as told, `--json`, `--show-cypher` and `--as-of` (which goes with `--show-cypher`
    unless told); it receives `settings`."""

    def decorate(command: Callable[..., Any]) -> Callable[..., Any]:
        @functools.wraps(command)
        def called(**given: Any) -> Any:
            before: str | None = click.get_current_context().find_root().params.get("store")
            settings = Settings(
                given.pop("store") or before,
                given.pop("json", False),
                given.pop("show_cypher", False),
                given.pop("as_of", None),
            )
            try:
                return command(settings=settings, **given)
            except click.UsageError as error:
                # So that it points to the help of this command.
                error.ctx = error.ctx or click.get_current_context()
                raise

        if show_cypher:
            text = "Print what Neo4j is asked, ready to paste into Neo4j Browser, and no answer."
            called = click.option("--show-cypher", is_flag=True, help=text)(called)
        if show_cypher if as_of is None else as_of:
            text = "Answer from what had been recorded by then: 2026-11-23, 2026-11-23T12:30."
            called = click.option("--as-of", metavar="TIME", help=text)(called)
        if json:
            called = click.option("--json", is_flag=True, help="Print one JSON document.")(called)
        return click.option("--store", metavar="URL", help=STORE_HELP)(called)

    return decorate
