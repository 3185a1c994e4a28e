"""What pictures bring along: a script and a style sheet, the same for pages and for files that stand alone."""

from __future__ import annotations

from importlib.resources import files as resources


def files() -> dict[str, str]:
    """The texts by file name: `picture.js`, `picture.css`."""
    from graphmeta.render.svg import style

    here = resources("graphmeta.render.assets")
    return {
        "picture.js": (here / "picture.js").read_text(encoding="utf-8"),
        # The colours are the renderer's own; the rest is laid out around them.
        "picture.css": style() + (here / "picture.css").read_text(encoding="utf-8"),
    }
