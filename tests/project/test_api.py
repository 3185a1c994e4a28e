"""The public API is what this file says: a change of it is a decision, not an accident."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import graphmeta

DOCS = Path(__file__).resolve().parents[2] / "docs" / "api.md"

PUBLIC = [
    "AlreadyExistsError",
    "AmbiguousNameError",
    "AnyValue",
    "Artifact",
    "Association",
    "Attribution",
    "Context",
    "Event",
    "Execution",
    "FailedPreconditionError",
    "ForeignStoreError",
    "GraphmetaError",
    "InternalError",
    "InvalidArgumentError",
    "Lineage",
    "NotFoundError",
    "ParentContext",
    "PutOptions",
    "ReadOnlyError",
    "Recorded",
    "RecordingWarning",
    "Run",
    "SchemaVersionError",
    "Step",
    "Store",
    "StoreUnavailableError",
    "Type",
    "UnsupportedError",
    "__version__",
    "artifact_type",
    "compare",
    "connect",
    "context_type",
    "datasets",
    "environment",
    "execution_type",
    "explain",
    "common",
    "evidence",
    "hotspots",
    "impact",
    "path",
    "plan",
    "why",
    "lineage",
    "metrics",
    "models",
    "origin",
    "params",
    "resolve",
    "run",
    "siblings",
    "start",
]


def test_the_public_names_are_these() -> None:
    assert sorted(graphmeta.__all__) == sorted(PUBLIC)


def test_every_public_name_loads_and_is_documented() -> None:
    documented = DOCS.read_text(encoding="utf-8")
    for name in graphmeta.__all__:
        value = getattr(graphmeta, name)
        assert name == "__version__" or value.__doc__, name
        assert f"`{name}" in documented or f"`graphmeta.{name}" in documented, f"{name} is missing in docs/api.md"


def test_the_type_checker_sees_the_same_names() -> None:
    block = Path(graphmeta.__file__).read_text(encoding="utf-8").split("if TYPE_CHECKING:")[1].split("_HOMES")[0]
    seen = {line.rpartition(" as ")[2] for line in block.splitlines() if " as " in line}
    assert seen | {"__version__"} == set(PUBLIC)


def test_importing_loads_nothing_heavy() -> None:
    heavy = ("neo4j", "networkx", "google.protobuf", "rich", "click", "pandas", "numpy")
    code = f"import sys, graphmeta; print([name for name in {heavy!r} if name in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
