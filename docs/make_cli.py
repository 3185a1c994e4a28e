"""Write docs/cli.md from the commands themselves: what each does, its arguments and options."""

from __future__ import annotations

import inspect
from pathlib import Path

import click

from graphmeta.cli.main import COMMANDS, cli

PAGE = Path(__file__).with_name("cli.md")

SECTIONS = {
    "The questions": [
        "datasets",
        "params",
        "metrics",
        "origin",
        "models",
        "compare",
        "environment",
        "explain",
        "siblings",
    ],
    "Lineage": ["lineage", "path", "common", "impact", "why", "hotspots"],
    "For an audit, and for other programs": ["evidence", "export"],
    "What a store holds": ["ls", "show", "types", "stats"],
    "Checks": ["check"],
    "Keeping house": ["annotate", "delete", "gc", "restore", "backup", "vacuum"],
    "Cypher": ["cypher"],
    "Making a store": ["init", "demo"],
    "Pages, and serving a store": ["up", "serve"],
    "Moving in": ["inspect", "copy", "diff", "upgrade"],
}

# What nearly every command has is explained once.
SHARED = ("store", "json", "show_cypher", "as_of")

INTRODUCTION = """\
# The command line

`graphmeta --help` lists the commands, `graphmeta COMMAND --help` explains one. (This page is written by
`python docs/make_cli.py` from the commands themselves.)

## Naming a node

| written | is |
|---|---|
| `Model:churn` | the newest version of what is called churn, of a type that is a Model |
| `Model:churn@3` | that version |
| `artifact/42`, `execution/7`, `context/3` | the node with that id |
| `s3://bucket/model.pkl` | what lies there |
| `data/train.csv` | what was recorded at this path of this machine, where nothing else is called that |

A name that several nodes answer to is an error that lists them.

## What the commands have in common

- `--store URL`, before or after the command, says which store: a file (`lineage.db`) or a Neo4j server
  (`neo4j://host:7687`). Otherwise `$GRAPHMETA_STORE` says so, and else it is `./graphmeta.db`. All but
  `init`, `demo`, `up`, `serve`, `cypher --write`, `annotate`, `restore`, `vacuum`, and `gc` and `delete` with `--apply`
  open it for reading only.
- `--json` prints one JSON document; below is what is in it.
- `--show-cypher` prints what Neo4j is asked, parameters included, ready to paste into Neo4j Browser, and no
  answer. It works on an embedded store too; the ids are then those of that store. `graphmeta cypher` takes one
  such statement with its `:params` line. Not together with `--json`.
- `--as-of TIME` answers from what had been recorded by then: nodes that were stored, events that had happened.
  TIME is a day (its end is meant), a local moment, or one with a zone (`2026-11-23T12:30:00+01:00`). MLMD keeps no
  history of values: they are today's, and the answer ends with the nodes that were updated since. Memberships and
  parent contexts have no time of their own, and count once both their nodes were stored.
- At a terminal, answers are coloured and cut to its width, and columns that are not needed to tell nodes apart
  make room; in a pipe or a file they are plain and whole, but for names and places beyond 300 characters, which
  `show` and `--json` have in full. Control characters are always written out (`\\x1b`).
- Exit status: 0; 1 where one of the questions has no answer (no datasets, no parameters, …), while `lineage`,
  `ls`, `show`, `types` and `stats` give 0 for what is empty; 2 where something was wrong, with one sentence on
  standard error; 130 after Ctrl-C. Checks say with it whether they hold (0, 1; 2: that cannot be told).
  `GRAPHMETA_DEBUG=1` adds the traceback.

A node in JSON; times are milliseconds since the epoch:
```
{"kind": "artifact", "id": 1, "type": …, "name": …, "uri": …, "state": …,
 "properties": {…}, "custom_properties": {…}, "created": …, "updated": …}
```
A list of nodes is `{"nodes": […]}`, some answers with further keys. `distance` counts node steps, two for each
step that ran: 2 where a model's own step read the dataset. A lineage:
```
{"start": …, "nodes": […],
 "events": [{"artifact": 1, "execution": 2, "type": "INPUT", "path": […], "time": …}]}
```
"""


def page() -> str:
    """The whole page."""
    parts = [INTRODUCTION]
    for section, names in SECTIONS.items():
        parts.append(f"## {section}\n")
        parts += [_command(cli, name, click.Context(cli, info_name="graphmeta")) for name in names]
    return "\n".join(parts)


def _command(group: click.Group, name: str, context: click.Context, path: str = "") -> str:
    """A command, and those below it where it is a group."""
    command = group.get_command(context, name)
    assert command is not None
    own = click.Context(command, info_name=name, parent=context)
    name = f"{path}{name}"
    pieces = " ".join(command.collect_usage_pieces(own))
    lines = [f"### `graphmeta {name} {pieces}`", "", inspect.cleandoc(command.help or ""), ""]
    shared = []
    for option in command.params:
        if not isinstance(option, click.Option):
            continue
        if option.name in SHARED:
            shared.append(f"`{option.opts[0]}`")
            continue
        metavar = "|".join(option.type.choices) if isinstance(option.type, click.Choice) else option.metavar
        written = " ".join([option.opts[0], *([metavar] if metavar else [])])
        default = f" ({option.default:g} unless told)" if option.show_default else ""
        text = (option.help or "").rstrip(".")
        if text[1:2].islower():
            text = text[0].lower() + text[1:]
        lines.append(f"- `{written}`: {text}{default}")
    lines += [f"- {', '.join(shared)}", ""] if shared else [""]
    if isinstance(command, click.Group):
        lines += [_command(command, each, own, f"{name} ") for each in command.list_commands(own)]
    return "\n".join(lines)


if __name__ == "__main__":
    assert sorted(name for names in SECTIONS.values() for name in names) == sorted(COMMANDS)
    PAGE.write_text(page(), encoding="utf-8")
