"""The files of a hand-out, and the importer's arguments that name them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from graphmeta.errors import AlreadyExistsError
from graphmeta.moving.handout.tables import SEPARATOR, Tables

ARGUMENTS = "import.args"
UNFINISHED = "unfinished"  # is there until the folder is whole, so that one that was interrupted is known
_LARGEST_FIELD = 4 * 2**20  # bytes that the importer reads at once, unless it is told more
Rows = Sequence[tuple[str, Mapping[str, Any]]]


class Files:
    """Tables of nodes and of relationships.

    Args:
        folder: where they are written.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._nodes: dict[str, Tables] = {}
        self._edges: dict[str, tuple[str, Tables]] = {}

    def nodes(self, name: str, label: str, rows: Rows) -> None:
        """Write nodes.

        Args:
            name: how the files begin.
            label: within what their ids are ids.
            rows: of each the id and the labels as they are in the file, and the values.
        """
        if name not in self._nodes:
            self._nodes[name] = Tables(self._folder, name, [f":ID({label})", ":LABEL"])
        self._nodes[name].write(rows)

    def edges(self, name: str, type: str, start: str, end: str, rows: Rows) -> None:
        """Write relationships.

        Args:
            name: how the files begin.
            type: theirs.
            start, end: within what the ids of their ends are ids.
            rows: of each the ids of both ends as they are in the file, and the values.
        """
        if name not in self._edges:
            self._edges[name] = (type, Tables(self._folder, name, [f":START_ID({start})", f":END_ID({end})"]))
        self._edges[name][1].write(rows)

    def write_arguments(self) -> None:
        """Write the headers, and the importer's arguments last: where they are, the folder is whole."""
        tables = [*self._nodes.values(), *(table for _, table in self._edges.values())]
        lines = [f"--nodes={header},{file}" for table in self._nodes.values() for header, file in table.finish()]
        lines += [
            f"--relationships={type}={header},{file}"
            for type, table in self._edges.values()
            for header, file in table.finish()
        ]
        lines += ["--id-type=integer", f"--array-delimiter=U+{ord(SEPARATOR):04X}", "--normalize-types=false"]
        if any(table.lines for table in tables):
            lines.append("--multiline-fields=true")
        longest = max(table.longest for table in tables)
        if longest * 2 > _LARGEST_FIELD:
            lines.append(f"--read-buffer-size={longest * 2}")
        (self._folder / ARGUMENTS).write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")
        (self._folder / UNFINISHED).unlink()


def begin(folder: Path) -> None:
    """Make the folder, or empty one whose hand-out was interrupted.

    Raises:
        AlreadyExistsError: there is something else in it.
        OSError: it cannot be written.
    """
    mark = folder / UNFINISHED
    if mark.is_file():
        for path in (*folder.glob("*.csv"), folder / ARGUMENTS):
            path.unlink(missing_ok=True)
    held = [path for path in folder.iterdir() if path != mark] if folder.is_dir() else []
    if held or (folder.exists() and not folder.is_dir()):
        raise AlreadyExistsError(f"{folder} is there and not empty. Name a new folder for the files.")
    folder.mkdir(parents=True, exist_ok=True)
    mark.write_text(
        "graphmeta copy --csv writes here, or was ended while it did: then the same command writes it anew.\n"
    )
