"""Is the store whole: events without an end, data that came of itself, steps that never ended, files that are gone?"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import timedelta

from graphmeta.backends.predicates import Compare, Field
from graphmeta.checks.artifact_files import ArtifactFiles
from graphmeta.checks.artifact_files import finding as of_file
from graphmeta.checks.cycles import Arrows
from graphmeta.checks.files import Files
from graphmeta.checks.finding import Check, Finding
from graphmeta.checks.proof import Proofs, listed, named
from graphmeta.errors import InternalError, InvalidArgumentError
from graphmeta.model import INPUT_EVENTS, AnyNode, Artifact, Execution
from graphmeta.query.flow import Flow, Key
from graphmeta.query.production import state_of
from graphmeta.query.reading import Reader
from graphmeta.store.hydrate import to_nodes
from graphmeta.store.paging import pages
from graphmeta.store.store import Store

RUNNING_FOR = 24 * 60 * 60 * 1000
MOST = 200  # findings of one rule; of further ones only the number is said
_ABOUT = "Whether the store is whole: its events, its steps, its artifacts, and the store itself."


def integrity(store: Store, *, files: bool = False, running_for: int = RUNNING_FOR, seen: Files | None = None) -> Check:
    """Look for what should not be in a store.

    Its rules: `integrity/store` (what the engine says of itself), `integrity/dangling-event`, `integrity/cycle`,
    `integrity/file-gone` and `integrity/file-changed` break it; `integrity/rewritten`, `integrity/running`,
    `integrity/unused` and `integrity/file-overwritten` are warnings.

    Args:
        files: whether to look at the files that artifacts name, and to read those that have a digest.
        running_for: milliseconds after which a step that nobody heard of and that is still RUNNING is told.
        seen: what knows files that were read already; None for nothing.

    Raises:
        InvalidArgumentError: a time that is no number from 0.
    """
    if not isinstance(running_for, int) or isinstance(running_for, bool) or running_for < 0:
        raise InvalidArgumentError(
            f"How long a step may run is given in milliseconds, a whole number from 0, and not {running_for!r}."
        )
    looking = _Looking(store)
    faults = store.backend.faults()
    looking.tell("integrity/store", (Finding("integrity/store", fault) for fault in faults), len(faults))
    try:
        looking.at_events()
        looking.at_steps(running_for)
        looking.at_artifacts((seen or Files()) if files else None)
    except InternalError as error:
        if not faults:
            raise
        looking.doubts.append(f"Not all could be looked at, for the store is damaged: {error}")
    return looking.check()


@dataclass
class _Looking:
    """What was found so far."""

    store: Store
    findings: list[Finding] = field(default_factory=list)
    doubts: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    looked_at: int = 0

    def __post_init__(self) -> None:
        self._reader = Reader(self.store)
        self._arrows = Arrows()

    def check(self) -> Check:
        """What came out."""
        worst = sorted(self.findings, key=lambda finding: finding.level != "error")
        return Check("integrity", _ABOUT, worst, self.doubts, self.looked_at, "nodes and events", self.notes)

    def tell(self, rule: str, findings: Iterable[Finding], number: int) -> None:
        """Take findings of one rule, of which there are so many in all."""
        self.findings += findings
        if number > MOST:
            self.notes.append(f"{rule}: {MOST} of {number:,} are shown.")

    # ------------------------------------------------------------ events

    def at_events(self) -> None:
        """Events without an end, and circles of them."""
        self._at_dangling()
        for events in self.store.all_events(bare=True):
            self._arrows.add(events)
        self.looked_at += len(self._arrows)
        found = self._arrows.cycles()
        self.tell("integrity/cycle", self._of_cycles(found.ways[:MOST]), len(found.ways))
        shown = sorted(found.rewritten)[:MOST]
        self.tell(
            "integrity/rewritten",
            self._of_rewritten({step: found.rewritten[step] for step in shown}),
            len(found.rewritten),
        )

    def _at_dangling(self) -> None:
        backend = self.store.backend
        events = backend.dangling(MOST)
        if not len(events):
            return
        number = len(backend.dangling()) if len(events) == MOST else len(events)
        steps = {each.id: each for each in self._reader.executions(events.execution_ids)}
        artifacts = {each.id: each for each in self._reader.artifacts(events.artifact_ids)}
        findings = []
        for id, artifact_id, execution_id, type, _, _ in events.rows():
            step, artifact = steps.get(execution_id), artifacts.get(artifact_id)
            did = "used" if type in INPUT_EVENTS else "made"
            doer = f"execution/{execution_id}, which is not there," if step is None else named(step)
            what = f"artifact/{artifact_id}, which is not there" if artifact is None else named(artifact)
            findings.append(
                Finding(
                    "integrity/dangling-event",
                    f"Event {id} says that {doer} {did} {what}.",
                    [each for each in (step, artifact) if each is not None],
                    help="Copy what is missing from where it is (`graphmeta copy`), or record the step again.",
                )
            )
        self.tell("integrity/dangling-event", findings, number)

    def _of_cycles(self, cycles: Sequence[Sequence[Key]]) -> Iterator[Finding]:
        if not cycles:
            return
        steps = sorted({key.id for way in cycles for key in way if key.kind == "execution"})
        proofs = Proofs(self._reader, Flow(self.store.event_columns(executions=steps)))
        self._reader.nodes({key for way in cycles for key in way})  # all at once
        for cycle in cycles:
            way = proofs.way(cycle)
            nodes: list[AnyNode] = [node for node in way.nodes[:-1] if node is not None]
            yield Finding(
                "integrity/cycle",
                f"{named(nodes[0])} came of itself, through {listed(named(node) for node in nodes[1:])}."
                if len(nodes) > 1
                else "Data came of itself.",
                nodes[:MOST],
                way,
                "An event is the wrong way round, or two things are recorded as one: give each version an artifact of "
                "its own.",
            )

    def _of_rewritten(self, rewritten: dict[int, list[int]]) -> Iterator[Finding]:
        artifacts = {each.id: each for each in self._reader.artifacts(id for ids in rewritten.values() for id in ids)}
        for step in self._reader.executions(rewritten):
            those = [artifacts[id] for id in rewritten[step.id or 0] if id in artifacts]
            yield Finding(
                "integrity/rewritten",
                f"{named(step)} used and gave {listed(map(named, those))}: what it was before is not known.",
                [step, *those],
                help="Record what a step changes as a new version, where the old one matters.",
                level="warning",
            )

    # ------------------------------------------------------------ nodes

    def at_steps(self, running_for: int) -> None:
        """Steps that are said to run still."""
        self.looked_at += sum(count.number for count in self.store.backend.counts() if count.kind != "artifact")
        now = self.store.backend.clock()
        running = Compare(Field("state"), "=", "RUNNING")
        old = Compare(Field("updated"), "<", now - running_for)
        found: list[Execution] = []
        number = 0
        for rows in pages(self.store, "execution", running, old):
            # (What Kale keeps in a property says more than the state.)
            those = [step for step in to_nodes(rows) if isinstance(step, Execution) and state_of(step) == "RUNNING"]
            number += len(those)
            found += those[: MOST - len(found)]
        self.tell("integrity/running", [_of_running(step, now) for step in found], number)

    def at_artifacts(self, files: Files | None) -> None:
        """Artifacts that nothing is joined to, and with `files`, which reads them, their files."""
        unused: list[int] = []
        number = 0
        looked = None if files is None else ArtifactFiles(files)
        for rows in pages(self.store, "artifact", bare=files is None):
            self.looked_at += len(rows)
            those = [row.id for row in rows if row.id not in self._arrows.artifacts]
            number += len(those)
            unused += those[: MOST - len(unused)]
            if looked is not None:
                looked.look([node for node in to_nodes(rows) if isinstance(node, Artifact)])
        self.tell(
            "integrity/unused",
            [
                Finding(
                    "integrity/unused",
                    f"Nothing made or used {named(artifact)}.",
                    [artifact],
                    help="Record the step that made it, or remove it with `graphmeta gc`.",
                    level="warning",
                )
                for artifact in self._reader.artifacts(unused)
            ],
            number,
        )
        if looked is None:
            return
        for rule, ids in looked.by_rule().items():
            artifacts = self._reader.artifacts(sorted(ids)[:MOST])
            self.tell(rule, [of_file(rule, artifact) for artifact in artifacts], len(ids))
        self.doubts += looked.doubts()


def _of_running(step: Execution, now: int) -> Finding:
    for_long = timedelta(seconds=(now - (step.updated or 0)) // 1000)
    days = f"{for_long.days:,} day{'' if for_long.days == 1 else 's'}"
    hours = f"{for_long.seconds // 3600} h {for_long.seconds // 60 % 60} min"
    return Finding(
        "integrity/running",
        f"{named(step)} is RUNNING, and nothing was heard of it for {days if for_long.days else hours}."
        if step.updated
        else f"{named(step)} is RUNNING, and nothing says when it was last heard of.",
        [step],
        help="If it ended, put its state: COMPLETE, FAILED or CANCELED.",
        level="warning",
    )
