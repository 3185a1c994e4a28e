"""Which artifacts of a store have files that are not as they were recorded."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping

from graphmeta.checks.files import Files
from graphmeta.checks.finding import Finding, Level
from graphmeta.checks.proof import named
from graphmeta.model import Artifact

_GONE = ("DELETED", "MARKED_FOR_DELETION", "ABANDONED")  # artifacts that nobody expects to be there
_RULES: Mapping[str, tuple[str, str, Level]] = {
    "integrity/file-gone": (
        "{name} is not at {uri} any longer.",
        "Bring the file back, or put the artifact's state DELETED.",
        "error",
    ),
    "integrity/file-changed": (
        "{uri} does not hold the bytes of {name} any longer.",
        "Bring the old bytes back, or record the new ones as a new version.",
        "error",
    ),
    "integrity/file-overwritten": (
        "{uri} holds another artifact now, so that the bytes of {name} are gone.",
        "Give each version a place of its own, where the old one matters.",
        "warning",
    ),
}


class ArtifactFiles:
    """What was found of the files of artifacts.

    Args:
        files: what reads them.
    """

    def __init__(self, files: Files) -> None:
        self._files = files
        self._ids: dict[str, list[int]] = defaultdict(list)
        self._changed: list[tuple[int, str]] = []
        self._same: set[str] = set()
        self._numbers: dict[str, int] = defaultdict(int)

    def look(self, artifacts: Iterable[Artifact]) -> None:
        """Look at the files of some."""
        for artifact in artifacts:
            if artifact.state in _GONE:
                continue
            uri, state = artifact.uri or "", self._files.look(artifact).state
            if state == "gone":
                self._ids["integrity/file-gone"].append(artifact.id or 0)
            elif state == "changed":
                self._changed.append((artifact.id or 0, uri))
            elif state == "same":
                self._same.add(uri)
            else:
                self._numbers[state] += 1

    def by_rule(self) -> Mapping[str, list[int]]:
        """The ids of the artifacts whose files are not as they were."""
        found = {rule: [*ids] for rule, ids in self._ids.items()}
        for id, uri in self._changed:
            what = "overwritten" if uri in self._same else "changed"
            found.setdefault(f"integrity/file-{what}", []).append(id)
        return found

    def doubts(self) -> Iterator[str]:
        """What could not be looked at."""
        elsewhere, unreadable = self._numbers["elsewhere"], self._numbers["unreadable"]
        if elsewhere:
            yield f"{_counted(elsewhere)} at no place in this machine's files, where nobody looked."
        if unreadable:
            yield f"{_counted(unreadable)} in files that cannot be read."


def finding(rule: str, artifact: Artifact) -> Finding:
    """That a file is not as it was."""
    message, help, level = _RULES[rule]
    return Finding(rule, message.format(name=named(artifact), uri=artifact.uri), [artifact], help=help, level=level)


def _counted(number: int) -> str:
    return "1 artifact is" if number == 1 else f"{number:,} artifacts are"
