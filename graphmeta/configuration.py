"""The configuration file: words of your own, added to graphmeta's (`words`).

A `graphmeta.toml` in the working folder, or the file that $GRAPHMETA_CONFIG names, is read once, when the first
store is opened. `docs/vocabulary.md` lists what it may hold.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from graphmeta import words
from graphmeta.errors import InvalidArgumentError
from graphmeta.vocabulary import ROLES, folded, role

FILE = "graphmeta.toml"
_read = False

Adder = Callable[[str, Any], None]


def read_once() -> None:
    """Read the configuration file, where there is one, and add its words; again does nothing.

    Raises:
        InvalidArgumentError: $GRAPHMETA_CONFIG names no file, or the file holds something unknown.
    """
    global _read  # the words are the process's, too
    if _read:
        return
    named = os.environ.get("GRAPHMETA_CONFIG")
    path = Path(named or FILE)
    if path.is_file():
        read(path)
    elif named:
        raise InvalidArgumentError(f"$GRAPHMETA_CONFIG names {named}, and there is no such file.")
    _read = True


def read(path: Path) -> None:
    """Add the words of a file.

    Raises:
        InvalidArgumentError: it cannot be read, or holds something unknown; nothing is added then.
    """
    if sys.version_info >= (3, 11):
        import tomllib
    else:
        import tomli as tomllib  # Python 3.10 has none of its own
    try:
        document = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as problem:
        raise InvalidArgumentError(f"{path} cannot be read as a configuration: {problem}.") from None
    additions = []
    for section, entries in document.items():
        if not isinstance(entries, dict) or section not in _SECTIONS:
            raise InvalidArgumentError(f"{path} holds [{section}]; a configuration holds {_listed(_SECTIONS)}.")
        for key, value in entries.items():
            if key not in _SECTIONS[section]:
                raise InvalidArgumentError(
                    f"{path} holds {key} in [{section}]; there it may say {_listed(_SECTIONS[section])}."
                )
            _check(value, f"{path}: {key} in [{section}]", wants_names=(section, key) == ("software", "aliases"))
            additions.append((_SECTIONS[section][key], value))
    for add, value in additions:
        add(value)
    role.cache_clear()


def _check(value: object, what: str, *, wants_names: bool) -> None:
    texts = list(value.values()) if wants_names and isinstance(value, dict) else value
    if isinstance(value, dict) != wants_names or not isinstance(texts, list):
        wanted = '{ mytorch = "torch" }' if wants_names else 'a list of texts, as ["one", "two"]'
        raise InvalidArgumentError(f"{what} must be {wanted}.")
    for text in texts:
        if not isinstance(text, str) or not text:
            raise InvalidArgumentError(f"{what} holds {text!r}; texts are wanted.")


def _listed(names: Mapping[str, Any]) -> str:
    return ", ".join(names)


def _adding_role(kind: Any, to: str) -> Callable[[Any], None]:
    return lambda texts: words.ROLES[kind].update((folded(text), to) for text in texts)


def _adding_folded(known: set[str]) -> Callable[[Any], None]:
    return lambda texts: known.update(map(folded, texts))


# What the file may say, and what becomes of it.
_SECTIONS: Mapping[str, Mapping[str, Callable[[Any], None]]] = {
    "artifacts": {each: _adding_role("artifact", each) for each in ROLES["artifact"]},
    "executions": {each: _adding_role("execution", each) for each in ROLES["execution"]},
    "contexts": {"run": _adding_folded(words.RUN_TYPES), "experiment": _adding_folded(words.EXPERIMENT_TYPES)},
    "properties": {
        "display": words.DISPLAY_KEYS.extend,
        "bookkeeping": words.BOOKKEEPING.update,
        "bookkeeping_prefixes": words.BOOKKEEPING_PREFIXES.extend,
        "code": words.CODE_KEYS.update,
        "model": words.MODEL_KEYS.extend,
        "not_metrics": words.NOT_METRICS.update,
    },
    "checks": {
        "split": _adding_folded(words.SPLITS),
        "not_data": _adding_folded(words.NOT_DATA),
        "training": _adding_folded(words.TRAINING_PARTS),
        "evaluation": _adding_folded(words.EVALUATION_PARTS),
        "seed": _adding_folded(words.SEEDS),
    },
    "software": {
        "frameworks": words.FRAMEWORKS.extend,
        "aliases": words.PACKAGE_ALIASES.update,
        "not_software": words.NOT_SOFTWARE.update,
    },
}
