"""What is recorded, from the moment that it happened: it carries the keys of its puts, so that trying again
writes nothing twice, and its id once the store has it.
"""

from __future__ import annotations

import uuid
from dataclasses import dataclass, field

from graphmeta.model import Artifact, Execution, Properties


def new_key() -> str:
    """A key for a put, chosen before the first try."""
    return uuid.uuid4().hex


@dataclass(eq=False, slots=True, kw_only=True)
class RunEntry:
    """A run. `fixed` are the recorder's own properties (`vocabulary.RECORDED_RUN`), `custom` the user's."""

    name: str
    experiment: str | None
    fixed: Properties
    custom: Properties
    key: str = field(default_factory=new_key)
    tried: bool = False
    id: int | None = None
    version: int | None = None


@dataclass(eq=False, slots=True, kw_only=True)
class StepEntry:
    """A step of a run. `seen` holds the (artifact id, event type) that it has already."""

    run: RunEntry
    name: str
    type: str
    fixed: Properties
    custom: Properties
    key: str = field(default_factory=new_key)
    id: int | None = None
    seen: set[tuple[int, str]] = field(default_factory=set)


@dataclass(eq=False, slots=True)
class Recorded:
    """An artifact that a step used or produced; give it to later steps.

    Attributes:
        type: the name of its type.
        name: its logical name, `churn` of `churn@3`.
        uri: where it lies, or None.
        digest: `sha256:<hex>`, or None where nothing was read.
        size: bytes, or None.
        version: 3 of `churn@3`; None until it is stored.
        id: the store's number for it; None until it is stored.
        artifact: as it was stored; None until then.
        store: the URL of the store that `id` belongs to.
    """

    type: str
    name: str
    uri: str | None = None
    digest: str | None = None
    size: int | None = None
    version: int | None = None
    id: int | None = None
    artifact: Artifact | None = None
    store: str | None = None

    def __str__(self) -> str:
        return f"{self.type}:{self.name}" + (f"@{self.version}" if self.version is not None else "")


@dataclass(eq=False, slots=True, kw_only=True)
class ArtifactEntry:
    """A use or a production of an artifact by a step.

    Attributes:
        event: INPUT or OUTPUT.
        named: the user said what it is called; else an artifact with this URI and these bytes is the one,
            whatever its name.
        custom: the user's metrics and properties.
        path: the event's path.
        time: of the event, in milliseconds since the epoch.
        unless_output: leave it out where the step made it.
        measured: the one model that a Metrics artifact is of, or None.
    """

    step: StepEntry
    recorded: Recorded
    event: str
    named: bool
    custom: Properties
    path: tuple[str | int, ...]
    time: int
    unless_output: bool = False
    measured: Recorded | None = None
    key: str = field(default_factory=new_key)
    tried: bool = False


@dataclass(eq=False, slots=True, kw_only=True)
class StepChange:
    """What became of a step: its state, and properties to add."""

    step: StepEntry
    state: str | None = None
    fixed: Properties = field(default_factory=dict)
    custom: Properties = field(default_factory=dict)
    key: str = field(default_factory=new_key)

    def execution(self) -> Execution:
        """The step as a node that holds no more than the change."""
        return Execution(type=self.step.type, id=self.step.id, state=self.state)
