"""One number across versions as a chart: SVG without scripts, for light and dark ground.

As in `svg`, what a light ground needs is written into attributes; the style sheet has what a dark ground changes.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal
from html import escape
from typing import TYPE_CHECKING

from graphmeta.render.palette import GREEN
from graphmeta.render.safe import cells, shortened, visible

if TYPE_CHECKING:
    from graphmeta.model import Value

HEIGHT = 250  # of the plot, pixels
NARROWEST, WIDEST = 260, 900  # of the plot, pixels
APART = 64  # pixels between two points, where there is room
TOP, RIGHT, BELOW = 26, 22, 52
TICKS = 5
CHARACTER = 6.6  # pixels of one at 11 px
TICK_CELLS = 12  # longer texts below the axis are cut
FONT = "system-ui, -apple-system, 'Segoe UI', Roboto, 'Helvetica Neue', Arial, sans-serif"
GROUND, DARK_GROUND = "#ffffff", "#0d1117"
INK, DARK_INK = "#1f2328", "#e6edf3"
FAINT, DARK_FAINT = "#59636e", "#9198a1"
LINE, DARK_LINE = "#d1d9e0", "#30363d"


@dataclass(frozen=True, slots=True)
class Point:
    """One value.

    Attributes:
        label: whose it is, in full.
        tick: the same in a few letters, to be written below the axis.
        value: a finite number is drawn; anything else is left out, and the chart says so.
        link: where a click goes; '' for nowhere.
        marked: stands out from the others.
        gap: others that are not shown lie before it: no line leads there.
    """

    label: str
    tick: str
    value: Value | None
    link: str = ""
    marked: bool = False
    gap: bool = False


def draw(points: Sequence[Point], name: str, *, across: str = "version", style: bool = False) -> str:
    """Draw some values from left to right in the order given, evenly apart.

    Args:
        points: what is drawn.
        name: of the number, above the upright axis.
        across: what the points are, in one word, below the level axis.
        style: whether to bring the style sheet along, for an SVG that stands alone.

    Returns:
        an `<svg>` element; the same text for the same points.
    """
    values = [_number(point.value) for point in points]
    ticks = _ticks([value for value in values if value is not None])
    texts = _written(ticks)
    # The names of the first and the last point stand in the middle below these, and need room, too.
    half = max([min(cells(point.tick), TICK_CELLS) for point in points], default=0) * CHARACTER / 2
    left = max([*(CHARACTER * cells(text) + 22 for text in texts), 46.0, half + 4])
    right = max(RIGHT, half + 4)
    wide = min(max(APART * (len(points) - 1), NARROWEST), WIDEST)
    notes = _notes(points, values, ticks, texts)
    width, height = left + wide + right, TOP + HEIGHT + BELOW + 17 * len(notes)
    places = [
        None if value is None else (left + _across(number, len(points), wide), _up(value, ticks))
        for number, value in enumerate(values)
    ]
    title = f"{visible(shortened(name, 80))} by {across}"
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" class="gm-chart" role="group" aria-label="{escape(title)}" '
        f'width="{_n(width)}" height="{_n(height)}" viewBox="0 0 {_n(width)} {_n(height)}" font-family="{FONT}">',
        f"<style>{style_sheet()}</style>" if style else "",
        f'<rect class="gm-ground" width="100%" height="100%" fill="{GROUND}"/>',
        _text(left, 15, visible(shortened(name, 60)), "ink", anchor="start", bold=True),
        *_grid(ticks, texts, left, wide),
        *_below(points, left, wide, across),
        _line(points, places),
        *(
            _point(point, place, len(points))
            for point, place in sorted(zip(points, places, strict=True), key=lambda pair: pair[0].marked)
            if place is not None
        ),
        *(
            _text(8, TOP + HEIGHT + BELOW + 4 + 17 * line, note, "faint", anchor="start")
            for line, note in enumerate(notes)
        ),
        "</svg>",
    ]
    return "\n".join(part for part in parts if part) + "\n"


def style_sheet() -> str:
    """What a dark ground changes."""
    return (
        "@media (prefers-color-scheme:dark){"
        f".gm-chart .gm-ground{{fill:{DARK_GROUND}}}"
        f".gm-chart .gm-ink{{fill:{DARK_INK}}}"
        f".gm-chart .gm-faint{{fill:{DARK_FAINT}}}"
        f".gm-chart .gm-axis{{stroke:{DARK_LINE}}}"
        f".gm-chart .gm-trend{{stroke:{GREEN.dark_line}}}"
        f".gm-chart .gm-point circle{{stroke:{GREEN.dark_line};fill:{DARK_GROUND}}}"
        f".gm-chart .gm-point.gm-marked circle{{stroke:{DARK_INK};fill:{GREEN.dark_line}}}"
        "}"
    )


# ---------------------------------------------------------------- the scale


def _number(value: Value | None) -> Decimal | None:
    """A finite number, exactly as it is written; None for anything else."""
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        return None
    number = Decimal(repr(value))
    return number if number.is_finite() else None


def _ticks(values: Sequence[Decimal]) -> list[Decimal]:
    """Round numbers from below the least value to above the greatest."""
    if not values:
        return [Decimal(0), Decimal(1)]
    low, high = min(values), max(values)
    if low == high:
        # One value is no range: leave room on both sides, in its own order of magnitude.
        room = abs(low) / 10 if low else Decimal(1)
        low, high = low - room, high + room
    step = _round_step((high - low) / TICKS)
    first = (low / step).to_integral_value(ROUND_FLOOR)
    last = (high / step).to_integral_value(ROUND_CEILING)
    return [step * (first + number) for number in range(int(last - first) + 1)]


def _round_step(rough: Decimal) -> Decimal:
    """The least of 1, 2, 5 times a power of ten that is not smaller."""
    power = Decimal(1).scaleb(rough.adjusted())
    return next(power * factor for factor in (1, 2, 5, 10) if power * factor >= rough)


def _written(ticks: Sequence[Decimal]) -> list[str]:
    """The numbers of an axis, all with as many decimals as the step between them needs."""
    step = ticks[1] - ticks[0]
    exponent = step.normalize().as_tuple().exponent
    decimals = max(0, -exponent) if isinstance(exponent, int) else 0
    greatest = max(ticks, key=abs)
    if -5 <= greatest.adjusted() < 9 and decimals <= 9:
        return [f"{tick:,.{decimals}f}".replace("-", "\N{MINUS SIGN}") for tick in ticks]
    digits = max(0, greatest.adjusted() - step.adjusted())
    return [f"{tick:.{min(digits, 18)}e}".replace("-", "\N{MINUS SIGN}") if tick else "0" for tick in ticks]


def _up(value: Decimal, ticks: Sequence[Decimal]) -> float:
    return TOP + HEIGHT * (1 - float((value - ticks[0]) / (ticks[-1] - ticks[0])))


def _across(number: int, points: int, wide: float) -> float:
    """Where a point stands on the level axis, from its beginning."""
    return wide / 2 if points == 1 else wide * number / (points - 1)


# ---------------------------------------------------------------- its parts


def _grid(ticks: Sequence[Decimal], texts: Sequence[str], left: float, wide: float) -> Iterator[str]:
    for tick, text in zip(ticks, texts, strict=True):
        y = _up(tick, ticks)
        yield (
            f'<path class="gm-axis" d="M{_n(left - 10)} {_n(y)}H{_n(left + wide + 14)}" stroke="{LINE}" fill="none"/>'
            f"{_text(left - 14, y + 4, text, 'faint', anchor='end')}"
        )


def _below(points: Sequence[Point], left: float, wide: float, across: str) -> Iterator[str]:
    """As many names of points as there is room for: those of marked ones first, then evenly."""
    longest = max([min(cells(point.tick), TICK_CELLS) for point in points], default=1)
    room = CHARACTER * longest + 10
    order = sorted(range(len(points)), key=lambda number: (not points[number].marked, number))
    taken: list[float] = []
    for number in order:
        x = left + _across(number, len(points), wide)
        if all(abs(x - other) >= room for other in taken):
            taken.append(x)
            style = "ink" if points[number].marked else "faint"
            text = shortened(visible(points[number].tick), TICK_CELLS)
            yield _text(x, TOP + HEIGHT + 18, text, style, bold=points[number].marked)
    yield _text(left + wide / 2, TOP + HEIGHT + 36, f"{across}, in the order of being stored", "faint")


def _line(points: Sequence[Point], places: Sequence[tuple[float, float] | None]) -> str:
    """From value to value; broken where one is left out."""
    path = ""
    pen = "M"
    for point, place in zip(points, places, strict=True):
        if place is None or point.gap:
            pen = "M"
        if place is None:
            continue
        path += f"{pen}{_n(place[0])} {_n(place[1])}"
        pen = "L"
    if not path:
        return ""
    return f'<path class="gm-trend" d="{path}" fill="none" stroke="{GREEN.line}" stroke-opacity="0.45"/>'


def _point(point: Point, place: tuple[float, float], points: int) -> str:
    x, y = place
    said = f"{visible(point.label)}: {point.value}" + (", compared" if point.marked else "")
    radius = 6.5 if point.marked else 4.5 if points <= 60 else 3
    colours = (GREEN.line, INK) if point.marked else (GROUND, GREEN.line)
    body = (
        f"<title>{escape(said)}</title>"
        f'<circle cx="{_n(x)}" cy="{_n(y)}" r="{radius}" fill="{colours[0]}" stroke="{colours[1]}" stroke-width="1.6"/>'
    )
    style = f"gm-point{' gm-marked' if point.marked else ''}"
    if not point.link:
        return f'<g class="{style}">{body}</g>'
    return f'<a class="{style}" href="{escape(point.link)}" aria-label="{escape(said)}">{body}</a>'


def _notes(
    points: Sequence[Point], values: Sequence[Decimal | None], ticks: Sequence[Decimal], texts: Sequence[str]
) -> list[str]:
    """What might mislead, said."""
    notes = []
    shown = [point for point, value in zip(points, values, strict=True) if value is not None]
    if ticks[0] > 0 or ticks[-1] < 0:
        notes.append(f"The scale goes from {texts[0]} to {texts[-1]}: it does not begin at 0.")
    left_out = [point for point, value in zip(points, values, strict=True) if value is None]
    if left_out:
        names = ", ".join(f"{shortened(visible(each.tick), TICK_CELLS)} ({_said(each.value)})" for each in left_out[:3])
        more = f" and {len(left_out) - 3} more" if len(left_out) > 3 else ""
        notes.append(f"Not drawn, for want of a finite number: {names}{more}.")
    if any(point.marked for point in shown) and not all(point.marked for point in shown):
        notes.append("Large, filled points are those that are compared.")
    return notes


def _said(value: Value | None) -> str:
    return "none" if value is None else shortened(visible(str(value)), TICK_CELLS)


def _text(x: float, y: float, text: str, style: str, *, anchor: str = "middle", bold: bool = False) -> str:
    colour = INK if style == "ink" else FAINT
    weight = ' font-weight="600"' if bold else ""
    return (
        f'<text class="gm-{style}" x="{_n(x)}" y="{_n(y)}" text-anchor="{anchor}" font-size="11"{weight}'
        f' fill="{colour}">{escape(text)}</text>'
    )


def _n(number: float) -> str:
    """A coordinate with one decimal, or none."""
    return f"{number:.1f}".removesuffix(".0")
