"""Our end of the workers that speak MLMD's interface."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from types import TracebackType
from typing import Any

from graphmeta.testing.environments import environment

ORIGINAL = "ml_metadata"
OURS = "graphmeta.mlmd"


def with_fast_driver(cache_folder: Path) -> tuple[Path | None, str]:
    """An interpreter with graphmeta's extra `fast`, the Neo4j driver's codec in Rust, which tests do without.

    Args:
        cache_folder: where its virtual environment is made, in a folder `fast`, when first needed.

    Returns:
        the interpreter's path and '', or None and a sentence.
    """
    root = Path(__file__).resolve().parents[1]
    project = (root / "pyproject.toml").read_text(encoding="utf-8")
    version = "{}.{}".format(*sys.version_info)
    return environment(cache_folder / "fast", (version,), [("install", "--editable", f"{root}[fast]")], project)


class Worker:
    """One side of a comparison in a process of its own; see mlmd_worker.py for its requests.

    Args:
        python: the interpreter: the oracle's for ml-metadata 1.17.1, ours for graphmeta.
        package: ORIGINAL or OURS.
    """

    def __init__(self, python: str | Path, package: str = ORIGINAL) -> None:
        self._process = subprocess.Popen(
            [str(python), str(Path(__file__).with_name("mlmd_worker.py")), package],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            # ml-metadata logs each lineage query.
            stderr=subprocess.DEVNULL if package == ORIGINAL else None,
            text=True,
        )

    def __enter__(self) -> Worker:
        return self

    def __exit__(
        self, error: type[BaseException] | None, value: BaseException | None, traceback: TracebackType | None
    ) -> None:
        assert self._process.stdin is not None and self._process.stdout is not None
        self._process.stdin.close()
        self._process.wait(30)
        self._process.stdout.close()

    def ask(self, **request: Any) -> dict[str, Any]:
        """Send a request and wait for its answer."""
        assert self._process.stdin is not None and self._process.stdout is not None
        self._process.stdin.write(json.dumps(request) + "\n")
        self._process.stdin.flush()
        line = self._process.stdout.readline()
        if not line:
            raise RuntimeError(f"the worker ended while it was asked {request}")
        answer: dict[str, Any] = json.loads(line)
        return answer
