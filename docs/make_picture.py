"""Draw docs/demo.svg: what came of the demo's raw data, as `graphmeta demo` records it."""

from __future__ import annotations

import os
import re
import tempfile
from pathlib import Path

import graphmeta
from graphmeta.demo import run_demo
from graphmeta.render.svg import to_svg

PICTURE = Path(__file__).with_name("demo.svg")


def main() -> None:
    with tempfile.TemporaryDirectory() as folder, graphmeta.connect(Path(folder) / "demo.db") as store:
        os.chdir(folder)
        run_demo(store, echo=lambda line: None)
        start = graphmeta.resolve(store, "Dataset:tumours@1")
        # Without where the files lay on this machine, which is another place each time.
        picture = re.sub(r", file://[^<]*", "", to_svg(graphmeta.lineage(store, start)))
        PICTURE.write_text(picture + "\n", encoding="utf-8")
        os.chdir("/")


if __name__ == "__main__":
    main()
