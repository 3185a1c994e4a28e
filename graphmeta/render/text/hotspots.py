"""What most depends on what."""

from __future__ import annotations

from graphmeta.query.answers.hotspots import Hotspots
from graphmeta.render import words
from graphmeta.render.blocks import Block, Heading, Note, Table
from graphmeta.render.text.pieces import titled


def hotspots(answer: Hotspots) -> list[Block]:
    """The nodes that most depends on."""
    rows = [
        [words.with_id(spot.node), f"{'' if answer.exact else 'about '}{spot.reach}", f"{spot.betweenness:.4f}"]
        for spot in answer.spots
    ]
    table = Table(["node", "reach", "betweenness"], rows, frozenset({"reach", "betweenness"}))
    blocks = titled([Heading("On what most depends")], table, answer.notes, "Nothing depends on anything yet.")
    if answer.spots:
        size = f"{words.several(answer.nodes, 'node')} and {words.several(answer.edges, 'edge')}"
        how = "" if answer.samples == answer.nodes else f"; betweenness from a sample of {answer.samples}"
        blocks.append(Note(f"Of {size}{how}."))
    return blocks
