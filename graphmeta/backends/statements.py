"""The statements in `sql/` and `cypher/`, by name: one statement a file.

A file begins with a comment that says what it does, its parameters and its columns. Where part of a
statement is composed at run time, the file has a placeholder such as `/*where*/`, and the text put
there comes from the predicate module of that language, never from outside.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Literal

Language = Literal["sql", "cypher"]


@cache
def folder(language: Language) -> Path:
    """Where the statements of a language are: inside the installed package, or beside it in a checkout.

    Raises:
        FileNotFoundError: the installation is broken.
    """
    package = Path(__file__).resolve().parent.parent
    for place in (package / language, package.parent / language):
        if place.is_dir():
            return place
    raise FileNotFoundError(f"graphmeta's {language} statements are missing beside {package}; install graphmeta again")


@cache
def statement(language: Language, name: str) -> str:
    """The statement called `name` (a path below the folder, without its suffix), without its header."""
    text = (folder(language) / f"{name}.{language}").read_text(encoding="utf-8")
    comment = "--" if language == "sql" else "//"
    lines = text.splitlines()
    while lines and (lines[0].startswith(comment) or not lines[0].strip()):
        lines.pop(0)
    return "\n".join(lines).rstrip().removesuffix(";")


def header(language: Language, name: str) -> str:
    """The comment at the head of a statement's file, without its comment marks."""
    comment = "--" if language == "sql" else "//"
    lines = []
    for line in (folder(language) / f"{name}.{language}").read_text(encoding="utf-8").splitlines():
        if not line.startswith(comment):
            break
        lines.append(line.removeprefix(comment).strip())
    return "\n".join(lines)


def names(language: Language, below: str = "") -> list[str]:
    """The names of the statements of a language, or of those in a folder of it."""
    place = folder(language)
    return sorted(str(file.relative_to(place).with_suffix("")) for file in (place / below).rglob(f"*.{language}"))
