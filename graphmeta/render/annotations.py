"""What was said of nodes, as blocks."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence

from graphmeta.model import AnyNode
from graphmeta.query.annotations import Annotation, Annotations, Said
from graphmeta.render import words
from graphmeta.render.blocks import Block, Heading, Note, Table


def value(said: Said | None) -> str:
    """What was said, so that a text that looks like a number can be told from one."""
    if not isinstance(said, str):
        return "taken back" if said is None else json.dumps(said)
    try:
        json.loads(said)
    except (ValueError, RecursionError):
        return said
    return json.dumps(said, ensure_ascii=False)


def table(said: Iterable[Annotation], first: str = "annotation") -> Table:
    """Annotations, one a row."""
    rows = [[each.key, value(each.value), each.by, words.minute(each.time), each.note] for each in said]
    return Table([first, "value", "by", "when", "note"], rows, firm=frozenset({"when"}), spare=("note",)).filled()


def of_node(node: AnyNode, said: Annotations) -> list[Block]:
    """What was said of one node: what counts, and all that ever was where that is more."""
    blocks: list[Block] = [Heading(words.name(node))]
    current = said.current
    if not said.history:
        return [*blocks, Note("Nothing was said of it: `graphmeta annotate NODE key=value` does.")]
    blocks.append(table(current.values()) if current else Note("All that was said of it was taken back."))
    if len(said.history) > len(current):
        blocks += [Heading("All that was ever said, the first first"), table(said.history)]
    return blocks


def written(shown: Iterable[AnyNode], said: Sequence[Annotation], number: int) -> list[Block]:
    """What was just said, in a line a node.

    Args:
        shown: the first of the nodes.
        said: of these.
        number: how many nodes it was said of.
    """
    blocks: list[Block] = []
    for node in shown:
        those = [each for each in said if each.node == (node.kind, node.id)]
        by = f"by {those[0].by}, {words.minute(those[0].time)}"
        blocks.append(Note(f"{words.with_id(node)}: {', '.join(map(_said, those))} ({by})"))
    return blocks + _more(number - len(blocks))


def would_be(
    shown: Sequence[AnyNode], number: int, alike: int, values: Mapping[str, Said], removed: Iterable[str]
) -> list[Block]:
    """What would be said of the artifacts that a filter found.

    Args:
        shown: the first of them.
        number: how many there are.
        alike: of how many more all of it is said already.
    """
    if not number:
        return [Note("It is said already of all that fit." if alike else "No artifact fits.")]
    what = [f"{key} = {value(said)}" for key, said in values.items()] + [f"{key} taken back" for key in removed]
    blocks: list[Block] = [Heading(f"{', '.join(what)}: of {words.several(number, 'artifact')}")]
    blocks += [Note(words.with_id(node)) for node in shown]
    blocks += _more(number - len(shown))
    if alike:
        blocks.append(Note(f"Of {words.several(alike, 'more artifact')} it is said already."))
    return [*blocks, Note("Nothing was written. --apply writes it.")]


def _more(number: int) -> list[Block]:
    """That there are more nodes than are named."""
    return [Note(f"… and {number:,} more")] if number else []


def _said(each: Annotation) -> str:
    return f"{each.key} taken back" if each.value is None else f"{each.key} = {value(each.value)}"
