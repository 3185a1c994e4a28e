"""docs/cli.md is what the commands say about themselves."""

from __future__ import annotations

import runpy
from pathlib import Path

import click

from graphmeta.cli.main import COMMANDS, cli

DOCS = Path(__file__).resolve().parents[2] / "docs"
PAGE = (DOCS / "cli.md").read_text(encoding="utf-8")


def test_the_page_is_up_to_date() -> None:
    made = runpy.run_path(str(DOCS / "make_cli.py"))["page"]()
    assert made == PAGE, "run python docs/make_cli.py"


def test_every_command_and_every_option_is_on_the_page() -> None:
    context = click.Context(cli)
    for name in COMMANDS:
        command = cli.get_command(context, name)
        assert command is not None
        assert command.help
        section = PAGE.partition(f"### `graphmeta {name} ")[2].partition("\n### ")[0]
        assert section, name
        for option in command.params:
            if isinstance(option, click.Option):
                assert f"`{option.opts[0]}" in section, (name, option.opts)
                assert option.help, (name, option.opts)


# They are given what they read and write as arguments.
MOVING = ("inspect", "copy", "diff", "upgrade")


def test_every_command_takes_a_store() -> None:
    context = click.Context(cli)
    for name in [name for name in COMMANDS if name not in MOVING]:
        command = cli.get_command(context, name)
        assert command is not None
        assert "store" in {option.name for option in command.params}
