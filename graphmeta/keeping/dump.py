"""The dump that is written before anything is removed: JSON Lines, from which `graphmeta restore` brings it back.

One line a thing, each with all that it says; gzip where the name ends in .gz:

    {"graphmeta_dump": 1, "store": …, "time": …, "why": …}
    {"type": 10, "kind": "artifact", "name": …, …}
    {"node": "artifact", "id": 42, "type_id": 10, …}
    {"joined": "artifact", "id": 7, …}            what stays and an edge ends at, so that it is known again
    {"event": 99, "artifact": 42, "execution": 5, …}
    {"attribution": [42, 3]}, {"association": [5, 3]}, {"parent": [3, 1]}
    {"end": {"type": 1, "node": 1, …}, "sha256": …}

The last line counts the lines of each sort and has the digest of all lines before it, so that a dump that is not whole
is seen. Text is ASCII with JSON's escapes; values are JSON's, but a struct is {"struct": …}, a message {"any": …} and a
number that JSON lacks {"double": "NaN"}.
"""

from __future__ import annotations

import base64
import gzip
import hashlib
import json
import math
import os
import zlib
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import IO, Any

from graphmeta.backends.rows import EventRow, NodeRow
from graphmeta.errors import AlreadyExistsError, InvalidArgumentError, StoreUnavailableError
from graphmeta.model import AnyValue, Kind, Properties, Type, Value

VERSION = 1
Line = dict[str, Any]
# The sorts of lines, in the order in which they come.
SORTS = ("type", "node", "joined", "event", "attribution", "association", "parent")


@dataclass(frozen=True, slots=True)
class Head:
    """What a dump says of itself.

    Attributes:
        store: the URL of the store that it is of.
        time: when it was written, in milliseconds since the epoch.
        why: the command.
        numbers: how many things of each sort it holds.
    """

    store: str
    time: int
    why: str
    numbers: Mapping[str, int]


class Writing:
    """A dump that is being written."""

    def __init__(self, file: IO[bytes]) -> None:
        self._file = file
        self._digest = hashlib.sha256()
        self.numbers: Counter[str] = Counter()

    def head(self, store: str, time: int, why: str) -> None:
        """The first line."""
        self._write({"graphmeta_dump": VERSION, "store": store, "time": time, "why": why})

    def add(self, lines: Iterable[Line]) -> None:
        """Lines, of sorts in the order of SORTS."""
        for line in lines:
            self.numbers[next(iter(line))] += 1
            self._write(line)

    def end(self) -> None:
        """The last line."""
        self._write({"end": dict(self.numbers), "sha256": self._digest.hexdigest()})

    def _write(self, line: Line) -> None:
        text = json.dumps(line, separators=(",", ":")).encode("ascii") + b"\n"
        self._digest.update(text)
        self._file.write(text)


@contextmanager
def writing(path: Path) -> Iterator[Writing]:
    """Write a dump whole or not at all: it gets its name once it is on the disk.

    Raises:
        AlreadyExistsError: the file is there.
        StoreUnavailableError: it cannot be written.
    """
    if path.exists():
        raise _there(path)
    beside = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        with beside.open("xb") as raw:
            if path.suffix == ".gz":
                # Without a name and a time, so that the same dump is the same bytes.
                with gzip.GzipFile("", "wb", compresslevel=6, fileobj=raw, mtime=0) as file:
                    yield from _written(file)
            else:
                yield from _written(raw)
            raw.flush()
            os.fsync(raw.fileno())
        _name(beside, path)
    except OSError as error:
        raise StoreUnavailableError(
            f"The dump {path} cannot be written: {error.strerror or error}. Nothing was removed. Name a place with "
            "--dump where there is room and that you may use."
        ) from error
    finally:
        with suppress(OSError):
            beside.unlink(missing_ok=True)


def _written(file: Any) -> Iterator[Writing]:
    dump = Writing(file)
    yield dump
    dump.end()


def _name(beside: Path, path: Path) -> None:
    """Give a file its name, unless another has it, and see to it that this is on the disk."""
    try:
        os.link(beside, path)  # fails where it is there, unlike a renaming
    except FileExistsError:
        raise _there(path) from None
    except OSError:  # a disk without links
        if path.exists():
            raise _there(path) from None
        beside.rename(path)
    with suppress(OSError):  # Windows opens no folders
        folder = os.open(path.parent, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)


def _there(path: Path) -> AlreadyExistsError:
    return AlreadyExistsError(f"{path} is there already. Name another file with --dump, for none is written over.")


# ---------------------------------------------------------------- lines


def type_line(type: Type) -> Line:
    """A type."""
    return {"type": type.id, **{name: held for name, held in asdict(type).items() if name != "id"}}


