"""The answers to the questions as blocks: what `graphmeta datasets` and its siblings print for people.

A module for each of `query.answers`, with a function for each answer.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, cast

if TYPE_CHECKING:
    from graphmeta.query.answers.base import Answer
    from graphmeta.render.blocks import Block

# Where the text of an answer is made: the module and the function.
_TEXTS = {
    "Datasets": ("text.uses", "datasets"),
    "Models": ("text.uses", "models"),
    "Siblings": ("text.uses", "siblings"),
    "Params": ("text.making", "params"),
    "Metrics": ("text.making", "metrics"),
    "Origin": ("text.making", "origin"),
    "Environment": ("text.making", "environment"),
    "Comparison": ("text.several", "compare"),
    "Explanation": ("text.several", "explain"),
    "Path": ("text.ways", "path"),
    "Common": ("text.ways", "common"),
    "Impact": ("text.impact", "impact"),
    "Plan": ("text.impact", "plan"),
    "Evidence": ("evidence", "blocks"),
    "Hotspots": ("text.hotspots", "hotspots"),
    "Why": ("text.changes", "why"),
    "Check": ("text.checks", "check"),
    "Report": ("text.checks", "report"),
}


def answer(given: Answer) -> list[Block]:
    """Any answer of `graphmeta.query.answers`.

    Raises:
        KeyError: it is none.
    """
    module, function = _TEXTS[type(given).__name__]
    made = getattr(importlib.import_module(f"graphmeta.render.{module}"), function)(given)
    return cast("list[Block]", made)
