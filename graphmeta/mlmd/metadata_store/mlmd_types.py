"""The system's own types of artifacts and executions, which every store has."""

from __future__ import annotations

from google.protobuf.descriptor import EnumDescriptor

from graphmeta.mlmd import errors
from graphmeta.mlmd.proto import metadata_store_pb2 as pb


class ArtifactType:
    """A type of artifacts that stands for a base type.

    Args:
        system_type: a value of `ArtifactType.SystemDefinedBaseType`.

    Raises:
        errors.NotFoundError: it is UNSET.
        KeyError: there is no such value.
    """

    def __init__(self, system_type: pb.ArtifactType.SystemDefinedBaseType) -> None:
        self._system_type = system_type
        self._name = _name(pb.ArtifactType.SystemDefinedBaseType.DESCRIPTOR, system_type)

    @property
    def name(self) -> str:
        """The type's name in a store."""
        return self._name

    @property
    def system_type(self) -> pb.ArtifactType.SystemDefinedBaseType:
        """The base type, as the field `base_type` takes it."""
        return self._system_type


class ExecutionType:
    """A type of executions that stands for a base type; see `ArtifactType`."""

    def __init__(self, system_type: pb.ExecutionType.SystemDefinedBaseType) -> None:
        self._system_type = system_type
        self._name = _name(pb.ExecutionType.SystemDefinedBaseType.DESCRIPTOR, system_type)

    @property
    def name(self) -> str:
        """The type's name in a store."""
        return self._name

    @property
    def system_type(self) -> pb.ExecutionType.SystemDefinedBaseType:
        """The base type, as the field `base_type` takes it."""
        return self._system_type


class Dataset(ArtifactType):
    """`mlmd.Dataset`."""

    def __init__(self) -> None:
        super().__init__(pb.ArtifactType.DATASET)


class Model(ArtifactType):
    """`mlmd.Model`."""

    def __init__(self) -> None:
        super().__init__(pb.ArtifactType.MODEL)


class Metrics(ArtifactType):
    """`mlmd.Metrics`."""

    def __init__(self) -> None:
        super().__init__(pb.ArtifactType.METRICS)


class Statistics(ArtifactType):
    """`mlmd.Statistics`."""

    def __init__(self) -> None:
        super().__init__(pb.ArtifactType.STATISTICS)


class Train(ExecutionType):
    """`mlmd.Train`."""

    def __init__(self) -> None:
        super().__init__(pb.ExecutionType.TRAIN)


class Transform(ExecutionType):
    """`mlmd.Transform`."""

    def __init__(self) -> None:
        super().__init__(pb.ExecutionType.TRANSFORM)


class Process(ExecutionType):
    """`mlmd.Process`."""

    def __init__(self) -> None:
        super().__init__(pb.ExecutionType.PROCESS)


class Evaluate(ExecutionType):
    """`mlmd.Evaluate`."""

    def __init__(self) -> None:
        super().__init__(pb.ExecutionType.EVALUATE)


class Deploy(ExecutionType):
    """`mlmd.Deploy`."""

    def __init__(self) -> None:
        super().__init__(pb.ExecutionType.DEPLOY)


def _name(base_types: EnumDescriptor, number: int) -> str:
    options = base_types.values_by_number[number].GetOptions()
    name: str = options.Extensions[pb.system_type_extension].type_name  # type: ignore[index]
    if number == 0:
        raise errors.NotFoundError(f"Type name: {name} is not found")
    return name
