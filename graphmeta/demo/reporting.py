"""What the demos print about one of their models, and what to paste into Neo4j Browser."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from graphmeta import query
from graphmeta.backends.statements import header, statement
from graphmeta.model import Artifact
from graphmeta.store import Store

# In cypher/: they take no parameters, so that they can be pasted as they are.
ANCESTRY = 1000  # node steps: all of it
BROWSER_STATEMENTS = ("demo/models_of_the_dataset", "demo/ancestry_of_the_model", "demo/failed_steps")


def report(store: Store, model: Artifact | str, *, picture: Path | str, echo: Callable[[str], None] = print) -> Path:
    """Print the seven answers about a model, its ancestry as a tree and the models that share its datasets,
    and draw its lineage.

    Args:
        model: an artifact, or a name such as `Model:churn@3`.
        picture: the SVG file to draw.
        echo: is given line after line.

    Returns:
        the path of the picture.

    Raises:
        NotFoundError, AmbiguousNameError: no artifact, or several, answer to `model`.
    """
    from graphmeta.render import plain, svg, text, tree

    ancestry = query.lineage(store, model, up=ANCESTRY)
    for lines in (
        plain.to_plain(text.answer(query.explain(store, model))),
        map(plain.line_text, tree.tree(ancestry)),
    ):
        for line in lines:
            echo(line)
        echo("")
    drawn = Path(picture).absolute()
    drawn.write_text(svg.to_svg(query.lineage(store, model)), encoding="utf-8")
    echo(f"Picture of its lineage: {drawn}")
    return drawn


def browser_statements() -> list[tuple[str, str]]:
    """What to paste into Neo4j Browser once the demo has filled it: (what it asks, the statement)."""
    return [(header("cypher", name).splitlines()[0], statement("cypher", name)) for name in BROWSER_STATEMENTS]
