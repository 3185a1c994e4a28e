"""Names and values that rules want: as conditions for a store, and as tests of what it brought."""

from __future__ import annotations

import fnmatch
import re
from collections.abc import Callable, Iterator, Sequence
from functools import lru_cache

from graphmeta import vocabulary
from graphmeta.backends.expressions import TRUE, Constant, Operation, PropertyValue
from graphmeta.backends.predicates import And, Compare, KnownAs, Matches, NameContains, Predicate, Property
from graphmeta.checks.policy.rules import Wanted
from graphmeta.model import AnyNode, Artifact, Value

Test = Callable[[AnyNode], bool]


def named(pattern: str) -> Predicate:
    """A condition that holds for all nodes whose name fits, and maybe for others."""
    if not is_pattern(pattern):
        return KnownAs([pattern])
    longest = max(re.split(r"[*?]", pattern), key=len)
    return NameContains(longest) if longest else And([])


def called(patterns: Sequence[str]) -> Test:
    """Whether a node's stored name, or what people call it, fits one of some patterns."""
    tests = [_fitting(pattern) for pattern in patterns]

    def fitting(node: AnyNode) -> bool:
        uri = node.uri if isinstance(node, Artifact) else None
        shown = vocabulary.display_name(node.name, uri, node.properties, node.custom_properties)
        return any(test(name) for name in {node.name, shown} if name for test in tests)

    return fitting


def property_is(key: str, value: Wanted) -> Iterator[Predicate]:
    """Conditions of which one holds where a property has a value; of a pattern they may hold for more."""
    for custom in (False, True):
        if value == "*":
            yield Matches(TRUE, ((key, custom),))
        elif isinstance(value, str) and is_pattern(value):
            like = re.sub(r"\*+", "%", re.sub(r"[%_?\\]", "_", value))
            place = PropertyValue(key, custom, "STRING")
            alike = Operation("like", (place, Constant(like, "STRING")), "BOOL")
            yield Matches(alike, ((key, custom),))
        else:
            yield Compare(Property(key, custom), "=", value)
            other = _other_number(value)
            if other is not None:
                yield Compare(Property(key, custom), "=", other)


def _other_number(value: Wanted) -> int | float | None:
    """A number as one of the other kind: for people 3 is 3.0."""
    if isinstance(value, (bool, str)):
        return None
    if isinstance(value, int):
        return float(value) if int(float(value)) == value else None
    return int(value) if value.is_integer() and abs(value) < 2**63 else None


def fits(value: Value, wanted: Sequence[Wanted]) -> bool:
    """Whether a value is one of some; of texts, whether it fits one."""
    return any(_is(value, each) for each in wanted)


def _is(value: Value, wanted: Wanted) -> bool:
    if wanted == "*":
        return True
    if isinstance(wanted, str):
        return isinstance(value, str) and _fitting(wanted)(value)
    if isinstance(wanted, bool) or isinstance(value, bool):
        return value is wanted
    return isinstance(value, (int, float)) and value == wanted


def is_pattern(value: Wanted) -> bool:
    """Whether a value is a text that stands for several."""
    return isinstance(value, str) and ("*" in value or "?" in value)


@lru_cache(maxsize=1000)
def _fitting(pattern: str) -> Callable[[str], bool]:
    """Whether a text fits a pattern, * and ? alone having a meaning."""
    if not is_pattern(pattern):
        return pattern.__eq__
    compiled = re.compile(fnmatch.translate(pattern.replace("[", "[[]")))
    return lambda text: compiled.match(text) is not None
