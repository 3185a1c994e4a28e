"""Which artifacts are versions of one thing, and which came before which: the one place that says so."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from graphmeta.backends.predicates import And, Compare, Field, KnownAs, OneOf, Predicate, StartsWith
from graphmeta.backends.requests import Order
from graphmeta.model import INT64, AnyNode, Artifact, node_id
from graphmeta.query.nodes import display
from graphmeta.store.store import Store
from graphmeta.vocabulary import display_name

_NEWEST = Order("id", descending=True)


class Around(NamedTuple):
    """Versions of one thing, around one of them.

    Attributes:
        shown: the last stored first; an older one that was asked about, and the one before it, come behind.
        before: the one that was stored before the one that was asked about.
        more: whether there are others.
    """

    shown: list[Artifact]
    before: Artifact | None
    more: bool


class Thing(NamedTuple):
    """What the versions of a thing have in common, where that is sure enough to call one newer than another.

    Attributes:
        by: "name"; "folder", of what TFX writes to `…/Trainer/model/17`; or "uri", of what has no name: whatever is
            stored there once more, with another digest.
        text: that name, folder or URI.
    """

    type_id: int
    by: str
    text: str


def thing(artifact: Artifact) -> Thing | None:
    """What an artifact is a version of; None where nothing says.

    `logical_name` is what people are shown. Where a place ends in a number the folder counts here, and a display name
    there: several pipelines may call what they make `model`.
    """
    if folder := _numbered_folder(artifact):
        return Thing(artifact.type_id or 0, "folder", folder)
    if _has_name(artifact):
        return Thing(artifact.type_id or 0, "name", display(artifact))
    if artifact.uri and isinstance(artifact.value("digest"), str):
        return Thing(artifact.type_id or 0, "uri", artifact.uri)
    return None


def logical_name(artifact: Artifact) -> tuple[str, str]:
    """What people call that which the versions of a thing have in common beside their type: a display name; or, of an
    artifact without one whose place ends in a number, its folder, with the last two parts of that as a name."""
    shown, folder = display(artifact), _numbered_folder(artifact)
    if not folder or (artifact.uri or "").rstrip("/") != f"{folder}/{shown}":
        return shown, ""
    return "/".join(_parts(folder)[-2:]), folder


def _numbered_folder(artifact: Artifact) -> str:
    """The folder of an artifact without a name whose place ends in a number, as TFX writes to `…/Trainer/model/17`; ''
    of any other."""
    folder, _, last = (artifact.uri or "").rstrip("/").rpartition("/")
    return folder if not artifact.name and last.isdecimal() and len(_parts(folder)) > 2 else ""


def _parts(folder: str) -> list[str]:
    """The parts of a path, or of a URI behind its scheme."""
    return [part for part in folder.partition("://")[2 if "://" in folder else 0].split("/") if part]


def _has_name(artifact: Artifact) -> bool:
    """Whether an artifact has a name that is no part of its URI."""
    return bool(display_name(artifact.name, None, artifact.properties, artifact.custom_properties))


def versions(store: Store, artifact: Artifact, limit: int | None = None, upto: int = INT64[-1]) -> list[Artifact]:
    """The artifacts of the same type and logical name, this one included, the last stored first.

    Args:
        limit: so many are looked at, and there may be more.
        upto: only those whose id is not greater.
    """
    name, folder = logical_name(artifact)
    called: Predicate = StartsWith(Field("uri"), f"{folder}/") if folder else KnownAs([name])
    # (As a list: SQLite then begins with the names, and not with all nodes of the type.)
    parts: list[Predicate] = [called, OneOf(Field("type_id"), [artifact.type_id or 0])]
    if upto < INT64[-1]:
        parts.append(Compare(Field("id"), "<=", upto))
    found = store.artifacts(And(parts), order=_NEWEST, limit=limit)
    return [each for each in found if logical_name(each) == (name, folder)]


def sure_versions(store: Store, artifact: Artifact, limit: int | None = None) -> list[Artifact]:
    """As `versions`; but what is only called by the last part of its URI is a version of nothing: files that are called
    alike need not belong together."""
    return versions(store, artifact, limit) if _belongs_together(artifact) else [artifact]


def versions_around(store: Store, artifact: Artifact, most: int) -> Around:
    """The newest of `sure_versions`, so many, and those around the artifact itself."""
    if not _belongs_together(artifact):
        return Around([artifact], None, False)
    newest = versions(store, artifact, most + 1)
    shown = newest[:most]
    older = [each for each in shown if node_id(each) < node_id(artifact)]
    if not older and len(newest) > most:
        upto = versions(store, artifact, 2, upto=node_id(artifact))
        shown += [each for each in upto if each not in shown]
        older = upto[1:]
    return Around(shown, older[0] if older else None, len(newest) > most)


def _belongs_together(artifact: Artifact) -> bool:
    return _has_name(artifact) or bool(logical_name(artifact)[1])


def version_before(model: Artifact, found: Iterable[Artifact]) -> Artifact | None:
    """Of some versions of one thing, the one that came before this one."""
    older = [each for each in found if age(each) < age(model)]
    return max(older, key=age, default=None)


def newest(nodes: Sequence[AnyNode]) -> AnyNode:
    """The last version: the highest where all have a number, else the last created, else the last stored."""
    numbered = all(_number(node) is not None for node in nodes)
    return max(nodes, key=lambda node: age(node) if numbered else age(node)[1:])


def age(node: AnyNode) -> tuple[int, int, int]:
    """What versions of one thing are sorted by: by number, then as they were stored."""
    return _number(node) or 0, node.created or 0, node.id or 0


def version_of(node: AnyNode) -> str | None:
    """A node's version as people write it behind an @."""
    value = node.value("version")
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    return str(value) if isinstance(value, (int, str)) and not isinstance(value, bool) else None


def _number(node: AnyNode) -> int | None:
    version = version_of(node) or ""
    return int(version) if version.isdecimal() and len(version) < 20 else None
