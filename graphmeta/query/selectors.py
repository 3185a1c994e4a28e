"""Selectors: a node and how far to go from it, as dbt's users write it."""

from __future__ import annotations

import re
from typing import Literal, NamedTuple, Union

Hops = Union[int, Literal["all"]]
_SELECTOR = re.compile(r"(?:(?P<up>[0-9]{0,9})\+)?(?P<name>.+?)(?:\+(?P<down>[0-9]{0,9}))?", re.DOTALL)


class Selector(NamedTuple):
    """A node's name, and node steps up and down; 0 where the selector says nothing of a side."""

    name: str
    up: Hops
    down: Hops


def read_selector(text: str) -> Selector | None:
    """`+Model:churn+1`: before the name `+` for all upstream, or `2+` for two node steps; behind it likewise
    downstream. None where a text has neither.

    A + may belong to a name (`c++`), so a name that exists wins: look the whole text up first.
    """
    found = _SELECTOR.fullmatch(text)
    if found is None or (found["up"] is None and found["down"] is None):
        return None
    up, down = (0 if each is None else int(each) if each else "all" for each in (found["up"], found["down"]))
    return Selector(found["name"], up, down)  # type: ignore[arg-type]  # "all" is a str to the generator
