"""The programs of this folder that run on other Pythons."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path
from typing import Any

from graphmeta.testing.serving import Served


def run_program(python: Path, name: str, request: dict[str, Any]) -> Any:
    """Run one on a request; what it told."""
    script = Path(__file__).with_name(name)
    done = subprocess.run([str(python), str(script), json.dumps(request)], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def reached(served: Served) -> dict[str, Any]:
    """How the programs are told of a server."""
    return {"host": "127.0.0.1", "port": served.port}
