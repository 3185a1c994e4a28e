"""What a vertex looks like: a rounded box for artifacts, a square one with a bar for executions, an outline that
tells the state, a sign for the role, the text, and badges for states that matter. A stack stands for several."""

from __future__ import annotations

from collections.abc import Iterator

from graphmeta.render.graph import Vertex
from graphmeta.render.layout import Box
from graphmeta.render.lettering import measured, number, written
from graphmeta.render.palette import BADGE, BADGES, DASHES, INK, MARK, STEP, TONES, hue
from graphmeta.render.safe import shortened

LABEL_CELLS = 30  # longer names are cut
RING = 6.0  # from a box to the outside of the start's second outline
SIGN = 16.0  # the side of a role's sign

_HEIGHT = 46.0
_NARROWEST = 96.0
_SIDE = 12.0  # from a box's side to what stands in it
_BAR = 6.0
_STACK = 4.0  # from a sheet of a stack to the next
_SHEETS = 2  # of a stack, behind the first

# Signs of roles, in a square of 16: they tell apart what colours tell apart, for those who do not see colours.
_SIGNS = {
    "Dataset": "M2.5 4c0-2.7 11-2.7 11 0s-11 2.7-11 0v8c0 2.7 11 2.7 11 0v-8M2.5 8c0 2.7 11 2.7 11 0",
    "Model": "M8 1.5l6 3.4v6.2l-6 3.4l-6-3.4v-6.2zM2 4.9l6 3.4l6-3.4M8 8.3v6.2",
    "Metrics": "M2 14.5h12M4 14v-4M8 14v-11M12 14v-7",
    "Statistics": "M1.5 13.5c4.5 0 3.5-10.5 6.5-10.5s2 10.5 6.5 10.5",
    "Train": "M13.8 9.5a6 6 0 1 1-1.3-5.5M13 1v3.5h-3.5",
    "Transform": "M2 5h11l-3-3M14 11h-11l3 3",
    "Process": "M1.5 2.5h13l-5 6v5.5l-3-1.5v-4z",
    "Evaluate": "M2 8.5l4 4.5l8-10",
    "Deploy": "M8 14v-12M3.5 6.5l4.5-4.5l4.5 4.5",
}


def sign(role: str | None, x: float, y: float, scale: float = 1.0) -> str:
    """A role's sign with its left upper corner there; nothing for a role without one."""
    if role not in _SIGNS:
        return ""
    name = hue(role)
    size = f" scale({number(scale)})" if scale != 1 else ""
    return (
        f'<path class="gm-icon-{name}" transform="translate({number(x)} {number(y)}){size}" d="{_SIGNS[role]}"'
        f' fill="none" stroke="{TONES[name].line}" stroke-width="1.6" stroke-linecap="round" stroke-linejoin="round"/>'
    )


def size_of(vertex: Vertex) -> tuple[float, float]:
    """How wide and high a vertex must be for its text."""
    more = _SHEETS * _STACK if vertex.folded else 0.0
    return _width(vertex) + more, _HEIGHT + more


def _width(vertex: Vertex) -> float:
    title = measured(_title(vertex), 13, bold=True)
    second = measured(shortened(vertex.subtitle, LABEL_CELLS), 11)
    text = _indent(vertex) + max(title, second) + _SIDE
    badges = sum(_badge_width(words) + 4 for _, words in vertex.badges) + 8
    return max(_NARROWEST, text, badges)


def shape(vertex: Vertex, box: Box, marked: bool) -> Iterator[str]:
    """The elements of a vertex, from the lowest to the topmost."""
    if vertex.start:
        yield _ring(vertex, box)
    if vertex.folded:
        for sheet in range(_SHEETS, 0, -1):
            yield _outline(vertex, _sheet(box, sheet), marked, lowest=True)
    front = _sheet(box, 0) if vertex.folded else box
    yield _outline(vertex, front, marked)
    yield sign(vertex.role, front.x + _SIDE + _bar(vertex), front.y + (front.height - SIGN) / 2)
    x, middle = front.x + _indent(vertex), front.y + front.height / 2
    yield written(x, middle - 3, _title(vertex), "gm-ink", 13, bold=True)
    yield written(x, middle + 13, shortened(vertex.subtitle, LABEL_CELLS), "gm-faint", 11)
    right = front.x + front.width - 6
    for state, words in reversed(vertex.badges):
        yield _badge(state, words, right, front.y)
        right -= _badge_width(words) + 4


