"""What makes steps, and artifacts, of two runs alike."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

from graphmeta import vocabulary
from graphmeta.model import Artifact, Execution
from graphmeta.query.flow import Key
from graphmeta.query.nodes import display
from graphmeta.query.production import is_cached, state_of


def step_name(step: Execution) -> str:
    """What a step is called in every run: not its stored name, which has to differ, but a property that names it, or
    its type."""
    return vocabulary.display_name(
        None, None, step.properties, step.custom_properties, re.split(r"[./]", step.type)[-1]
    )


def step_role(step: Execution) -> str:
    """What two steps have in common that do the same: their type; the recorder's is the name of the step."""
    return step.type


def may_have_made(step: Execution) -> bool:
    """Whether a step may have made something itself."""
    return not is_cached(step) and state_of(step) not in ("FAILED", "CANCELED")


def itself(key: Key) -> object:
    """A node is like itself alone."""
    return key


def matched(
    old: list[Key], new: list[Key], of_old: Callable[[Key], object], of_new: Callable[[Key], object]
) -> Iterator[tuple[Key, Key]]:
    """Those of two lists that are alike, in order, taken out of both; what is like None is like nothing."""
    facing: dict[object, list[Key]] = {}
    for each in new:
        facing.setdefault(of_new(each), []).append(each)
    for each in list(old):
        alike = of_old(each)
        if alike is not None and facing.get(alike):
            other = facing[alike].pop(0)
            old.remove(each)
            new.remove(other)
            yield each, other


def same_content(one: Artifact | Execution | None, other: Artifact | Execution | None) -> bool:
    """Whether two artifacts hold the same bytes, as far as anybody noted: a digest of no letters notes nothing."""
    if one is None or other is None:
        return False
    digest = one.value("digest")
    return isinstance(digest, str) and digest != "" and digest == other.value("digest")


def same_thing(one: Artifact | Execution | None, other: Artifact | Execution | None) -> bool:
    """Whether two artifacts are versions of one thing."""
    return one is not None and other is not None and (one.type, display(one)) == (other.type, display(other))
