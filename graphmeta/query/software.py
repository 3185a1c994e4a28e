"""Which frameworks, of which versions, were there when this was made?"""

from __future__ import annotations

import re

from graphmeta import words
from graphmeta.model import AnyNode, Artifact, Context, Execution, Value
from graphmeta.query.answers.making import Environment, Origin, Package
from graphmeta.query.nodes import label
from graphmeta.query.production import origin_of, subject
from graphmeta.query.reading import Reader
from graphmeta.store.store import Store

_VERSION_KEY = re.compile(r"^_*(?P<name>.+?)[_.-]version_*$", re.IGNORECASE)
_DETAILS = ("python", "implementation", "platform", "host")


def environment(store: Store, node: AnyNode | str) -> Environment:
    """The software that was there when a node was made: all that was installed, as the recorder captured it
    (which of it the step used, nobody knows); else what properties of the step that made it, of the node and
    of the step's contexts say (`tfx_version`, `tensorflow_version`, …).

    Args:
        node: an artifact; or an execution; or the name of one.

    Raises:
        NotFoundError, AmbiguousNameError: none, or several, answer to `node`.
        InvalidArgumentError: it is a context.
    """
    reader, found = subject(store, node)
    return environment_of(reader, found, origin_of(reader, found))


def environment_of(reader: Reader, node: Artifact | Execution, made: Origin) -> Environment:
    """As `environment`, where the origin is known."""
    packages: dict[str, Package] = {}
    details: dict[str, str] = {}
    if made.environment is not None:
        _captured(made.environment, packages, details)
    places = [made.execution, node, made.run, *made.contexts]
    for place in places:
        if place is not None:
            _mentioned(place, packages, details)
    first = {name: place for place, name in enumerate(words.FRAMEWORKS)}
    second = {name: place for place, name in enumerate(words.WELL_KNOWN_PACKAGES)}
    frameworks = sorted((each for each in packages.values() if each.name in first), key=lambda e: first[e.name])
    rest = sorted(
        (each for each in packages.values() if each.name not in first),
        key=lambda e: (second.get(e.name, len(second)), e.name),
    )
    notes = list(made.notes) if made.execution is None else []
    if made.environment is None and packages:
        notes.append("The recorder captured no environment; this is what properties of the nodes say.")
    elif not packages:
        notes.append("No version of any software is recorded for it.")
    elif not frameworks:
        notes.append("None of these packages is a machine learning framework that graphmeta knows.")
    return Environment(node, made.environment, frameworks, rest, details, notes)


def _captured(context: Context, packages: dict[str, Package], details: dict[str, str]) -> None:
    """What the recorder captured: the Environment context."""
    installed = context.value("packages")
    for name, version in installed.items() if isinstance(installed, dict) else ():
        _add(packages, Package(_folded(name), str(version)))
    for key in _DETAILS:
        value = context.value(key)
        if isinstance(value, str):
            details.setdefault(key, value)


def _mentioned(node: AnyNode, packages: dict[str, Package], details: dict[str, str]) -> None:
    """What a node's properties say of software."""
    properties = {**node.custom_properties, **node.properties}
    for key, value in sorted(properties.items()):
        found = _VERSION_KEY.match(key)
        version = _version(value)
        if found is None or version is None:
            continue
        name = _folded(found["name"])
        if name == "python":
            details.setdefault("python", version)
        elif name == "framework" and isinstance(properties.get("framework"), str):
            _add(packages, Package(_folded(str(properties["framework"])), version, f"{label(node)} {key}"))
        elif name not in words.NOT_SOFTWARE and name.rsplit("-", 1)[-1] not in words.NOT_SOFTWARE:
            _add(packages, Package(name, version, f"{label(node)} {key}"))
    image = properties.get("image")
    if isinstance(image, str) and image:
        details.setdefault("image", image)


def _add(packages: dict[str, Package], package: Package) -> None:
    """Keep the first that is said of a package: the nearest to the step."""
    packages.setdefault(package.name, package)


def _folded(name: str) -> str:
    """A distribution's name as its index writes it."""
    name = re.sub(r"[-_.]+", "-", name.strip()).lower()
    return words.PACKAGE_ALIASES.get(name, name)


def _version(value: Value) -> str | None:
    """A version as text, where the value can be one."""
    if isinstance(value, bool) or not isinstance(value, (str, int, float)) or value in ("", "None"):
        return None
    return str(value)
