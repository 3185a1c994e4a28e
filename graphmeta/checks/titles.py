"""What each rule of the checks says is wrong, in one sentence; `docs/checks.md` has the same as a table."""

from __future__ import annotations

from collections.abc import Mapping

TITLES: Mapping[str, str] = {
    "leakage/evaluated-on-training-data": "A model was evaluated on data that it was trained on.",
    "leakage/no-split-between": "Training and evaluation data came of the same data, and no step split it.",
    "leakage/same-content": "Training and evaluation data are, or came of, the same bytes under two names.",
    "stale/newer-input": "A model was made from something of which there is a newer version.",
    "repro/no-code": "Nothing says which code a step ran.",
    "repro/code-changed": "Files were changed since the commit that is recorded of a step.",
    "repro/no-environment": "Nothing says with which packages a step ran.",
    "repro/environment-in-part": "Only some of the packages are recorded of a step.",
    "repro/image-moves": "A step ran in an image that is named by a tag, which may be another by now.",
    "repro/no-parameters": "No parameters are recorded of a step.",
    "repro/no-seed": "No seed is recorded of a step that trains.",
    "repro/input-gone": "The file of an input is gone.",
    "repro/input-changed": "The file of an input does not hold what was read.",
    "repro/input-unreadable": "The file of an input cannot be read.",
    "repro/input-nowhere": "Nothing says where an input lies.",
    "repro/no-digest": "An input has no digest, so that nobody can see whether it is what was read.",
    "integrity/store": "The store itself is not sound.",
    "integrity/dangling-event": "An event names an artifact or a step that is not there.",
    "integrity/cycle": "Data came of itself.",
    "integrity/rewritten": "A step changed what it took, so that what that was before is not known.",
    "integrity/running": "A step is RUNNING, and nothing was heard of it for long.",
    "integrity/unused": "Nothing made or used an artifact.",
    "integrity/file-gone": "The file of an artifact is gone.",
    "integrity/file-changed": "A file does not hold the bytes of its artifact any longer.",
    "integrity/file-overwritten": "A file holds another artifact now.",
}


def title(rule: str) -> str:
    """The sentence of a rule; of one of a policy, its name."""
    known = TITLES.get(rule)
    if known is not None:
        return known
    check, _, name = rule.partition("/")
    return f"The rule {name} of a policy is broken." if check == "policy" else f"{check}: {name.replace('-', ' ')}."
