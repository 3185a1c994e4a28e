"""How long `graphmeta show` takes beside an interpreter that imports what it imports from others."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import graphmeta
from benchmarks.graphs import artifact, put_types
from benchmarks.measure import Comparison, in_turn, milliseconds

_LIST_MODULES = """
import sys
before = set(sys.modules)
sys.argv = ["graphmeta", "--store", {store!r}, "show", "artifact/1"]
from graphmeta.cli.main import run
try:
    run()
except SystemExit:
    pass
mine = [name for name in sys.modules if name not in before and not name.startswith(("graphmeta", "__"))]
print("\\n" + "IMPORTS " + ",".join(mine))
"""

# Modules that cannot be imported by name alone (aliases, half-private ones) are skipped.
_IMPORT_MODULES = """
import importlib
for name in {modules!r}:
    try:
        importlib.import_module(name)
    except Exception:
        pass
"""


def show(folder: Path) -> Comparison:
    """`graphmeta show artifact/1` on an embedded store, as a whole process."""
    path = folder / "show.db"
    with graphmeta.connect(path) as store:
        put_types(store)
        store.put(artifacts=[artifact("Dataset", 1)])
    listing = subprocess.run(
        [sys.executable, "-c", _LIST_MODULES.format(store=str(path))], capture_output=True, text=True, check=True
    )
    modules = listing.stdout.rpartition("IMPORTS ")[2].strip().split(",")
    floor = _IMPORT_MODULES.format(modules=modules)
    # As on a user's machine: compiled files are kept.
    cached = {key: value for key, value in os.environ.items() if key != "PYTHONDONTWRITEBYTECODE"}
    command = str(Path(sys.executable).with_name("graphmeta"))

    def ours() -> float:
        return milliseconds(
            lambda: subprocess.run(
                [command, "--store", str(path), "show", "artifact/1"], check=True, capture_output=True
            )
        )

    def theirs() -> float:
        return milliseconds(
            lambda: subprocess.run([sys.executable, "-c", floor], check=True, capture_output=True, env=cached)
        )

    mine, others = in_turn(ours, theirs, 21)
    beside = f"the interpreter importing the same {len(modules)} modules of others"
    return Comparison("graphmeta show, a whole process", mine, others, "at most 1.5", False, beside)
