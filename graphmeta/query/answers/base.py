"""What all answers have in common."""

from __future__ import annotations

from typing import Any

from graphmeta.model import AnyNode
from graphmeta.query.nodes import node_json

Json = dict[str, Any]


class Answer:
    """What the answers have in common: as text they are what the command line prints."""

    __slots__ = ()

    def __str__(self) -> str:
        from graphmeta.render.plain import to_plain
        from graphmeta.render.text import answer

        return "\n".join(to_plain(answer(self)))

    def _repr_pretty_(self, printer: Any, cycle: bool) -> None:
        printer.text(str(self))


def optional(node: AnyNode | None) -> Json | None:
    return None if node is None else node_json(node)
