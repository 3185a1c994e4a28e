"""Write into docs/questions.md and docs/keeping.md what their commands print on the demo's store."""

from __future__ import annotations

import os
import re
import shlex
import subprocess
import sys
import tempfile
from pathlib import Path

PAGES = [Path(__file__).with_name(name) for name in ("questions.md", "keeping.md")]
_BLOCK = re.compile(r"```console\n(.*?)```", re.DOTALL)
_MOMENT = re.compile(r"\d{4}-\d\d-\d\d([T ])\d\d:\d\d(:\d\d)?([+-]\d\d:\d\d)?")


def filled(page: str) -> str:
    """The page with what its commands print, on a store that the demo makes."""
    with tempfile.TemporaryDirectory() as folder:
        _run(["demo"], folder)
        return _BLOCK.sub(lambda found: f"```console\n{_session(found[1], folder)}```", page)


def _session(block: str, folder: str) -> str:
    commands = [line for line in block.splitlines() if line.startswith("$ ")]
    return "\n".join(f"{command}\n{_run(shlex.split(command)[2:], folder)}" for command in commands)


def _run(arguments: list[str], folder: str) -> str:
    """What a command prints; moments and folders, which are others every time, replaced by one."""
    done = subprocess.run(
        [sys.executable, "-m", "graphmeta", *arguments],
        cwd=folder,
        env={**os.environ, "PYTHONIOENCODING": "utf-8", "TZ": "UTC"},
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    if done.returncode:
        raise SystemExit(f"graphmeta {shlex.join(arguments)} ended with {done.returncode}: {done.stderr}")
    # As many packages as are installed here are the same.
    text = re.sub(r"^\d+ (more rows are the same)", r"90 \1", done.stdout, flags=re.MULTILINE)
    # Bytes are as many as the engine's pages and the paths of this machine take.
    text = re.sub(r"^(on disk  ).*$", r"\g<1>123 kB (2.6 kB a node)", text, flags=re.MULTILINE)
    text = re.sub(r"[\d.]+ kB (in|before|now)", r"123 kB \1", text)
    text = re.sub(r" in [\d.]+ m?s\.$", " in 0.01 s.", text, flags=re.MULTILINE)
    text = re.sub(r"\([\d.,]+ (bytes|kB) of values\)", "(500 bytes of values)", text)
    text = re.sub(r"^\d{4}-\d\d(?=  )", "2026-11", text, flags=re.MULTILINE)
    text = _MOMENT.sub(_noon, text).replace(Path(folder).resolve().as_uri(), "file:///home/you")
    return re.sub(r"file://\S*/graphmeta/demo/", "file:///home/you/graphmeta/demo/", text)


def _noon(found: re.Match[str]) -> str:
    """A moment of the same form."""
    return f"2026-11-23{found[1]}12:00{':00' if found[2] else ''}{'+00:00' if found[3] else ''}"


if __name__ == "__main__":
    for page in PAGES:
        page.write_text(filled(page.read_text(encoding="utf-8")), encoding="utf-8")
