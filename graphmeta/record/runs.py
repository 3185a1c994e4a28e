"""A run: where recording begins.

with gm.run("churn") as run:
    with run.step("train", params={"lr": 0.1}) as step:
        step.use("data/train.csv", type="Dataset")
        step.produce("model.pkl", type="Model", name="churn", metrics={"auc": 0.91})
"""

from __future__ import annotations

import os
from types import TracebackType

from graphmeta.errors import InvalidArgumentError
from graphmeta.model import Properties
from graphmeta.record.clock import now
from graphmeta.record.entries import RunEntry, new_key
from graphmeta.record.environment import command, host, user
from graphmeta.record.ledger import Ledger
from graphmeta.record.outbox import Outbox
from graphmeta.record.secrets import without_passwords
from graphmeta.record.steps import Step, error_text
from graphmeta.record.values import to_properties, to_text
from graphmeta.store import Store, connect


class Run:
    """A piece of work made of steps. A context of type Run in the store, `churn@7`.

    In a `with` block it ends with the block, FAILED if an exception leaves it, which goes on its way. Safe to
    use from several threads. A process that dies leaves it RUNNING, and so does one that ends without
    `finish`.

    Args:
        name: what it is called; every run of this name is its next version.
        store: where it is recorded: an open store (which stays open), a URL or a path, or None for
            `graphmeta.connect()`.
        experiment: the name of the experiment that it is part of.
        strict: raise what goes wrong with recording. Otherwise that is said once, in a RecordingWarning, the
            work goes on, and what could not be written is kept in memory and written when the store is back.
        properties: more about the run, in any form that `to_properties` takes.

    Raises:
        InvalidArgumentError: no name.
    """

    def __init__(
        self,
        name: str,
        *,
        store: Store | str | os.PathLike[str] | None = None,
        experiment: str | None = None,
        strict: bool = False,
        properties: object = None,
    ) -> None:
        for what, value in (("A run", name), ("An experiment", experiment)):
            if value is not None and not (isinstance(value, str) and value):
                raise InvalidArgumentError(f"{what} needs a name, and {value!r} is none; give it as text.")
        if not name:
            raise InvalidArgumentError("A run needs a name; give it as text.")
        self.name = to_text(name)
        self.state: str | None = None  # None until it begins, then RUNNING, COMPLETE or FAILED
        self._entry = RunEntry(
            name=self.name,
            experiment=None if experiment is None else to_text(experiment),
            fixed={},
            custom=to_properties(properties),
        )
        self._store = store
        self._own_store: Store | None = None
        self._outbox = Outbox(f"run {self.name}", self._open, _where(store), strict=strict)
        self._open_steps: list[Step] = []
        self._process = 0

    @property
    def id(self) -> int | None:
        """The store's number for the context; None until it is stored."""
        return self._entry.id

    @property
    def version(self) -> int | None:
        """7 of `churn@7`; None until it is stored."""
        return self._entry.version

    def step(self, name: str, *, params: object = None, type: str | None = None) -> Step:
        """A step of this run, for a `with` block; it begins with the block.

        Args:
            name: what it is called.
            params: its hyperparameters: a mapping, an `argparse.Namespace`, a dataclass, …
            type: its type; the name unless told. Say it where names are made up in a loop (`fold-1`, `fold-2`).
        """
        self._begin()
        return Step(self._entry, self._outbox, name, params=params, type=type)

    def start_step(self, name: str, *, params: object = None, type: str | None = None) -> Step:
        """A step that begins now and ends with its `finish`, or with the run: for notebooks. Arguments as for
        `step`."""
        step = self.step(name, params=params, type=type)
        self._open_steps.append(step.__enter__())
        return step

    def finish(self, error: BaseException | str | None = None) -> None:
        """End the run, and the steps of `start_step` that were not ended: COMPLETE, or FAILED with the error.

        What could not be written so far is tried once more; what then cannot be is counted in a log message.
        Again is harmless, and so is a call in a process that was forked from the one that began it.

        Args:
            error: what ended it.
        """
        self._begin()
        if self.state != "RUNNING" or self._process != os.getpid():
            return
        try:
            for step in self._open_steps:
                step.finish(error)
            self.state = "COMPLETE" if error is None else "FAILED"
            fixed: Properties = {"state": self.state, "ended": now()}
            if error is not None:
                fixed["error"] = error_text(error)
            key = new_key()
            self._outbox.submit(f"the end of {self.name}", lambda ledger: ledger.change_run(self._entry, fixed, key))
        finally:
            try:
                self._outbox.close()
            finally:
                if self._own_store is not None:
                    self._own_store.close()

    def __enter__(self) -> Run:
        self._begin()
        return self

    def __exit__(
        self, error: type[BaseException] | None, value: BaseException | None, traceback: TracebackType | None
    ) -> None:
        if value is None:
            self.finish()
        else:
            with self._outbox.yielding_to(value):
                self.finish(value)

    def __repr__(self) -> str:
        return f"Run({self.name!r}, version={self.version}, state={self.state!r})"

    def _begin(self) -> None:
        if self.state is not None:
            return
        self.state, self._process = "RUNNING", os.getpid()
        fixed: Properties = {"state": "RUNNING", "started": now(), "host": host(), "command": command()}
        person = user()
        if person is not None:
            fixed["user"] = person
        self._entry.fixed = fixed
        self._outbox.submit("the beginning", lambda ledger: ledger.begin_run(self._entry))

    def _open(self) -> Ledger:
        if isinstance(self._store, Store):
            return Ledger(self._store)
        self._own_store = connect(self._store)
        return Ledger(self._own_store)


def run(
    name: str,
    *,
    store: Store | str | os.PathLike[str] | None = None,
    experiment: str | None = None,
    strict: bool = False,
    properties: object = None,
) -> Run:
    """A run, for a `with` block; it begins with the block. Arguments as for `Run`."""
    return Run(name, store=store, experiment=experiment, strict=strict, properties=properties)


def start(
    name: str,
    *,
    store: Store | str | os.PathLike[str] | None = None,
    experiment: str | None = None,
    strict: bool = False,
    properties: object = None,
) -> Run:
    """A run that begins now and ends with its `finish`: for notebooks. Arguments as for `Run`."""
    return run(name, store=store, experiment=experiment, strict=strict, properties=properties).__enter__()


def _where(store: Store | str | os.PathLike[str] | None) -> str:
    if isinstance(store, Store):
        return store.url
    return "the store" if store is None else without_passwords(os.fspath(store))
