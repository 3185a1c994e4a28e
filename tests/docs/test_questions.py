"""docs/questions.md and docs/keeping.md show what their commands print."""

from __future__ import annotations

import importlib.util
from pathlib import Path
from types import ModuleType

import pytest

DOCS = Path(__file__).resolve().parents[2] / "docs"


def make_questions() -> ModuleType:
    """docs/make_questions.py."""
    spec = importlib.util.spec_from_file_location("make_questions", DOCS / "make_questions.py")
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.mark.slow
@pytest.mark.parametrize(("name", "commands"), [("questions.md", 12), ("keeping.md", 8)])
def test_the_examples_are_what_is_printed(name: str, commands: int) -> None:
    module = make_questions()
    assert [page.name for page in module.PAGES] == ["questions.md", "keeping.md"]
    page = (DOCS / name).read_text(encoding="utf-8")
    assert page.count("$ graphmeta") >= commands
    assert module.filled(page) == page
