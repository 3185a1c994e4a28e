"""Text in SVG: how wide it is, and its element; and numbers as SVG has them."""

from __future__ import annotations

from html import escape

from graphmeta.render.palette import FAINT, INK, Shade
from graphmeta.render.safe import cells

FONT = "system-ui, -apple-system, 'Segoe UI', Roboto, 'Helvetica Neue', Arial, sans-serif"

_COLOURS = {"gm-ink": INK, "gm-faint": FAINT, "gm-badge": Shade("#ffffff", "#ffffff")}


def written(x: float, y: float, text: str, style: str, size: int, *, bold: bool = False, anchor: str = "start") -> str:
    """A line of text.

    Args:
        x, y: where it begins (or its middle or end, as `anchor` says), on its base line.
        style: gm-ink, gm-faint or gm-badge.
        size: in pixels.
    """
    weight = ' font-weight="600"' if bold else ""
    place = "" if anchor == "start" else f' text-anchor="{anchor}"'
    return (
        f'<text class="{style}" x="{number(x)}" y="{number(y)}"{place} font-size="{size}"{weight}'
        f' fill="{_COLOURS[style].light}">{escape(text)}</text>'
    )


def measured(text: str, size: int, *, bold: bool = False) -> float:
    """About how wide a text is, in pixels: there is no font to ask, so as wide as in a wide one (DejaVu Sans)."""
    ems = 0.0
    for character in text:
        if character in "ijl.,:;|!'`()[]{}/ ftrI":
            ems += 0.37
        elif character in "mwMW@%—…":
            ems += 0.97
        elif character.isupper() or character in "&#<>=+~_×":
            ems += 0.72
        else:
            ems += 0.62 * (cells(character) if not character.isascii() else 1)
    return ems * size * (1.09 if bold else 1.0)


def number(value: float) -> str:
    """A coordinate with one decimal, or none."""
    text = f"{value:.1f}"
    return text.removesuffix(".0") if text != "-0.0" else "0"
