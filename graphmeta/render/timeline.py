"""Steps in time as a picture: a bar each, from when it began to when it ended. SVG without scripts; its colours on a
dark ground are those of `stylesheet`."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from html import escape

from graphmeta.render.lettering import FONT, measured, number, written
from graphmeta.render.palette import DASHES, GROUND, LINE, TONES, hue
from graphmeta.render.safe import shortened, visible
from graphmeta.render.words import LONGEST_NAME, duration, minute, several, time

ROW = 26.0
BAR = 14.0
NAMES = 220.0  # width of the column of names
PLOT = 560.0
BESIDE = 190.0  # room for what stands behind a bar
TOP = 34.0
MARGIN = 14.0
NARROWEST = 3.0  # of a bar
NAME_CELLS = 30
_MOST_TICKS = 7
_SECOND, _MINUTE, _HOUR, _DAY = 1000, 60_000, 3_600_000, 86_400_000
_SPACINGS = (
    *(1, 2, 5, 10, 20, 50, 100, 200, 500),
    *(seconds * _SECOND for seconds in (1, 2, 5, 10, 15, 30)),
    *(minutes * _MINUTE for minutes in (1, 2, 5, 10, 15, 30)),
    *(hours * _HOUR for hours in (1, 2, 3, 6, 12)),
    *(days * _DAY for days in (1, 2, 7, 14, 30, 90, 180, 365)),
)


@dataclass(frozen=True, slots=True)
class Bar:
    """A step in time.

    Attributes:
        name: what people call it.
        state: one of MLMD's states; any but COMPLETE and UNKNOWN is written behind the bar.
        role: see `vocabulary`.
        began: milliseconds since the epoch.
        ended: likewise; None while it runs.
        link: where a click goes.
    """

    name: str
    state: str
    role: str | None
    began: int
    ended: int | None
    link: str


def draw(bars: Sequence[Bar], now: int) -> str:
    """Draw some steps, one below the other in the order given.

    Args:
        bars: one at least.
        now: milliseconds since the epoch: where the bars of those that still run stop.

    Returns:
        an SVG document: the same text for the same steps.
    """
    first = min(bar.began for bar in bars)
    last = max(max(bar.began, _end(bar, now)) for bar in bars)
    span = max(1, last - first)
    scale = PLOT / span
    width = NAMES + PLOT + BESIDE + 2 * MARGIN
    height = TOP + ROW * len(bars) + MARGIN
    name = escape(f"Timeline: {several(len(bars), 'step')} in {duration(last - first)}, from {time(first)}")
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" class="gm-lineage gm-timeline" role="group" aria-label="{name}"'
        f' width="{number(width)}" height="{number(height)}" viewBox="0 0 {number(width)} {number(height)}"'
        f' font-family="{FONT}">',
        f"<title>{name}</title>",
        f'<rect class="gm-ground" width="100%" height="100%" fill="{GROUND.light}"/>',
        written(MARGIN, TOP - 14, f"from {minute(first)}", "gm-faint", 11),
        *_axis(span, scale, height),
        *(_row(bar, TOP + ROW * place, first, scale, now) for place, bar in enumerate(bars)),
        "</svg>",
    ]
    return "\n".join(parts) + "\n"


def ticks(span: int) -> list[int]:
    """Where the axis is marked: few round distances from the beginning, in milliseconds.

    Args:
        span: from the beginning to the end, in milliseconds.
    """
    fitting = (spacing for spacing in _SPACINGS if span / spacing <= _MOST_TICKS)
    years = 365 * _DAY
    spacing = next(fitting, -(-span // (_MOST_TICKS * years)) * years)
    return list(range(0, span + 1, spacing))


def distance(milliseconds: int) -> str:
    """How far a tick is from the beginning, in the largest units that say it: `50 ms`, `1 min 30 s`, `2 h`, `3 d`."""
    units = ((_DAY, "d"), (_HOUR, "h"), (_MINUTE, "min"), (_SECOND, "s"), (1, "ms"))
    parts = []
    for size, unit in units:
        whole, milliseconds = divmod(milliseconds, size)
        if whole:
            parts.append(f"{whole} {unit}")
    return " ".join(parts) or "0"


def _end(bar: Bar, now: int) -> int:
    return max(bar.began, now if bar.ended is None else bar.ended)


def _axis(span: int, scale: float, height: float) -> Iterator[str]:
    for tick in ticks(span):
        x = MARGIN + NAMES + tick * scale
        yield (
            f'<path class="gm-line" d="M{number(x)} {number(TOP - 8)}V{number(height - MARGIN)}" fill="none"'
            f' stroke="{LINE.light}" stroke-opacity="0.35"/>'
        )
        yield written(x, TOP - 14, distance(tick), "gm-faint", 11, anchor="middle")


def _row(bar: Bar, top: float, first: int, scale: float, now: int) -> str:
    name = shortened(visible(bar.name), LONGEST_NAME)
    end = _end(bar, now)
    left = MARGIN + NAMES + (bar.began - first) * scale
    width = max(NARROWEST, (end - bar.began) * scale)
    said = _said(bar, end)
    whole = escape(f"{name}: {said}, began {time(bar.began)}")
    return "".join(
        [
            f'<a class="gm-node gm-step-in-time" href="{escape(bar.link)}" aria-label="{whole}"><title>{whole}</title>',
            # All of the row can be clicked.
            f'<rect x="0" y="{number(top)}" width="100%" height="{number(ROW)}" fill="transparent"/>',
            written(MARGIN, top + 17, shortened(name, NAME_CELLS), "gm-ink", 13),
            _bar(bar, left, top + (ROW - BAR) / 2, width),
            _behind(left + width, top + 17, said),
            "</a>",
        ]
    )


def _said(bar: Bar, end: int) -> str:
    """How long it took, and how it ended where that is worth a word."""
    took = duration(end - bar.began)
    if bar.ended is None:
        return f"{bar.state.replace('_', ' ').lower()} for {took}"
    ordinary = bar.state in ("COMPLETE", "UNKNOWN")
    return took if ordinary else f"{took}, {bar.state.replace('_', ' ').lower()}"


def _bar(bar: Bar, left: float, top: float, width: float) -> str:
    """A box in the hue of the step's role, dashed as in the pictures of lineages where it did not simply complete; of
    a step that still runs it is open on the right."""
    name = hue(bar.role)
    tone = TONES[name]
    dash = DASHES.get(bar.state, "")
    dashed = f' stroke-dasharray="{dash}"' if dash else ""
    colours = f'class="gm-{name}" fill="{tone.face}" stroke="{tone.line}" stroke-width="1.4"{dashed}'
    if bar.ended is not None:
        size = f'width="{number(width)}" height="{number(BAR)}"'
        return f'<rect x="{number(left)}" y="{number(top)}" {size} {colours}/>'
    right, middle, bottom = left + width, top + BAR / 2, top + BAR
    return (
        f'<path d="M{number(right)} {number(top)}H{number(left)}V{number(bottom)}H{number(right)}'
        f'L{number(right + 7)} {number(middle)}Z" {colours}/>'
    )


def _behind(right: float, y: float, said: str) -> str:
    """What stands behind a bar, or where there is no room for it before its end."""
    space = MARGIN + NAMES + PLOT + BESIDE - right
    text = said if measured(said, 11) < space else shortened(said, 24)
    return written(right + 12, y - 1, text, "gm-faint", 11)