def _title(vertex: Vertex) -> str:
    if not vertex.folded:
        return shortened(vertex.label, LABEL_CELLS)
    times = f" {vertex.times}"
    return shortened(vertex.label, LABEL_CELLS - len(times)) + times


def _bar(vertex: Vertex) -> float:
    return _BAR if vertex.key.kind == "execution" else 0.0


def _indent(vertex: Vertex) -> float:
    """From the box's left side to its text."""
    return _SIDE + _bar(vertex) + (SIGN + 8 if vertex.role in _SIGNS else 0)


def _sheet(box: Box, number: int) -> Box:
    """One of a stack, 0 the front one: the stack fills the box."""
    away, less = number * _STACK, _SHEETS * _STACK
    return Box(box.x + away, box.y + away, box.width - less, box.height - less, box.layer)


def _outline(vertex: Vertex, box: Box, marked: bool, *, lowest: bool = False) -> str:
    alike = len(vertex.states) == 1
    dash = (
        DASHES.get(vertex.state or "", "4 4" if vertex.missing or vertex.state else "")
        if alike or vertex.missing
        else ""
    )
    dashed = f' stroke-dasharray="{dash}"' if dash and not lowest and not marked else ""
    place = f'x="{number(box.x)}" y="{number(box.y)}" width="{number(box.width)}" height="{number(box.height)}"'
    name = hue(vertex.role)
    thick = 3.2 if marked else 1.5
    if vertex.key.kind == "artifact":
        colour = MARK.light if marked else TONES[name].line
        return (
            f'<rect class="gm-box gm-{name}" {place} rx="14" fill="{TONES[name].face}" stroke="{colour}"'
            f' stroke-width="{thick}"{dashed}/>'
        )
    colour = MARK.light if marked else TONES["grey"].line
    outline = (
        f'<rect class="gm-box gm-grey gm-step" {place} fill="{STEP.light}" stroke="{colour}"'
        f' stroke-width="{thick}"{dashed}/>'
    )
    return outline if lowest else outline + bar(vertex.role, box.x, box.y, _BAR, box.height)


def bar(role: str | None, x: float, y: float, width: float, height: float) -> str:
    """The coloured bar at the left of an execution."""
    name = hue(role)
    return (
        f'<rect class="gm-bar-{name}" x="{number(x)}" y="{number(y)}" width="{number(width)}"'
        f' height="{number(height)}" fill="{TONES[name].line}"/>'
    )


def _ring(vertex: Vertex, box: Box) -> str:
    """A second outline round the start."""
    corner = 0 if vertex.key.kind == "execution" else 18
    return (
        f'<rect class="gm-ring" x="{number(box.x - 4.5)}" y="{number(box.y - 4.5)}" width="{number(box.width + 9)}"'
        f' height="{number(box.height + 9)}" rx="{corner}" fill="none" stroke="{INK.light}" stroke-width="2"/>'
    )


def _badge_width(words: str) -> float:
    return measured(words, 10, bold=True) + 12


def _badge(state: str, words: str, right: float, y: float) -> str:
    width = _badge_width(words)
    x = right - width
    return (
        f'<rect x="{number(x)}" y="{number(y - 8)}" width="{number(width)}" height="15" rx="7.5"'
        f' fill="{BADGES.get(state, BADGE)}"/>'
        f"{written(x + width / 2, y + 3, words, 'gm-badge', 10, bold=True, anchor='middle')}"
    )
