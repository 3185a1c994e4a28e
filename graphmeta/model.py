"""What the graph is made of: artifacts, executions, contexts, their types, and what joins them.

The words and the rules are ML Metadata's (MLMD). Values are plain Python; times are integers, in
milliseconds since the epoch; enumerations are their names. Nothing here knows of a store.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, ClassVar, Literal, Union

Kind = Literal["artifact", "execution", "context"]
KINDS: tuple[Kind, ...] = ("artifact", "execution", "context")

PropertyType = Literal["INT", "DOUBLE", "STRING", "STRUCT", "PROTO", "BOOLEAN"]

# What an id, a time or an INT property can be.
INT64 = range(-(2**63), 2**63)

# Numbers as in metadata_store.proto; the embedded format stores them.
PROPERTY_TYPES: Mapping[str, int] = {"INT": 1, "DOUBLE": 2, "STRING": 3, "STRUCT": 4, "PROTO": 5, "BOOLEAN": 6}
ARTIFACT_STATES: Mapping[str, int] = {
    "UNKNOWN": 0,
    "PENDING": 1,
    "LIVE": 2,
    "MARKED_FOR_DELETION": 3,
    "DELETED": 4,
    "ABANDONED": 5,
    "REFERENCE": 6,
}
EXECUTION_STATES: Mapping[str, int] = {
    "UNKNOWN": 0,
    "NEW": 1,
    "RUNNING": 2,
    "COMPLETE": 3,
    "FAILED": 4,
    "CACHED": 5,
    "CANCELED": 6,
}
EVENT_TYPES: Mapping[str, int] = {
    "DECLARED_OUTPUT": 1,
    "DECLARED_INPUT": 2,
    "INPUT": 3,
    "OUTPUT": 4,
    "INTERNAL_INPUT": 5,
    "INTERNAL_OUTPUT": 6,
    "PENDING_OUTPUT": 7,
}
INPUT_EVENTS = frozenset({"DECLARED_INPUT", "INPUT", "INTERNAL_INPUT"})
OUTPUT_EVENTS = frozenset({"DECLARED_OUTPUT", "OUTPUT", "INTERNAL_OUTPUT", "PENDING_OUTPUT"})

# The system types that every store holds, in MLMD's order: their ids in a new store are 1 to 9.
SYSTEM_TYPES: tuple[tuple[Kind, str], ...] = (
    ("artifact", "mlmd.Dataset"),
    ("artifact", "mlmd.Model"),
    ("artifact", "mlmd.Metrics"),
    ("artifact", "mlmd.Statistics"),
    ("execution", "mlmd.Train"),
    ("execution", "mlmd.Transform"),
    ("execution", "mlmd.Process"),
    ("execution", "mlmd.Evaluate"),
    ("execution", "mlmd.Deploy"),
)
BASE_TYPES: Mapping[Kind, tuple[str, ...]] = {
    "artifact": ("DATASET", "MODEL", "METRICS", "STATISTICS"),
    "execution": ("TRAIN", "TRANSFORM", "PROCESS", "EVALUATE", "DEPLOY"),
    "context": (),
}


@dataclass(frozen=True, slots=True)
class AnyValue:
    """A protobuf `Any`, unopened.

    Attributes:
        type_url: the URL that names the message's type, as in google.protobuf.Any.
        value: the serialized message.
    """

    type_url: str
    value: bytes


# A dict is an MLMD struct: its keys are strings, its numbers doubles, as in google.protobuf.Struct.
Value = Union[int, float, str, bool, dict[str, Any], AnyValue]
Properties = dict[str, Value]


@dataclass(slots=True, kw_only=True)
class Node:
    """What artifacts, executions and contexts have in common.

    Attributes:
        type: the name of its type. When writing, either this or `type_id` says the type.
        name: unique within the type where given; None means that it has none.
        properties: values of properties that the type declares.
        custom_properties: values of any others.
        external_id: unique within the kind in the whole store where given.
        id: the store's number for it, unique within the kind; None until it is stored.
        type_id: the store's number for its type.
        created: when it was stored, in milliseconds since the epoch; the store sets it.
        updated: when it last changed, likewise; every change moves it forward, by a millisecond at least.
    """

    kind: ClassVar[Kind]

    type: str = ""
    name: str | None = None
    properties: Properties = field(default_factory=dict)
    custom_properties: Properties = field(default_factory=dict)
    external_id: str | None = None
    id: int | None = None
    type_id: int | None = None
    created: int | None = None
    updated: int | None = None

    def value(self, key: str, default: Value | None = None) -> Value | None:
        """The declared property `key`, else the custom one, else `default`."""
        if key in self.properties:
            return self.properties[key]
        return self.custom_properties.get(key, default)


@dataclass(slots=True, kw_only=True)
class Artifact(Node):
    """A thing that was used or made: data, a model, metrics.

    Attributes:
        uri: where it lies; None means that nobody said.
        state: one of `ARTIFACT_STATES`, or None.
    """

    kind: ClassVar[Kind] = "artifact"

    uri: str | None = None
    state: str | None = None


@dataclass(slots=True, kw_only=True)
class Execution(Node):
    """A step that ran.

    Attributes:
        state: one of `EXECUTION_STATES` (MLMD's last_known_state), or None.
    """

    kind: ClassVar[Kind] = "execution"

    state: str | None = None


@dataclass(slots=True, kw_only=True)
class Context(Node):
    """What groups artifacts and executions: a run, an experiment, a pipeline. It must have a name."""

    kind: ClassVar[Kind] = "context"


AnyNode = Union[Artifact, Execution, Context]
NODE_CLASSES: Mapping[Kind, type[AnyNode]] = {"artifact": Artifact, "execution": Execution, "context": Context}


def node_id(node: AnyNode | int) -> int:
    """The id of a stored node, given as itself or as its id.

    Raises:
        ValueError: the node has not been stored.
        TypeError: neither a node nor an id.
    """
    if isinstance(node, int) and not isinstance(node, bool):
        return node
    if isinstance(node, (bool, str, float)):
        raise TypeError(f"a node or its id is wanted, not {node!r}")
    if node.id is None:
        raise ValueError(f"{node.kind} {node.name!r} has no id yet: put it first, or in the same put")
    return node.id


@dataclass(slots=True)
class Event:
    """An execution used or made an artifact.

    Attributes:
        artifact: the artifact, as an object of the same put or as an id.
        execution: the execution, likewise.
        type: one of `EVENT_TYPES`.
        path: where in the execution's inputs or outputs it stands: a key is a str, an index an int,
            as `("examples", 0)`.
        time: milliseconds since the epoch; None means the moment of the put.
        id: the store's number for it, ascending with insertion.
    """

    artifact: Artifact | int
    execution: Execution | int
    type: str
    path: tuple[str | int, ...] = ()
    time: int | None = None
    id: int | None = None

    @property
    def artifact_id(self) -> int:
        return node_id(self.artifact)

    @property
    def execution_id(self) -> int:
        return node_id(self.execution)


@dataclass(slots=True)
class Attribution:
    """An artifact belongs to a context."""

    artifact: Artifact | int
    context: Context | int


@dataclass(slots=True)
class Association:
    """An execution belongs to a context."""

    execution: Execution | int
    context: Context | int


@dataclass(slots=True)
class ParentContext:
    """A context is part of another, as a run is of an experiment."""

    child: Context | int
    parent: Context | int


@dataclass(slots=True, kw_only=True)
class Type:
    """A type of artifacts, executions or contexts.

    Attributes:
        kind: which of the three it is a type of.
        name: unique together with kind and version.
        version: '' where it has none.
        properties: the declared properties and their value types.
        description: free text, or None.
        base_type: one of `BASE_TYPES` of the kind, or None.
        external_id: unique among types where given.
        input_type, output_type: of execution types: MLMD's ArtifactStructType as JSON, unopened, or None.
        id: the store's number; the three kinds share one sequence.
    """

    kind: Kind
    name: str
    version: str = ""
    properties: dict[str, PropertyType] = field(default_factory=dict)
    description: str | None = None
    base_type: str | None = None
    external_id: str | None = None
    input_type: str | None = None
    output_type: str | None = None
    id: int | None = None


def artifact_type(name: str, properties: Mapping[str, PropertyType] | None = None, **more: Any) -> Type:
    """A `Type` of artifacts; `more` are its further attributes."""
    return Type(kind="artifact", name=name, properties=dict(properties or {}), **more)


def execution_type(name: str, properties: Mapping[str, PropertyType] | None = None, **more: Any) -> Type:
    """A `Type` of executions; `more` are its further attributes."""
    return Type(kind="execution", name=name, properties=dict(properties or {}), **more)


def context_type(name: str, properties: Mapping[str, PropertyType] | None = None, **more: Any) -> Type:
    """A `Type` of contexts; `more` are its further attributes."""
    return Type(kind="context", name=name, properties=dict(properties or {}), **more)
