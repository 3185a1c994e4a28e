"""docs/vocabulary.md says what the code writes."""

from __future__ import annotations

import re
from pathlib import Path

from graphmeta import vocabulary, words

PAGE = (Path(__file__).resolve().parents[2] / "docs" / "vocabulary.md").read_text(encoding="utf-8")


def test_every_key_is_on_the_page_with_its_type() -> None:
    tables = {
        "### Artifacts": vocabulary.RECORDED_ARTIFACT,
        "### Executions": vocabulary.RECORDED_EXECUTION,
        "`Run`, stored": vocabulary.RECORDED_RUN,
        "`Environment`, named": vocabulary.RECORDED_ENVIRONMENT,
    }
    for title, keys in tables.items():
        section = PAGE.split(title, 1)[1].split("\n|---|", 1)[1].split("\n\n", 1)[0]
        assert dict(re.findall(r"^\| `(\w+)` \| (\w+) \|", section, re.M)) == dict(keys), title


def test_the_roles_and_names_are_on_the_page() -> None:
    for word in (*vocabulary.ARTIFACT_ROLES, *vocabulary.EXECUTION_ROLES):
        assert word in PAGE
    for word in (
        *words.DISPLAY_KEYS,
        vocabulary.RUN_TYPE,
        vocabulary.EXPERIMENT_TYPE,
        vocabulary.ENVIRONMENT_TYPE,
    ):
        assert f"`{word}`" in PAGE
