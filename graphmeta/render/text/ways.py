"""Ways from one node to another, and what several share."""

from __future__ import annotations

from graphmeta.query.answers.ways import Common, Path, Way
from graphmeta.query.flow import Edge
from graphmeta.render import words
from graphmeta.render.blocks import Block, Heading, Note, Table
from graphmeta.render.text.pieces import notes, titled


def path(answer: Path) -> list[Block]:
    """How a node's data reached another."""
    blocks: list[Block] = [Heading(f"How {words.name(answer.source)} reached {words.name(answer.target)}")]
    for number, way in enumerate(answer.ways, 1):
        if len(answer.ways) > 1:
            blocks.append(Heading(f"Way {number}: {words.several(len(way), 'node step')}"))
        blocks.append(_way(way))
    if answer.more:
        blocks.append(Note("There are more ways: --limit says how many to show."))
    return [*blocks, *notes(answer.notes)]


def _way(way: Way) -> Table:
    """A chain: each node with the event that leads to it."""
    rows = []
    for place, node in enumerate(way.nodes):
        edge = way.edges[place - 1] if place else None
        shown = "an artifact that is not in the store" if node is None else words.with_id(node)
        rows.append(["", shown, ""] if edge is None else [_verb(edge), shown, words.minute(edge.time)])
    return Table(["", "node", "when"], rows, firm=frozenset({"when"}), spare=("when",))


def _verb(edge: Edge) -> str:
    """What an event says of its target: `used by`, `made`, with the key of its path."""
    if is_same(edge):
        return "the same bytes as"
    verb = "used by" if edge.source.kind == "artifact" else "made"
    kind = "" if edge.type in ("INPUT", "OUTPUT") else f" ({(edge.type or '').replace('_', ' ').lower()})"
    key = ".".join(map(str, edge.path))
    return f"{verb}{kind}{f' as {key}' if key else ''}"


def is_same(edge: Edge) -> bool:
    """Whether an edge is no event, and says that two artifacts hold the same bytes."""
    return edge.source.kind == edge.target.kind == "artifact" and edge.event is None and not edge.hidden


def common(answer: Common) -> list[Block]:
    """What several nodes came of."""
    rows = [
        [
            words.with_id(each.node),
            ", ".join(map(str, each.distances)),
            "nearest" if each.lowest else "",
            words.minute(each.node.created),
        ]
        for each in answer.ancestors
    ]
    heading = Heading(f"What {', '.join(words.name(node) for node in answer.nodes)} share")
    table = Table(["ancestor", "node steps to each", "", "stored"], rows, firm=frozenset({"stored"}), spare=("stored",))
    blocks = titled([heading], table, answer.notes, "They share nothing.")
    if answer.total > len(answer.ancestors):
        blocks.append(Note(f"{answer.total - len(answer.ancestors)} more: --limit says how many to show."))
    return blocks
