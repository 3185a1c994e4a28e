"""Colours of roles and states, told apart by people who do not see red and green alike too.

A hue joins what belongs together: data and what prepares it, models and what trains them, metrics and
what evaluates. Kind is told by shape and type by text, so that no meaning hangs on a colour alone.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple


class Tone(NamedTuple):
    """One hue on light and on dark ground: for lines, and for faces that text stands on."""

    line: str
    face: str
    dark_line: str
    dark_face: str


BLUE = Tone("#0072b2", "#e6f1f8", "#56b4e9", "#0d2a3d")
ORANGE = Tone("#b34700", "#fbebdd", "#f0883e", "#3b2110")
GREEN = Tone("#00795a", "#e0f3ec", "#2fc39a", "#0b2e25")
PURPLE = Tone("#a2467f", "#f7e8f1", "#e09ac7", "#351a2c")
GREY = Tone("#6e7781", "#f0f2f4", "#8b949e", "#21262d")

TONES: Mapping[str, Tone] = {"blue": BLUE, "orange": ORANGE, "green": GREEN, "purple": PURPLE, "grey": GREY}

_ROLES: Mapping[str, str] = {
    "Dataset": "blue",
    "Transform": "blue",
    "Process": "blue",
    "Model": "orange",
    "Train": "orange",
    "Deploy": "orange",
    "Metrics": "green",
    "Evaluate": "green",
    "Statistics": "purple",
}

# Lines of states that are not what one expects, and of their badges (white text stands on those).
DASHES: Mapping[str, str] = {"FAILED": "7 3", "CANCELED": "7 3", "CACHED": "2 3", "RUNNING": "12 4", "NEW": "12 4"}
BADGES: Mapping[str, str] = {"FAILED": "#b3261e", "CANCELED": "#b3261e", "RUNNING": "#0550ae", "NEW": "#0550ae"}
BADGE = "#57606a"


def hue(role: str | None) -> str:
    """The name of a role's tone, a key of `TONES`."""
    return _ROLES.get(role or "", "grey")


class Shade(NamedTuple):
    """One colour on light and on dark ground."""

    light: str
    dark: str


# Of a picture itself: what it lies on, its text, its lesser text, its lines, the face of a step, and what is marked.
GROUND = Shade("#ffffff", "#0d1117")
INK = Shade("#1f2328", "#e6edf3")
FAINT = Shade("#59636e", "#9198a1")
LINE = Shade("#7d8590", "#7d8590")
STEP = Shade("#ffffff", "#161b22")
MARK = Shade("#c2185b", "#ff79b0")
