"""Rows of values in CSV files such as `neo4j-admin database import` reads.

In one file a property has one kind of value, and a row says nothing of the columns behind its last. So a file's header
lies beside it and is written at the end, and nodes that call by one name values of different kinds go to several files.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

# What stands between the elements of a list; U+001F is said to be the separator of units.
SEPARATOR = "\x1f"
# A file with more columns has mostly commas.
_WIDEST = 256
_SHAPES_KEPT = 20_000
# By the class of a value, in the order in which they are tried: a bool is an int, too.
_KINDS: tuple[tuple[type, str], ...] = (
    (bool, "boolean"),
    (int, "long"),
    (float, "double"),
    (str, "string"),
    (list, "string[]"),
    (bytes, "byte[]"),
)
_KIND_OF = dict(_KINDS)


class Tables:
    """Rows of one sort, in as many files as they need.

    Args:
        folder: where they are written.
        name: how the files begin.
        fixed: columns that every row has first, as the header says them.

    Attributes:
        number: of rows.
        lines: whether a text has several lines.
        longest: how many bytes the longest row has.
    """

    def __init__(self, folder: Path, name: str, fixed: Sequence[str]) -> None:
        self._folder = folder
        self._name = name
        self._fixed = fixed
        self._files: list[_File] = []
        # What rows say by which names and kinds: the file for it, and the places there.
        self._shapes: dict[tuple[tuple[str, str], ...], tuple[_File, list[int]]] = {}
        self.number = 0
        self.lines = False
        self.longest = 0

    def write(self, rows: Sequence[tuple[str, Mapping[str, Any]]]) -> None:
        """Write rows.

        Args:
            rows: of each the fixed columns as they are in the file, and the others by name.
        """
        for fixed, values in rows:
            shape = tuple([(name, _KIND_OF[value.__class__]) for name, value in values.items()])
            found = self._shapes.get(shape)
            if found is None:
                if len(self._shapes) >= _SHAPES_KEPT:
                    self._shapes.clear()
                found = self._shapes[shape] = self._place(shape)
            file, places = found
            cells = [""] * (max(places, default=-1) + 1)
            for place, value in zip(places, values.values(), strict=True):
                cells[place] = cell(value)
            row = f"{fixed},{','.join(cells)}" if cells else fixed
            file.rows.append(row)
            if "\n" in row or "\r" in row:
                self.lines = True
            if len(row) * 4 > self.longest:
                self.longest = max(self.longest, len(row.encode()))
        self.number += len(rows)
        for file in self._files:
            file.flush()

    def finish(self) -> list[tuple[str, str]]:
        """Write the headers; returns the names of the files, each with its header before it."""
        made = []
        for file in self._files:
            header = file.path.with_name(f"{file.path.stem}.header.csv")
            columns = [*self._fixed, *(f"{name}:{kind}" for name, (_, kind) in file.columns.items())]
            header.write_text(",".join(map(quoted, columns)) + "\n", encoding="utf-8", newline="")
            made.append((header.name, file.path.name))
        return made

    def _place(self, shape: tuple[tuple[str, str], ...]) -> tuple[_File, list[int]]:
        for file in self._files:
            places = file.places(shape)
            if places is not None:
                return file, places
        file = _File(self._folder / f"{self._name}-{len(self._files) + 1}.csv")
        self._files.append(file)
        places = file.places(shape, widest=len(shape))
        assert places is not None
        return file, places


class _File:
    def __init__(self, path: Path) -> None:
        self.path = path
        self.rows: list[str] = []
        self.columns: dict[str, tuple[int, str]] = {}

    def places(self, shape: tuple[tuple[str, str], ...], widest: int = 0) -> list[int] | None:
        """Where values of these names and kinds stand, new columns included; None where they do not fit in."""
        new = []
        for name, kind in shape:
            there = self.columns.get(name)
            if there is None:
                new.append((name, kind))
            elif there[1] != kind:
                return None
        if new and len(self.columns) + len(new) > max(widest, _WIDEST):
            return None
        for name, kind in new:
            self.columns[name] = (len(self.columns), kind)
        return [self.columns[name][0] for name, _ in shape]

    def flush(self) -> None:
        if self.rows:
            with self.path.open("a", encoding="utf-8", newline="") as file:
                file.write("\n".join(self.rows) + "\n")
            self.rows.clear()


def cell(value: Any) -> str:
    """A value as a cell; texts are always quoted, for a cell without quotes and text is no value."""
    if value.__class__ is str:
        return quoted(value)
    if value.__class__ is bool:
        return "true" if value else "false"
    if value.__class__ is float:
        return repr(value).replace("inf", "Infinity")
    if value.__class__ is list:
        return quoted(SEPARATOR.join(value))
    if value.__class__ is bytes:
        return quoted(SEPARATOR.join([str(byte - 256 if byte > 127 else byte) for byte in value]))
    return str(value)


def quoted(text: str) -> str:
    """A text as a cell."""
    return '"' + text.replace('"', '""') + '"'
