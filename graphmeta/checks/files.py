"""Whether what an artifact names is still there, and still the same bytes."""

from __future__ import annotations

import os
import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal
from urllib.parse import urlsplit
from urllib.request import url2pathname

from graphmeta.digest import PREFIX, digest_of
from graphmeta.model import Artifact

# A scheme of one letter is a drive of Windows.
_SCHEME = re.compile(r"([A-Za-z][A-Za-z0-9+.-]+):")

State = Literal["same", "there", "changed", "gone", "unreadable", "elsewhere", "nowhere"]


@dataclass(frozen=True, slots=True)
class Found:
    """What was found of an artifact.

    Attributes:
        state: `same`: the bytes are those of its digest. `there`: something is there, and no digest to compare it with.
            `changed`: other bytes. `gone`: nothing is there on this machine. `unreadable`. `elsewhere`: not in this
            machine's files (s3, http, …), or at a path of which nobody knows from where it counts. `nowhere`: it says
            no place.
        why: what the system says of what is unreadable.
    """

    state: State
    why: str = ""


@dataclass(slots=True)
class Files:
    """Looks at the files of artifacts, and reads each only once."""

    _digests: dict[str, str | None] = field(default_factory=dict)

    def look(self, artifact: Artifact) -> Found:
        """Look at the file, or the folder, of an artifact; it is read only where there is a digest to compare."""
        if not artifact.uri:
            return Found("nowhere")
        path = path_of(artifact.uri)
        if path is None:
            return Found("elsewhere")
        expected = artifact.value("digest")
        try:
            if not path.exists():
                return Found("gone")
            if not isinstance(expected, str) or not expected.startswith(PREFIX):
                return Found("there")
            size = artifact.value("size")
            if path.is_file() and isinstance(size, int) and path.stat().st_size != size:
                return Found("changed")
            found = self._digest(path)
        except (OSError, ValueError) as error:
            return Found("unreadable", (getattr(error, "strerror", None) or str(error)).rstrip("."))
        if found is None:
            return Found("there")
        return Found("same" if found == expected else "changed")

    def _digest(self, path: Path) -> str | None:
        place = os.fspath(path)
        if place not in self._digests:
            read = digest_of(path)
            self._digests[place] = None if read is None else read.text
        return self._digests[place]


def path_of(uri: str) -> Path | None:
    """The path of this machine that a URI, or an absolute path, names; None where it names none."""
    scheme = _SCHEME.match(uri)
    if scheme is None:
        return Path(uri) if Path(uri).is_absolute() else None
    if scheme[1].lower() != "file":
        return None
    try:
        parts = urlsplit(uri)
    except ValueError:
        return None
    if parts.netloc not in ("", "localhost"):
        return None
    path = Path(url2pathname(parts.path))
    return path if path.is_absolute() else None