def node_line(kind: Kind, row: NodeRow, properties: Properties, custom_properties: Properties) -> Line:
    """A node whole."""
    return {
        "node": kind,
        "id": row.id,
        "type_id": row.type_id,
        "name": row.name,
        "uri": row.uri,
        "state": row.state,
        "external_id": row.external_id,
        "created": row.created,
        "updated": row.updated,
        "properties": {key: _as_json(value) for key, value in properties.items()},
        "custom_properties": {key: _as_json(value) for key, value in custom_properties.items()},
    }


def joined_line(kind: Kind, row: NodeRow) -> Line:
    """A node that stays: what never changes of it."""
    return {"joined": kind, "id": row.id, "type": row.type, "created": row.created}


def event_line(row: EventRow, *, dangling: bool) -> Line:
    """An event; `dangling` where one of its ends is not there."""
    id, artifact, execution, type, time, path = row
    line: Line = {"event": id, "artifact": artifact, "execution": execution, "type": type, "time": time}
    return {**line, "path": [*path], **({"dangling": True} if dangling else {})}


def type_of(line: Line) -> Type:
    """What `type_line` gave."""
    return Type(id=line["type"], **{name: held for name, held in line.items() if name != "type"})


def node_of(line: Line, type: Type) -> tuple[NodeRow, Properties, Properties]:
    """What `node_line` gave, of a type of the store that it is for."""
    row = NodeRow(
        line["id"],
        type.id or 0,
        type.name,
        line["name"],
        line["uri"],
        line["state"],
        line["external_id"],
        line["created"],
        line["updated"],
    )
    declared, custom = (
        {key: _from_json(value) for key, value in line[name].items()} for name in ("properties", "custom_properties")
    )
    return row, declared, custom


def event_of(line: Line) -> EventRow:
    """What `event_line` gave."""
    return line["event"], line["artifact"], line["execution"], line["type"], line["time"], tuple(line["path"])


def _as_json(value: Value) -> Any:
    if isinstance(value, AnyValue):
        return {"any": {"type_url": value.type_url, "value": base64.b64encode(value.value).decode("ascii")}}
    if isinstance(value, dict):
        return {"struct": value}
    if isinstance(value, float) and not math.isfinite(value):
        return {"double": repr(value)}
    return value


def _from_json(held: Any) -> Value:
    if not isinstance(held, dict):
        return held  # type: ignore[no-any-return]
    if "any" in held:
        return AnyValue(held["any"]["type_url"], base64.b64decode(held["any"]["value"]))
    return float(held["double"]) if "double" in held else held["struct"]


# ---------------------------------------------------------------- reading


def read_head(path: Path) -> Head:
    """Read a dump through, and see that it is whole and as it was written.

    Raises:
        InvalidArgumentError: it is not, or no dump.
    """
    digest = hashlib.sha256()
    first: Line = {}
    last: Line = {}
    pending = b""
    for text in _texts(path):
        if pending:
            digest.update(pending)
        elif not first:
            first = _parsed(path, text)
        pending = text
    last = _parsed(path, pending) if first else {}
    if "graphmeta_dump" not in first:
        raise InvalidArgumentError(f"{path} is no dump of graphmeta's: name a file that `gc --apply` wrote.")
    if first["graphmeta_dump"] != VERSION:
        raise InvalidArgumentError(
            f"{path} is a dump of version {first['graphmeta_dump']}, and this graphmeta reads version {VERSION}. Use "
            "the graphmeta that wrote it, or a newer one."
        )
    if "end" not in last:
        raise InvalidArgumentError(
            f"{path} is not whole: it has no last line, so it was cut off. Nothing was restored from it."
        )
    if last.get("sha256") != digest.hexdigest():
        raise InvalidArgumentError(
            f"{path} is not as it was written: its digest differs, so it was changed or is damaged. Nothing was "
            "restored."
        )
    return Head(first["store"], first["time"], first["why"], last["end"])


def read_lines(path: Path) -> Iterator[Line]:
    """All lines of a dump between the first and the last."""
    for text in _texts(path):
        line = _parsed(path, text)
        if next(iter(line), "") in SORTS:
            yield line


def _texts(path: Path) -> Iterator[bytes]:
    try:
        with path.open("rb") as raw:
            packed = raw.read(2) == b"\x1f\x8b"
        with gzip.open(path, "rb") if packed else path.open("rb") as file:
            yield from file
    except (EOFError, zlib.error, gzip.BadGzipFile) as error:
        raise InvalidArgumentError(f"{path} is not whole: {error}. Nothing was restored from it.") from None
    except OSError as error:
        raise InvalidArgumentError(f"{path} cannot be read: {error.strerror or error}. Check the path.") from None


def _parsed(path: Path, text: bytes) -> Line:
    try:
        line = json.loads(text)
    except (ValueError, RecursionError):
        line = None
    if not isinstance(line, dict):
        raise InvalidArgumentError(
            f"{path} is no dump of graphmeta's, or is damaged: a line of it is no JSON object. Name a file that "
            "`gc --apply` wrote."
        )
    return line
