"""Steps in time, as the pages tell them."""

from __future__ import annotations

from typing import TypedDict

from graphmeta.pages.nodes import NodeJson, Nodes
from graphmeta.query.timing import Timed
from graphmeta.render.words import duration


class TimedStepJson(TypedDict):
    """A step in time: `began` and `ended` are milliseconds since the epoch, null where nothing says; of one that still
    runs `ended` is null."""

    node: NodeJson
    state: str
    began: int | None
    ended: int | None


def step_json(nodes: Nodes, step: Timed) -> TimedStepJson:
    """One step."""
    return {"node": nodes.json(step.execution), "state": step.state, "began": step.began, "ended": step.ended}


def took(began: int | None, ended: int | None) -> str:
    """How long something took, as people say it; '' of what still runs or of which nothing is known."""
    return "" if began is None or ended is None else duration(ended - began)
