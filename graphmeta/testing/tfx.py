"""TFX without TensorFlow (the package ml-pipelines-sdk), for tests: interpreters that have it, found or made.

It needs Python 3.9 or 3.10. setuptools must not be there: TFX takes its presence for a full installation, and then
refuses its own artifact classes where the rest of TFX is missing.
"""

from __future__ import annotations

import hashlib
from functools import cache
from pathlib import Path

from graphmeta.testing import oracle
from graphmeta.testing.environments import environment

VERSION = "1.17.3"
_TFX = ("install", f"ml-pipelines-sdk=={VERSION}", f"ml-metadata=={oracle.VERSION}")


@cache
def with_ml_metadata(cache_folder: Path) -> tuple[Path | None, str]:
    """An interpreter with TFX and ml-metadata, in the folder's `tfx`; made when first needed (20 seconds).

    Returns:
        as `environments.environment` does.
    """
    return environment(cache_folder / "tfx", ("3.10", "3.9"), [_TFX, ("uninstall", "--yes", "setuptools")])


@cache
def with_graphmeta(cache_folder: Path, project: Path) -> tuple[Path | None, str]:
    """An interpreter with TFX and graphmeta, but without ml-metadata, in the folder's `tfx-graphmeta`.

    Args:
        project: graphmeta's own folder, installed as it stands.

    Returns:
        as `environments.environment` does.
    """
    # One call, so that pip finds the versions (of protobuf above all) that suit both.
    pip = [(*_TFX, "--editable", str(project)), ("uninstall", "--yes", "setuptools", "ml-metadata")]
    made_for = hashlib.sha256((project / "pyproject.toml").read_bytes()).hexdigest()
    return environment(cache_folder / "tfx-graphmeta", ("3.10",), pip, made_for)
