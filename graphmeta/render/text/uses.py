"""Datasets, models and siblings."""

from __future__ import annotations

from graphmeta.query.answers.uses import Datasets, Models, Sibling, Siblings
from graphmeta.render import words
from graphmeta.render.blocks import Block, Heading, Table
from graphmeta.render.text.pieces import is_model, role, titled


def datasets(answer: Datasets) -> list[Block]:
    """Which datasets a model trained on."""
    verb = "trained on" if is_model(answer.model) else "was made from"
    blocks: list[Block] = [Heading(f"Datasets that {words.name(answer.model)} {verb}")]
    rows = []
    for use in answer.uses:
        # Of the node steps to a dataset, every other one is a step that ran.
        how = "read by the step that made it" if use.direct else f"{words.several(use.distance // 2, 'step')} up"
        if use.via is not None:
            how = f"through {words.reference(use.via)}"
        assumed = "assumed: an input of the step" if use.assumed else ""
        rows.append([words.reference(use.dataset), how, words.place(use.dataset.uri), assumed])
    table = Table(["dataset", "how", "where", ""], rows, firm=frozenset({"how"}), spare=("where",))
    return titled(blocks, table, answer.notes, "No dataset of it is known.")


def models(answer: Models) -> list[Block]:
    """Which models used a dataset, or all."""
    about = "Models"
    several = len(answer.using) > 1
    if answer.using:
        verb = "used" if role(answer.using[0]) == "Dataset" else "came of"
        first, more = answer.using[:3], len(answer.using) - 3
        named = ", ".join(words.name(node) for node in first) + (f" or {more} more" if more > 0 else "")
        about = f"Models that {verb} {named}"
    rows = [
        [
            words.reference(use.model),
            words.minute(use.model.created),
            words.reference(use.source) if several and use.source is not None else "",
            "" if use.direct else f"through {words.references(use.through)}",
            words.place(use.model.uri),
        ]
        for use in answer.uses
    ]
    table = Table(
        ["model", "stored", "of", "how", "where"], rows, firm=frozenset({"stored"}), spare=("where", "stored")
    )
    return titled([Heading(about)], table, answer.notes, "There are no models in this store yet.")


def siblings(answer: Siblings) -> list[Block]:
    """Which models share a dataset with a model, and which dataset."""
    rows = [
        [
            words.reference(each.model),
            words.references(each.datasets),
            _relation(each, words.reference(answer.model)),
        ]
        for each in answer.siblings
    ]
    about = "that share a dataset with" if is_model(answer.model) else "made from the same datasets as"
    heading = Heading(f"Models {about} {words.name(answer.model)}")
    return titled([heading], Table(["model", "shares", "relation"], rows), answer.notes, "No such model is known.")


def _relation(sibling: Sibling, model: str) -> str:
    if sibling.relation == "ancestor":
        return f"{model} was made from it"
    return f"made from {model}" if sibling.relation == "descendant" else ""
