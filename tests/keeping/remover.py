"""A process that removes in small portions and says each one: `python -m tests.keeping.remover STORE DUMP`."""

import sys
from pathlib import Path

from graphmeta.keeping.dumping import dump
from graphmeta.keeping.removal import plan
from graphmeta.keeping.removing import remove
from graphmeta.keeping.selection import Selection, select
from graphmeta.store import connect

with connect(sys.argv[1]) as store:
    planned = plan(store, select(store, Selection(types=("Step", "Thing"))))
    dumped = dump(store, planned, Path(sys.argv[2]), "a test")
    print("dumped", flush=True)  # noqa: T201
    remove(store, planned, dumped, portion=3, tell=lambda number: print(number, flush=True))  # noqa: T201
