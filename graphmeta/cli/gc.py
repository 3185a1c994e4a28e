"""`graphmeta gc`: removes what is old, failed or of a type, and never cuts the lineage of what stays."""

from __future__ import annotations

import click

from graphmeta.cli.options import Settings, shared
from graphmeta.cli.removing import applying, run


@click.command(short_help="Remove what is old or failed, without cutting the lineage of what stays.")
@click.option(
    "--older-than",
    metavar="AGE",
    help="Only what was not updated for so long: 12h, 90d, 2w; or since a time, as 2026-08-01.",
)
@click.option("--state", "states", multiple=True, metavar="STATE", help="Only of this state, as FAILED or ABANDONED.")
@click.option("--type", "types", multiple=True, metavar="T", help="Only of this type or role.")
@click.option(
    "--keep",
    multiple=True,
    metavar="QUERY",
    help="Never what a filter query is true for (of artifacts, executions or contexts), or what has this name, in any "
    "version. A context keeps its members, a step what it made.",
)
@applying
@shared()
def gc(
    settings: Settings,
    older_than: str | None,
    states: tuple[str, ...],
    types: tuple[str, ...],
    keep: tuple[str, ...],
    apply: bool,
    dump: str | None,
    tombstones: bool,
) -> int:
    """Say which artifacts and executions can go, and with --apply remove them. All that is given has to hold; an option
    given twice means either. At least one of --older-than, --state and --type says what may go.

    Lineage is never cut: what something that stays was made from stays, and the plan says what holds it. With an
    execution goes what it alone made; with the last member of a context, the context and what was annotated; with the
    last step of a run, the run. What has no time of an update is as old as the last of its events.

    A step that is RUNNING and was updated within a day never goes. With --apply a dump is written first, from which
    `graphmeta restore` brings everything back.

    Exit status: 0; 1 where nothing goes; 2 where something was wrong.
    """
    from graphmeta.keeping.ages import moment_before
    from graphmeta.keeping.selection import Selection, select

    return run(
        settings,
        lambda store: select(
            store,
            Selection(
                None if older_than is None else moment_before(older_than, store.backend.clock()), states, types, keep
            ),
        ),
        apply=apply,
        dump=dump,
        tombstones=tombstones,
    )
