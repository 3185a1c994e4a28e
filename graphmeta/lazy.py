"""Packages whose names load on first use, so that a command pays only for what it needs."""

from __future__ import annotations

import importlib
import sys
from collections.abc import Callable, Mapping, Sequence
from typing import Any


def lazily(package: str, homes: Mapping[str, Sequence[str]]) -> tuple[list[str], Callable[[str], Any]]:
    """What a package needs to load its public names when they are asked for (PEP 562).

    Args:
        package: its `__name__`.
        homes: the names, by the module that each lives in.

    Returns:
        the names, sorted, for its `__all__`, and its `__getattr__`.
    """
    home = {name: module for module, names in homes.items() for name in names}

    def load(name: str) -> Any:
        if name not in home:
            raise AttributeError(f"module {package!r} has no attribute {name!r}")
        value = getattr(importlib.import_module(home[name]), name)
        setattr(sys.modules[package], name, value)
        return value

    return sorted(home), load
