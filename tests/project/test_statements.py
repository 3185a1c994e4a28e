"""Every statement has a header and is used, and every name used exists."""

from __future__ import annotations

from pathlib import Path
from typing import get_args

import pytest

from graphmeta.backends.statements import Language, folder, header, names, statement

PACKAGE = Path(__file__).resolve().parents[2] / "graphmeta"
LANGUAGES: tuple[Language, ...] = get_args(Language)


@pytest.mark.parametrize(("language", "name"), [(each, name) for each in LANGUAGES for name in names(each)])
def test_a_statement_has_a_header_and_is_one_statement(language: Language, name: str) -> None:
    assert header(language, name), "begin the file with a comment: purpose, parameters, columns"
    text = statement(language, name)
    assert text
    assert ";" not in text, "one statement a file"


def test_there_are_no_stray_files() -> None:
    for language in LANGUAGES:
        files = [file for file in folder(language).rglob("*") if file.is_file()]
        assert len(files) == len(names(language)), "a file that is no statement"


def test_no_statement_is_written_in_python() -> None:
    # Parts that are composed at run time are predicates, and live in the predicate modules.
    starts = ("SELECT ", "INSERT ", "DELETE ", "UPDATE ", "MATCH (", "MERGE (", "CREATE TABLE", "CREATE INDEX")
    for file in PACKAGE.rglob("*.py"):
        if file.name == "predicates.py" or "testing" in file.parts:
            continue
        for number, line in enumerate(file.read_text(encoding="utf-8").splitlines(), 1):
            text = line.strip().lstrip("frb").lstrip("\"'")
            assert not text.startswith(starts), f"{file.name}:{number} holds a statement: {text[:60]}"
