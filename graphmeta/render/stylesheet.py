"""The style sheet of pictures: what a dark ground changes, and what a pointer, the keyboard and a link to a node do.

What a light ground needs is written into attributes, so that every program that shows SVG gets it right.
"""

from __future__ import annotations

from graphmeta.render.palette import FAINT, GROUND, INK, LINE, MARK, STEP, TONES

# No script is needed for these. A link that leads to a node of the picture marks it (:target).
_TOUCHED = """
.gm-lineage a{text-decoration:none}
.gm-lineage .gm-node:is(:hover,:focus-visible,:target) .gm-box{stroke-width:3.2}
.gm-lineage .gm-node:focus-visible{outline:2px solid %(light)s;outline-offset:5px}
.gm-lineage .gm-node:is(:focus-visible,:target) .gm-box{stroke:%(light)s}
.gm-lineage .gm-edge:hover .gm-line{stroke-width:3.2}
"""


def style() -> str:
    """The style sheet, the same for every picture; it touches nothing outside of them."""
    tones = [
        f".gm-lineage .gm-{name}{{stroke:{tone.dark_line};fill:{tone.dark_face}}}\n"
        f".gm-lineage .gm-bar-{name}{{fill:{tone.dark_line}}}\n"
        f".gm-lineage .gm-icon-{name}{{stroke:{tone.dark_line}}}"
        for name, tone in TONES.items()
    ]
    dark = [
        f".gm-lineage .gm-ground{{fill:{GROUND.dark}}}",
        f".gm-lineage .gm-ink{{fill:{INK.dark}}}",
        f".gm-lineage .gm-faint{{fill:{FAINT.dark}}}",
        f".gm-lineage .gm-line{{stroke:{LINE.dark}}}",
        f".gm-lineage .gm-head{{fill:{LINE.dark}}}",
        f".gm-lineage .gm-ring{{stroke:{INK.dark}}}",
        *tones,
        f".gm-lineage .gm-step{{fill:{STEP.dark}}}",
        f".gm-lineage .gm-marked .gm-box,.gm-lineage .gm-marked .gm-line{{stroke:{MARK.dark}}}",
        f".gm-lineage .gm-marked .gm-head{{fill:{MARK.dark}}}",
        f".gm-lineage .gm-node:focus-visible{{outline-color:{MARK.dark}}}",
        f".gm-lineage .gm-node:is(:focus-visible,:target) .gm-box{{stroke:{MARK.dark}}}",
    ]
    return _TOUCHED % MARK._asdict() + "@media (prefers-color-scheme:dark){\n" + "\n".join(dark) + "\n}\n"
