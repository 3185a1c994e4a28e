"""What the recorder writes, in the words of the store: one function a thing, each safe to call again.

Runs and artifacts are numbered: the stored name is `churn@3`, its version 3, its display name `churn`. An
artifact is known by (type, logical name, digest): the same bytes under the same name are the same artifact,
whoever wrote it; other bytes are the next version. Whoever loses a race for a number looks again.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from graphmeta import vocabulary
from graphmeta.backends.predicates import And, Compare, Field, Predicate, Property, StartsWith
from graphmeta.backends.requests import Order
from graphmeta.errors import AlreadyExistsError, FailedPreconditionError, GraphmetaError
from graphmeta.model import (
    AnyNode,
    Artifact,
    Association,
    Attribution,
    Context,
    Event,
    Execution,
    Kind,
    ParentContext,
    Properties,
    PropertyType,
    Type,
    node_id,
)
from graphmeta.record.entries import ArtifactEntry, Recorded, RunEntry, StepChange, StepEntry
from graphmeta.record.environment import Environment
from graphmeta.store import PutOptions, Store

NEWEST = 20  # of the versions of a name are looked at; all of them after a lost race
MOST_RACES = 1000
MODEL_KEY = "model"  # custom, on a Metrics artifact: the stored name of the one model that was measured

_KEYS: Mapping[Kind, Mapping[str, PropertyType]] = {
    "artifact": vocabulary.RECORDED_ARTIFACT,
    "execution": vocabulary.RECORDED_EXECUTION,
}


class Ledger:
    """The recorder's view of a store. Not for several threads at once: the outbox sees to that."""

    def __init__(self, store: Store) -> None:
        self.store = store
        self._declared: dict[tuple[Kind, str], frozenset[str]] = {}

    def forget(self) -> None:
        """Look again at what is there: the store was away, and may have come back as another."""
        self._declared.clear()

    def answers(self) -> bool:
        """Whether the store is there and can be read."""
        try:
            self.store.types()
        except (GraphmetaError, OSError):
            return False
        return True

    # ------------------------------------------------------------ runs

    def begin_run(self, run: RunEntry) -> None:
        """Write a run as the next version of its name, below its experiment."""
        tried, run.tried = run.tried, True
        parent = None if run.experiment is None else self._experiment(run.experiment)

        def put(version: int) -> int:
            fixed: Properties = {"display_name": run.name, "version": version, **run.fixed}
            context = Context(type=vocabulary.RUN_TYPE, name=f"{run.name}@{version}")
            self._fill(context, vocabulary.RECORDED_RUN, fixed, run.custom)
            parents = [] if parent is None else [ParentContext(context, parent)]
            return self.store.put(contexts=[context], parents=parents, key=run.key).context_ids[0]

        run.id, run.version = self._numbered("context", vocabulary.RUN_TYPE, run.name, put)
        if tried:  # an earlier try may have got through, with another number
            run.version = version_in(self.store.context(run.id).name, run.name)

    def change_run(self, run: RunEntry, fixed: Properties, key: str) -> None:
        """Write what became of a run."""
        context = Context(type=vocabulary.RUN_TYPE, id=_known(run.id, "its run"), name=f"{run.name}@{run.version}")
        self._fill(context, vocabulary.RECORDED_RUN, fixed, {})
        self.store.put(contexts=[context], options=_only(context), key=key)

    def _experiment(self, name: str) -> int:
        context = Context(type=vocabulary.EXPERIMENT_TYPE, name=name)
        self._fill(context, {"display_name": "STRING"}, {"display_name": name}, {})
        return self.store.put(contexts=[context], options=PutOptions(reuse_contexts=True)).context_ids[0]

    # ------------------------------------------------------------ steps

    def begin_step(self, step: StepEntry, environment: Environment) -> None:
        """Write a step that began, in its run and its environment."""
        place = Context(type=vocabulary.ENVIRONMENT_TYPE, name=environment.name)
        self._fill(place, vocabulary.RECORDED_ENVIRONMENT, environment.properties, {})
        execution = Execution(type=step.type, state="RUNNING")
        self._fill(execution, vocabulary.RECORDED_EXECUTION, step.fixed, step.custom)
        written = self.store.put(
            executions=[execution],
            contexts=[place],
            associations=[
                Association(execution, _known(step.run.id, "its run")),
                Association(execution, place),
            ],
            options=PutOptions(reuse_contexts=True),
            key=step.key,
        )
        step.id = written.execution_ids[0]

    def change_step(self, change: StepChange) -> None:
        """Write a step's further parameters, its end, or both."""
        _known(change.step.id, "its step")
        execution = change.execution()
        self._fill(execution, vocabulary.RECORDED_EXECUTION, change.fixed, change.custom)
        self.store.put(executions=[execution], options=_only(execution), key=change.key)

    # ------------------------------------------------------------ artifacts

    def record(self, entry: ArtifactEntry) -> None:
        """Write that a step used or produced an artifact, and the artifact where it is new."""
        _known(entry.step.id, "its step")
        recorded = entry.recorded
        tried, entry.tried = entry.tried, True
        if recorded.id is None or recorded.store not in (None, self.store.url):
            self._find_or_create(entry, tried)
        else:
            self._join(entry, recorded.id)

    def _find_or_create(self, entry: ArtifactEntry, tried: bool) -> None:
        recorded = entry.recorded

        def put(version: int) -> int:
            # Looked for after the numbers were read: whoever adds these bytes later than this look takes
            # the number that we are about to ask for, and we look again.
            found = self._find(entry)
            return self._create(entry, version) if found is None else self._join(entry, node_id(found))

        id, _ = self._numbered("artifact", recorded.type, recorded.name, put)
        if tried or recorded.artifact is None:  # found, or an earlier try may have got through
            self._know(recorded, self.store.artifact(id))

    def _find(self, entry: ArtifactEntry) -> Artifact | None:
        """The artifact that a description is of, where the store has it: its newest version."""
        recorded = entry.recorded
        here = Compare(Field("uri"), "=", recorded.uri or "")
        same_name = StartsWith(Field("name"), f"{recorded.name}@")
        if recorded.digest is None:
            # Without a digest a place is known by its URI, but what was just made there is something new.
            known = entry.event == "INPUT" and recorded.uri is not None
            return self._newest(recorded, And((here, same_name))) if known else None
        declared = "digest" in self._declare("artifact", recorded.type, vocabulary.RECORDED_ARTIFACT)
        same_bytes = Compare(Property("digest", custom=not declared), "=", recorded.digest)
        if not entry.named and recorded.uri is not None:
            # A file that nobody named is the one recorded at this place with these bytes, by whatever name.
            found = self.store.artifacts(And((here, same_bytes)), type=recorded.type)
            if found:
                return found[-1]
        return self._newest(recorded, And((same_bytes, same_name)))

    def _newest(self, recorded: Recorded, where: Predicate) -> Artifact | None:
        found = self.store.artifacts(where, type=recorded.type)
        versions = {version_in(each.name, recorded.name) or 0: each for each in found}
        newest = max(versions, default=0)
        return versions[newest] if newest else None

    def _create(self, entry: ArtifactEntry, version: int) -> int:
        recorded = entry.recorded
        artifact = Artifact(type=recorded.type, name=f"{recorded.name}@{version}", uri=recorded.uri, state="LIVE")
        fixed: Properties = {"display_name": recorded.name, "version": version}
        if recorded.digest is not None:
            fixed["digest"] = recorded.digest
        if recorded.size is not None:
            fixed["size"] = recorded.size
        custom = entry.custom
        if entry.measured is not None and entry.measured.artifact is not None and entry.measured.artifact.name:
            custom = {MODEL_KEY: entry.measured.artifact.name, **custom}
        self._fill(artifact, vocabulary.RECORDED_ARTIFACT, fixed, custom)
        id = self._put(entry, artifact)
        self._know(recorded, artifact)
        return id

    def _join(self, entry: ArtifactEntry, id: int) -> int:
        """Join a stored artifact to the step, and give it the metrics that it lacks."""
        step = entry.step
        if entry.unless_output and (id, "OUTPUT") in step.seen:
            return id
        if (id, entry.event) in step.seen and not entry.custom:
            return id
        # Named in the put even where nothing of it changes: a second try must look like a first that made it.
        artifact = Artifact(type=entry.recorded.type, id=id, custom_properties=dict(entry.custom))
        try:
            return self._put(entry, artifact, _only(artifact))
        except AlreadyExistsError:
            step.seen.add((id, entry.event))  # another process, forked from this one, was quicker
            return self._put(entry, artifact, _only(artifact))

    def _put(self, entry: ArtifactEntry, artifact: Artifact, options: PutOptions | None = None) -> int:
        step = entry.step
        event = Event(artifact, _known(step.id, "its step"), entry.event, entry.path, entry.time)
        id = self.store.put(
            artifacts=[artifact],
            events=[] if (artifact.id, entry.event) in step.seen else [event],
            attributions=[Attribution(artifact, _known(step.run.id, "its run"))],
            options=options,
            key=entry.key,
        ).artifact_ids[0]
        step.seen.add((id, entry.event))
        return id

    def _know(self, recorded: Recorded, artifact: Artifact) -> None:
        recorded.artifact, recorded.id, recorded.store = artifact, artifact.id, self.store.url
        version = artifact.value("version")
        recorded.version = version if isinstance(version, int) else version_in(artifact.name, recorded.name)

    # ------------------------------------------------------------ numbers, types

    def _numbered(self, kind: Kind, type: str, name: str, put: Callable[[int], int]) -> tuple[int, int]:
        """Call `put` with the next version of a name until it is not taken. Returns the id and that version."""
        self._declare(kind, type, _KEYS.get(kind, vocabulary.RECORDED_RUN))
        number = 0
        for race in range(MOST_RACES):
            limit = None if race else NEWEST
            rows = self.store.rows(
                kind,
                StartsWith(Field("name"), f"{name}@"),
                type=type,
                order=Order("created", descending=True),
                limit=limit,
            )
            # A name of this form that somebody else gave counts too: its number is taken.
            number = max(number, *(version_in(row.name, name) or 0 for row in rows), 0) + 1
            try:
                return put(number), number
            except AlreadyExistsError:
                continue
        raise FailedPreconditionError(f"Others took every version of {name!r} for {MOST_RACES} tries. Try again.")

    def _fill(self, node: AnyNode, keys: Mapping[str, PropertyType], fixed: Properties, custom: Properties) -> None:
        """Give a node the recorder's own properties, as declared ones where its type lets us, and the user's."""
        declared = self._declare(node.kind, node.type, keys)
        node.properties = {key: value for key, value in fixed.items() if key in declared}
        node.custom_properties = {**custom, **{key: value for key, value in fixed.items() if key not in declared}}

    def _declare(self, kind: Kind, name: str, keys: Mapping[str, PropertyType]) -> frozenset[str]:
        """Make sure that a type is there. Returns which of the recorder's keys it declares: all, but for those
        that somebody else declared with values of another type."""
        known = self._declared.get((kind, name))
        if known is None:
            try:
                self._put_type(kind, name, keys)
            except AlreadyExistsError:
                theirs = self.store.type(kind, name).properties
                keys = {key: type for key, type in keys.items() if theirs.get(key, type) == type}
                self._put_type(kind, name, keys)
            known = self._declared[kind, name] = frozenset(keys)
        return known

    def _put_type(self, kind: Kind, name: str, keys: Mapping[str, PropertyType]) -> None:
        type = Type(kind=kind, name=name, properties=dict(keys))
        self.store.put_type(type, can_add_fields=True, can_omit_fields=True)


def version_in(stored: str | None, name: str) -> int | None:
    """3 of `churn@3` where `name` is `churn`; None where the stored name is not of that form."""
    head, at, tail = (stored or "").rpartition("@")
    return int(tail) if at and head == name and tail.isascii() and tail.isdigit() else None


def _only(node: Artifact | Execution | Context) -> PutOptions:
    """Replace no more of a node than what it holds."""
    mask = [f"properties.{key}" for key in node.properties]
    mask += [f"custom_properties.{key}" for key in node.custom_properties]
    if not isinstance(node, Context) and node.state is not None:
        mask.append("state")
    return PutOptions(update_mask=mask)


class NotRecordedError(Exception):
    """What an operation stands on was not recorded itself."""


def _known(id: int | None, what: str) -> int:
    if id is None:
        raise NotRecordedError(f"{what} could not be recorded")
    return id
