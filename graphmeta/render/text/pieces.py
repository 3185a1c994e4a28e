"""What the texts of several answers share."""

from __future__ import annotations

from collections.abc import Sequence

from graphmeta import vocabulary
from graphmeta.model import AnyNode, Execution
from graphmeta.render import words
from graphmeta.render.blocks import Block, Note, Table


def titled(blocks: list[Block], table: Table, said: Sequence[str], nothing: str) -> list[Block]:
    """A heading, a table or a sentence that there is nothing, and the notes."""
    if table.rows:
        return [*blocks, table, *notes(said)]
    return [*blocks, *(notes(said) or [Note(nothing)])]


def notes(said: Sequence[str]) -> list[Block]:
    """Sentences as blocks."""
    return [Note(each) for each in said]


def step(execution: Execution) -> str:
    """A step by its name and its id: `train (execution/4)`, `fine-tune (train, execution/11)`."""
    return words.with_id(execution)


def role(node: AnyNode) -> str | None:
    """What a node is for, by its type's name."""
    return vocabulary.role(node.kind, node.type)


def is_model(node: AnyNode) -> bool:
    """Whether the words for models fit; those for any node do as well."""
    return role(node) == "Model"
