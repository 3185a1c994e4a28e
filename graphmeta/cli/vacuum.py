"""`graphmeta vacuum`: give unused space back."""

from __future__ import annotations

import click

from graphmeta.cli import printing
from graphmeta.cli.options import Settings, shared


@click.command(short_help="Give space that nothing uses any longer back to the disk.")
@shared()
def vacuum(settings: Settings) -> int:
    """Give the space that removed things took back to the disk: after `graphmeta gc` or `delete`.

    Nobody can write to the store meanwhile, and the disk needs room for a second one until it is done. A store in Neo4j
    uses freed space again by itself: that is said, and is no error.
    """
    from graphmeta.errors import UnsupportedError
    from graphmeta.keeping.upkeep import compact
    from graphmeta.render import words

    with settings.open(read_only=False) as store:
        try:
            done = compact(store)
        except UnsupportedError as why:
            if settings.json:
                printing.document({"before": None, "after": None, "seconds": 0.0, "note": str(why)})
            else:
                printing.out(str(why))
            return 0
    if settings.json:
        printing.document(done.to_json())
    else:
        took = words.duration(round(1000 * done.seconds))
        printing.out(f"{store.url}: {words.size(done.before)} before, {words.size(done.after)} now, in {took}.")
    return 0
