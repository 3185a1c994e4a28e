"""A lineage as a tree."""

from __future__ import annotations

from graphmeta.query.answers.lineage import Lineage
from graphmeta.render.blocks import Block, Tree
from graphmeta.render.tree import UNICODE, tree


def lineage(found: Lineage, guides: tuple[str, str, str] = UNICODE) -> list[Block]:
    """What a node was made from, and what was made from it."""
    return [Tree(list(tree(found, guides)))]
