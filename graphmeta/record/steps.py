"""A step of a run, as the code that takes it sees it."""

from __future__ import annotations

import os
from collections.abc import Iterable, Sequence
from types import TracebackType
from typing import Any, Union

from graphmeta.errors import InvalidArgumentError
from graphmeta.model import Artifact, Properties
from graphmeta.record.clock import now
from graphmeta.record.entries import ArtifactEntry, Recorded, RunEntry, StepChange, StepEntry
from graphmeta.record.environment import commit, environment
from graphmeta.record.ledger import version_in
from graphmeta.record.outbox import Outbox
from graphmeta.record.source import Source, describe
from graphmeta.record.values import to_properties, to_text

METRICS_TYPE = "Metrics"
Known = Union[Recorded, Artifact]


class Step:
    """Something that a run does: it uses artifacts and produces artifacts. An execution in the store.

    Made by `Run.step` and `Run.start_step`. In a `with` block it ends with the block, FAILED if an exception
    leaves it, which goes on its way. Safe to use from several threads.

    Args:
        run: the run that it is part of.
        name: what it is called; its type too, unless `type` says another.
        params: its hyperparameters, in any form that `to_properties` takes.
    """

    def __init__(self, run: RunEntry, outbox: Outbox, name: str, *, params: object = None, type: str | None = None):
        if not isinstance(name, str) or not name:
            raise InvalidArgumentError(f"A step needs a name, and {name!r} is none; give it as text.")
        self.name = to_text(name)
        self.state: str | None = None  # None until it begins, then RUNNING, COMPLETE or FAILED
        self._params = to_properties(params)
        self._type = _text_or_none(type) or self.name
        self._run = run
        self._outbox = outbox
        self._process = 0
        self._entry = StepEntry(run=run, name=self.name, type=self._type, fixed={}, custom={})

    @property
    def id(self) -> int | None:
        """The store's number for the execution; None until it is stored."""
        return self._entry.id

    # ------------------------------------------------------------ what it uses and produces

    def use(
        self,
        source: Source | Known,
        *,
        type: str = "Dataset",
        name: str | None = None,
        digest: str | None = None,
        properties: object = None,
        key: str | None = None,
    ) -> Recorded:
        """Record that the step uses something.

        Args:
            source: a file, a folder, a URI (`s3://…`), bytes, or an artifact: stored, or returned by an earlier
                `use` or `produce`.
            type: the artifact's type.
            name: its logical name; the last part of the path or URI unless told. A file that is not named is
                the artifact that was recorded at that place with the same bytes, whatever its name.
            digest: known already, as `sha256:<hex>`: nothing is read then. A URI has none unless told.
            properties: more about the artifact.
            key: what the input is to the step, as `train` or `validation`; the name unless told.

        Returns:
            a handle for later steps.

        A source that is wrong (no such file, say) is recorded without a digest, with a warning; with a strict
        run it is an InvalidArgumentError.
        """
        recorded, named = self._described(source, type, name, digest)
        self._submit(recorded, "INPUT", named, to_properties(properties), key)
        return recorded

    def produce(
        self,
        source: Source | Known,
        *,
        type: str,
        name: str | None = None,
        metrics: object = None,
        properties: object = None,
        digest: str | None = None,
        key: str | None = None,
    ) -> Recorded:
        """Record that the step made something. Save it first: its bytes are read now.

        The same bytes under the same name are the same artifact, which then gains the metrics; other bytes are
        the name's next version.

        Args:
            metrics: numbers that were measured of it, in any form that `to_properties` takes.
            source, type, name, digest, properties, key: as for `use`.

        Returns:
            a handle for later steps.
        """
        recorded, named = self._described(source, type, name, digest)
        self._submit(recorded, "OUTPUT", named, {**to_properties(properties), **to_properties(metrics)}, key)
        return recorded

    def log(self, metrics: object, *, of: Known | Sequence[Known] | None = None, name: str | None = None) -> Recorded:
        """Record measurements as an artifact of their own, of type Metrics, that the step produced.

        Args:
            metrics: the numbers, in any form that `to_properties` takes.
            of: what was measured: a model, or several. The step is recorded to use those that it neither used
                nor produced before. With exactly one, the metrics carry its stored name as the property
                `model`, which tells whose they are where a step measures several models.
            name: the artifact's logical name; that of the model and the step unless told.

        Returns:
            a handle, as of `produce`.
        """
        handles = self._handles(of)
        for handle in handles:
            self._submit(handle, "INPUT", True, {}, None, unless_output=True)
        logical = _text_or_none(name) or "-".join([*(handle.name for handle in handles[:1]), self.name])
        recorded = Recorded(METRICS_TYPE, logical)
        measured = handles[0] if len(handles) == 1 else None
        self._submit(recorded, "OUTPUT", True, to_properties(metrics), None, measured=measured)
        return recorded

    def params(self, values: object = None, **more: Any) -> None:
        """Add hyperparameters, or replace those of the same name.

        Args:
            values: in any form that `to_properties` takes.
            more: further ones by name.
        """
        custom = {**to_properties(values), **to_properties(more)}
        self._begin()
        if custom:
            change = StepChange(step=self._entry, custom=custom)
            self._outbox.submit(f"the parameters of step {self.name}", lambda ledger: ledger.change_step(change))

    # ------------------------------------------------------------ its beginning and end

    def finish(self, error: BaseException | str | None = None) -> None:
        """End the step: COMPLETE, or FAILED with the error. Again is harmless, and so is a call in a process
        that was forked from the one that began it: the step is the parent's to end.

        Args:
            error: what ended it.
        """
        self._begin()
        if self.state != "RUNNING" or self._process != os.getpid():
            return
        self.state = "COMPLETE" if error is None else "FAILED"
        fixed: Properties = {"ended": now()}
        if error is not None:
            fixed["error"] = error_text(error)
        change = StepChange(step=self._entry, state=self.state, fixed=fixed)
        self._outbox.submit(f"the end of step {self.name}", lambda ledger: ledger.change_step(change))

    def __enter__(self) -> Step:
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
        return f"Step({self.name!r}, state={self.state!r})"

    def _begin(self) -> None:
        if self.state is not None:
            return
        self.state, self._process = "RUNNING", os.getpid()
        fixed: Properties = {"display_name": self.name, "started": now()}
        code = commit()
        if code is not None:
            fixed |= {"git_commit": code.commit, "git_dirty": code.dirty}
        self._entry.fixed, self._entry.custom = fixed, self._params
        place = environment()
        self._outbox.submit(f"step {self.name}", lambda ledger: ledger.begin_step(self._entry, place))

    # ------------------------------------------------------------ artifacts

    def _described(self, source: object, type: str, name: str | None, digest: str | None) -> tuple[Recorded, bool]:
        """A handle for a source, and whether the user said what it is called."""
        self._begin()
        if isinstance(source, (Recorded, Artifact)):
            return self._handle(source), True
        name = _text_or_none(name)
        if digest is not None and not isinstance(digest, str):
            self._outbox.complain(f"A digest is text, as 'sha256:…', and not {_a(digest)}; it was left out.")
            digest = None
        found = describe(source, name=name, digest=digest, fallback=to_text(type))
        if found.mistake:
            self._outbox.complain(found.mistake)
        return Recorded(to_text(type), found.name, found.uri, found.digest, found.size), name is not None

    def _handles(self, measured: object) -> list[Recorded]:
        """Handles for what was measured: one, several or None."""
        if isinstance(measured, (Recorded, Artifact)) or not isinstance(measured, Iterable):
            measured = [] if measured is None else [measured]
        elif isinstance(measured, str):
            measured = [measured]
        handles = []
        for each in measured:
            if isinstance(each, (Recorded, Artifact)):
                handles.append(self._handle(each))
            else:
                self._outbox.complain(
                    f"What was measured is an artifact, as `use` and `produce` return it, and not {_a(each)}; "
                    "the measurements were recorded without it."
                )
        return handles

    def _handle(self, known: Known) -> Recorded:
        if isinstance(known, Recorded):
            return known
        name = known.value("display_name") or (known.name or "").rpartition("@")[0] or known.name or known.type
        digest = known.value("digest")
        return Recorded(
            known.type,
            to_text(name),
            known.uri,
            digest if isinstance(digest, str) else None,
            version=version_in(known.name, to_text(name)),
            id=known.id,
            artifact=known,
        )

    def _submit(
        self,
        recorded: Recorded,
        event: str,
        named: bool,
        custom: Properties,
        key: str | None,
        *,
        unless_output: bool = False,
        measured: Recorded | None = None,
    ) -> None:
        self._begin()
        entry = ArtifactEntry(
            step=self._entry,
            recorded=recorded,
            event=event,
            named=named,
            custom=custom,
            path=(_text_or_none(key) or recorded.name,),
            time=now(),
            unless_output=unless_output,
            measured=measured,
        )
        self._outbox.submit(f"{recorded.type} {recorded.name}", lambda ledger: ledger.record(entry))


def _text_or_none(value: object) -> str | None:
    """Text out of whatever was given for it; None for None and for nothing. (An array's truth is an error.)"""
    return None if value is None else to_text(value) or None


def _a(value: object) -> str:
    return f"a {type(value).__name__}"


def error_text(error: BaseException | str) -> str:
    """An error as the store keeps it: `ValueError: could not convert string to float: ''`."""
    if isinstance(error, str):
        return to_text(error)
    message = to_text(error)
    return f"{type(error).__name__}: {message}" if message else type(error).__name__
