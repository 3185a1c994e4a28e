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
    "Datasets": ("uses", "datasets"),
    "Models": ("uses", "models"),
    "Siblings": ("uses", "siblings"),
    "Params": ("making", "params"),
    "Metrics": ("making", "metrics"),
    "Origin": ("making", "origin"),
    "Environment": ("making", "environment"),
    "Comparison": ("several", "compare"),
    "Explanation": ("several", "explain"),
    "Path": ("ways", "path"),
    "Common": ("ways", "common"),
    "Impact": ("impact", "impact"),
    "Plan": ("impact", "plan"),
    "Why": ("changes", "why"),
}


def answer(given: Answer) -> list[Block]:
    """Any answer of `graphmeta.query.answers`.

    Raises:
        KeyError: it is none.
    """
    module, function = _TEXTS[type(given).__name__]
    made = getattr(importlib.import_module(f"{__name__}.{module}"), function)(given)
    return cast("list[Block]", made)
