"""Writing a dump: whole or not at all."""

from __future__ import annotations

import gzip
import hashlib
import json
import os
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO, Any

from graphmeta.errors import AlreadyExistsError, GraphmetaError, StoreUnavailableError
from graphmeta.files import give_name
from graphmeta.keeping.dump import VERSION, Line


class Writing:
    """A dump that is being written.

    Attributes:
        numbers: how many lines of each sort there are.
    """

    def __init__(self, file: IO[bytes]) -> None:
        self._file = file
        self._digest = hashlib.sha256()
        self.numbers: Counter[str] = Counter()

    def head(self, store: str, time: int, why: str, known_by: Mapping[str, Any]) -> None:
        """The first line; see `Head`."""
        self._write({"graphmeta_dump": VERSION, "store": store, "time": time, "why": why, "known_by": dict(known_by)})

    def add(self, lines: Iterable[Line]) -> None:
        """Lines, of sorts in the order of SORTS."""
        for line in lines:
            self.numbers[line["is"]] += 1
            self._write(line)

    def end(self) -> None:
        """The last line."""
        self._write({"is": "end", "numbers": dict(self.numbers), "sha256": self._digest.hexdigest()})

    def _write(self, line: Line) -> None:
        text = json.dumps(line, separators=(",", ":")).encode("ascii") + b"\n"
        self._digest.update(text)
        self._file.write(text)


@contextmanager
def writing(path: Path, mode: int = 0o600) -> Iterator[Writing]:
    """Write a dump: it gets its name once it is on the disk.

    Args:
        mode: who may read and write it, as `chmod` takes it.

    Raises:
        AlreadyExistsError: the file is there.
        StoreUnavailableError: it cannot be written.
    """
    if path.exists() or path.is_symlink():
        raise _there(path)
    beside = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        with open(beside, "xb", opener=_private) as raw:
            if path.suffix == ".gz":
                # Without a name and a time, so that the same dump is the same bytes.
                with gzip.GzipFile("", "wb", compresslevel=6, fileobj=raw, mtime=0) as file:
                    yield from _written(file)
            else:
                yield from _written(raw)
            raw.flush()
            os.fsync(raw.fileno())
        beside.chmod(mode)
        give_name(beside, path)
    except GraphmetaError:
        raise  # some are OSErrors as well, and say what they are
    except FileExistsError:
        raise _there(path) from None
    except OSError as error:
        raise StoreUnavailableError(
            f"The dump {path} cannot be written: {error.strerror or error}. Nothing was removed. Name a place with "
            "--dump where there is room and that you may use."
        ) from error
    finally:
        with suppress(OSError):
            beside.unlink(missing_ok=True)


def _private(path: str, flags: int) -> int:
    return os.open(path, flags, 0o600)


def _written(file: Any) -> Iterator[Writing]:
    dump = Writing(file)
    yield dump
    dump.end()


def _there(path: Path) -> AlreadyExistsError:
    return AlreadyExistsError(f"{path} is there already. Name another file with --dump, for none is written over.")
