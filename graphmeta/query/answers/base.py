"""What all answers have in common."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from graphmeta.model import AnyNode
from graphmeta.query.nodes import node_json

if TYPE_CHECKING:
    import pandas

Json = dict[str, Any]


class Answer:
    """What the answers have in common: as text they are what the command line prints."""

    __slots__ = ()

    def __str__(self) -> str:
        from graphmeta.render.plain import to_plain
        from graphmeta.render.text import answer

        return "\n".join(to_plain(answer(self)))

    def to_json(self) -> Json:
        """The answer as JSON has it."""
        raise NotImplementedError

    def to_pandas(self) -> pandas.DataFrame:
        """The answer as a table, where pandas is installed: a row for each node, change or value, properties as
        columns `properties.<key>`; of a comparison a row for each key and a column for each node; of a path a row
        for each step.

        Raises:
            UnsupportedError: pandas is not installed, or the answer is no table.
        """
        from graphmeta.query.answers.frames import to_pandas

        return to_pandas(self)

    def _repr_pretty_(self, printer: Any, cycle: bool) -> None:
        printer.text(str(self))


def optional(node: AnyNode | None) -> Json | None:
    return None if node is None else node_json(node)
