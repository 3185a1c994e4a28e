"""Every check of a store as one report."""

from __future__ import annotations

import functools
import importlib
import logging
from collections.abc import Callable, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any, cast

from graphmeta.backends.base import ReadGivenUpError
from graphmeta.checks.files import Files
from graphmeta.checks.finding import Check, Report
from graphmeta.checks.models import MOST, Chosen, models_to_check
from graphmeta.checks.policy.document import MistakesError
from graphmeta.errors import GraphmetaError, InternalError, InvalidArgumentError
from graphmeta.query.nodes import label
from graphmeta.store.store import Store

LOG = logging.getLogger("graphmeta.checks")
NAMES = ("leakage", "stale", "integrity", "repro", "policy")
# What a check is about where it came to nothing.
_ABOUT = {
    "leakage": "Whether models were evaluated on data that they saw.",
    "stale": "Whether models were made from what has newer versions.",
    "integrity": "Whether what the store holds fits together.",
    "repro": "Whether models could be made again.",
    "policy": "Whether the rules of a file hold.",
}


def unexpected(error: Exception) -> str:
    """What is said of an error that a check met."""
    return f"The check met an error that it did not expect, {type(error).__name__}: {error}. Please report it."


def all_checks(
    store: Store,
    *,
    policies: Sequence[str | Path] = (),
    files: bool = False,
    only: Sequence[str] = NAMES,
    most: int | None = MOST,
    nearest: int | None = None,
    between: Callable[[], None] = lambda: None,
    trouble: Callable[[Exception], str] = unexpected,
) -> Report:
    """Every check of a store: `leakage` and `repro` of the latest version of every model and of the deployed ones,
    `stale`, `integrity`, and each policy.

    A check that fails is a doubt of its own, and hides no other.

    Args:
        policies: files with rules.
        files: `integrity` looks at the files that artifacts name, too, which reads all of them.
        only: the checks that are wanted, of `NAMES`.
        most: models to look at; where there are more, `leakage` and `repro` have a doubt. None for all.
        nearest: of what models came of, look at so many nodes, those nearest; where there are more, it is a doubt.
            None for as many as each check looks at unless told.
        between: is called before each check; what it raises ends the report.
        trouble: what is said of an error that nobody expected.

    Raises:
        InvalidArgumentError: `only` names no check.
        NotFoundError, SchemaVersionError, ForeignStoreError, StoreUnavailableError: the store cannot be read.
    """
    for name in only:
        if name not in NAMES:
            raise InvalidArgumentError(f"There is no check {name[:50]!r}: the checks are {', '.join(NAMES)}.")
    with suppress(InternalError):  # of a damaged store `integrity` tells
        store.types()
    every = _Every(store, policies, files, most, nearest, trouble)
    made: list[Check] = []
    for name in NAMES:
        if name in only:
            for about, call in every.of(name):
                between()
                made.append(every.done(name, about, call))
    return Report(store.url, store.backend.clock(), tuple(made))


_Calls = list[tuple[str, Callable[[], Check]]]


class _Every:
    """The checks of one store. See `all_checks` for the arguments."""

    def __init__(
        self,
        store: Store,
        policies: Sequence[str | Path],
        files: bool,
        most: int | None,
        nearest: int | None,
        trouble: Callable[[Exception], str],
    ) -> None:
        self._store = store
        self._policies = policies
        self._files = files
        self._most = most
        self._bound: dict[str, Any] = {} if nearest is None else {"most": nearest}
        self._seen = Files()
        self._trouble = trouble

    def of(self, name: str) -> _Calls:
        """What a check comes to: it once, or for each model or file; what each is about where it fails, and a call."""
        about = _ABOUT[name]
        if name == "stale":
            return [(about, functools.partial(_call, name, self._store, None, **self._bound))]
        if name == "integrity":
            return [(about, lambda: _check(name)(self._store, files=self._files, seen=self._seen))]
        if name == "policy":
            return [
                (f"Whether the rules of {path} hold.", functools.partial(_call, name, self._store, path))
                for path in self._policies
            ]
        try:
            return self._of_models(name, about)
        except ReadGivenUpError:
            raise
        except Exception as error:
            failed = self._failed(name, about, error)
            return [(about, lambda: failed)]

    def done(self, name: str, about: str, call: Callable[[], Check]) -> Check:
        """What a check says; where it fails, that it could not be told, and why."""
        try:
            return call()
        except ReadGivenUpError:
            raise  # nobody waits for an answer
        except Exception as error:
            return self._failed(name, about, error)

    @functools.cached_property
    def _chosen(self) -> Chosen:
        return models_to_check(self._store, self._most)

    def _of_models(self, name: str, about: str) -> _Calls:
        chosen = self._chosen
        bound = {**self._bound, "seen": self._seen} if name == "repro" else self._bound
        calls: _Calls = [
            (f"{about[:-1]}: {label(model)}.", functools.partial(_call, name, self._store, model, **bound))
            for model in chosen.models
        ]
        if not chosen.models:
            nothing = Check(name, about, what="models", notes=["There is no model in this store."])
            calls.append((about, lambda: nothing))
        if chosen.more:
            number = _models(len(chosen.models))
            doubt = f"Only {number} looked at, the deployed ones and the last stored first; there are more."
            left_out = Check(name, about, doubts=[doubt], what="models")
            calls.append((about, lambda: left_out))
        return calls

    def _failed(self, name: str, about: str, error: Exception) -> Check:
        LOG.debug("The check %s failed.", name, exc_info=error)
        if isinstance(error, MistakesError):
            return Check(name, about, doubts=str(error).splitlines())
        if isinstance(error, GraphmetaError):
            said = str(error)
        elif isinstance(error, OSError):
            said = f"{error.filename or 'A file'} cannot be read: {error.strerror or error}."
        else:
            said = self._trouble(error)
        return Check(name, about, doubts=[said])


def _models(number: int) -> str:
    return "1 model was" if number == 1 else f"{number:,} models were"


def _call(name: str, store: Store, of: object, **options: object) -> Check:
    return _check(name)(store, of, **options)


def _check(name: str) -> Callable[..., Check]:
    """The function of a check, loaded when it is called."""
    return cast("Callable[..., Check]", getattr(importlib.import_module(f"graphmeta.checks.{name}"), name))
