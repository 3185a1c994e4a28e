"""Write docs/api.md from the docstrings: every public name, by what it is for."""

from __future__ import annotations

import inspect
import re
from pathlib import Path
from typing import Any

import graphmeta

PAGE = Path(__file__).with_name("api.md")

SECTIONS = {
    "Opening a store": ["connect", "Store", "PutOptions"],
    "Recording": ["run", "start", "Run", "Step", "Recorded", "RecordingWarning"],
    "Asking": [
        "resolve",
        "lineage",
        "Lineage",
        "datasets",
        "params",
        "metrics",
        "origin",
        "models",
        "siblings",
        "compare",
        "environment",
        "explain",
        "path",
        "common",
        "impact",
        "plan",
        "why",
        "hotspots",
        "evidence",
    ],
    "What is stored": [
        "Artifact",
        "Execution",
        "Context",
        "Event",
        "Attribution",
        "Association",
        "ParentContext",
        "Type",
        "artifact_type",
        "execution_type",
        "context_type",
        "AnyValue",
    ],
    "Errors": sorted(name for name in graphmeta.__all__ if name.endswith("Error")),
}


def signature(name: str, value: Any) -> str:
    """How it is called, without annotations: the docstring has them in words."""
    if inspect.isclass(value) and issubclass(value, Exception):
        return f"{name}({value.__base__.__name__})" if value.__base__ else name
    try:
        found = inspect.signature(value)
    except (TypeError, ValueError):
        return name
    plain = [each.replace(annotation=inspect.Parameter.empty) for each in found.parameters.values()]
    return name + str(inspect.Signature(plain))


def documented(value: Any, indent: str = "") -> str:
    """The docstring, its sections as lists."""
    text = inspect.cleandoc(value.__doc__ or "")
    text = re.sub(r"^(Args|Returns|Raises|Attributes):$", r"*\1*", text, flags=re.M)
    return "\n".join(indent + re.sub(r"^    (?! )", "- ", line) for line in text.splitlines())


def methods(value: Any) -> list[tuple[str, Any]]:
    """Public methods and properties that a class itself defines."""
    if not inspect.isclass(value) or issubclass(value, Exception):
        return []
    return [
        (name, member)
        for name, member in vars(value).items()
        if not name.startswith("_") and (inspect.isfunction(member) or isinstance(member, property)) and member.__doc__
    ]


def page() -> str:
    """The whole page."""
    lines = [
        "# The Python interface",
        "",
        "Written by `make docs` from the docstrings. Everything is in `graphmeta` itself; the classes of answers are",
        "in `graphmeta.query`, predicates in `graphmeta.backends.predicates`, the suite for backends in",
        "`graphmeta.testing`.",
        "",
    ]
    for title, names in SECTIONS.items():
        lines += [f"## {title}", ""]
        for name in names:
            value = getattr(graphmeta, name)
            lines += [f"### `{signature(name, value)}`", "", documented(value), ""]
            for method, member in methods(value):
                called = method if isinstance(member, property) else signature(method, member)
                lines += [f"#### `{called}`", "", documented(member), ""]
    lines += ["## Version", "", "`__version__`: the version of the package.", ""]
    return "\n".join(line.rstrip() for line in lines)


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
