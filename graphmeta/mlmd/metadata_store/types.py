"""The methods about types."""

from __future__ import annotations

from collections.abc import Iterable

from graphmeta.mlmd.metadata_store.client import Client
from graphmeta.mlmd.metadata_store.options import ExtraOptions
from graphmeta.mlmd.proto import metadata_store_service_pb2 as service_pb2
from graphmeta.mlmd.proto.metadata_store_pb2 import ArtifactType, ContextType, ExecutionType


class Types(Client):
    """Putting and getting the types of artifacts, executions and contexts."""

    def put_artifact_type(
        self,
        artifact_type: ArtifactType,
        can_add_fields: bool = False,
        can_omit_fields: bool = False,
        extra_options: ExtraOptions | None = None,
    ) -> int:
        """Make sure that a type exists as given.

        Args:
            artifact_type: known by its name and version; created, or compared with the stored one.
            can_add_fields: the stored one may gain the properties that it lacks.
            can_omit_fields: the stored one may have properties that are not given; it keeps them.

        Returns:
            its id.

        Raises:
            errors.AlreadyExistsError: the stored one differs in a way that the flags do not allow.
            errors.InvalidArgumentError: no name, or a property of no known kind of value.
        """
        request = service_pb2.PutArtifactTypeRequest(
            artifact_type=artifact_type, can_add_fields=can_add_fields, can_omit_fields=can_omit_fields
        )
        return self._call("PutArtifactType", request).type_id  # type: ignore[no-any-return]

    def put_execution_type(
        self,
        execution_type: ExecutionType,
        can_add_fields: bool = False,
        can_omit_fields: bool = False,
        extra_options: ExtraOptions | None = None,
    ) -> int:
        """Make sure that a type exists as given; see `put_artifact_type`."""
        request = service_pb2.PutExecutionTypeRequest(
            execution_type=execution_type, can_add_fields=can_add_fields, can_omit_fields=can_omit_fields
        )
        return self._call("PutExecutionType", request).type_id  # type: ignore[no-any-return]

    def put_context_type(
        self,
        context_type: ContextType,
        can_add_fields: bool = False,
        can_omit_fields: bool = False,
        extra_options: ExtraOptions | None = None,
    ) -> int:
        """Make sure that a type exists as given; see `put_artifact_type`."""
        request = service_pb2.PutContextTypeRequest(
            context_type=context_type, can_add_fields=can_add_fields, can_omit_fields=can_omit_fields
        )
        return self._call("PutContextType", request).type_id  # type: ignore[no-any-return]

    def get_artifact_type(
        self, type_name: str, type_version: str | None = None, extra_options: ExtraOptions | None = None
    ) -> ArtifactType:
        """The type of artifacts of a name and a version, or of a name and no version.

        Raises:
            errors.NotFoundError: there is none.
        """
        request = service_pb2.GetArtifactTypeRequest()
        request.type_name = type_name
        if type_version:
            request.type_version = type_version
        return self._call("GetArtifactType", request).artifact_type  # type: ignore[no-any-return]

    def get_execution_type(
        self, type_name: str, type_version: str | None = None, extra_options: ExtraOptions | None = None
    ) -> ExecutionType:
        """The type of executions of a name and a version, or of a name and no version.

        Raises:
            errors.NotFoundError: there is none.
        """
        request = service_pb2.GetExecutionTypeRequest()
        request.type_name = type_name
        if type_version:
            request.type_version = type_version
        return self._call("GetExecutionType", request).execution_type  # type: ignore[no-any-return]

    def get_context_type(
        self, type_name: str, type_version: str | None = None, extra_options: ExtraOptions | None = None
    ) -> ContextType:
        """The type of contexts of a name and a version, or of a name and no version.

        Raises:
            errors.NotFoundError: there is none.
        """
        request = service_pb2.GetContextTypeRequest()
        request.type_name = type_name
        if type_version:
            request.type_version = type_version
        return self._call("GetContextType", request).context_type  # type: ignore[no-any-return]

    def get_artifact_types(self, extra_options: ExtraOptions | None = None) -> list[ArtifactType]:
        """All types of artifacts but the system's own, by id."""
        return list(self._call("GetArtifactTypes", service_pb2.GetArtifactTypesRequest()).artifact_types)

    def get_execution_types(self, extra_options: ExtraOptions | None = None) -> list[ExecutionType]:
        """All types of executions but the system's own, by id."""
        return list(self._call("GetExecutionTypes", service_pb2.GetExecutionTypesRequest()).execution_types)

    def get_context_types(self, extra_options: ExtraOptions | None = None) -> list[ContextType]:
        """All types of contexts but the system's own, by id."""
        return list(self._call("GetContextTypes", service_pb2.GetContextTypesRequest()).context_types)

    def get_artifact_types_by_id(
        self, type_ids: Iterable[int], extra_options: ExtraOptions | None = None
    ) -> list[ArtifactType]:
        """The types of artifacts with some ids; unknown ids are left out."""
        request = service_pb2.GetArtifactTypesByIDRequest(type_ids=iter(type_ids))
        return list(self._call("GetArtifactTypesByID", request).artifact_types)

    def get_execution_types_by_id(
        self, type_ids: Iterable[int], extra_options: ExtraOptions | None = None
    ) -> list[ExecutionType]:
        """The types of executions with some ids; unknown ids are left out."""
        request = service_pb2.GetExecutionTypesByIDRequest(type_ids=iter(type_ids))
        return list(self._call("GetExecutionTypesByID", request).execution_types)

    def get_context_types_by_id(
        self, type_ids: Iterable[int], extra_options: ExtraOptions | None = None
    ) -> list[ContextType]:
        """The types of contexts with some ids; unknown ids are left out."""
        request = service_pb2.GetContextTypesByIDRequest(type_ids=iter(type_ids))
        return list(self._call("GetContextTypesByID", request).context_types)

    def get_artifact_types_by_external_ids(
        self, external_ids: Iterable[str], extra_options: ExtraOptions | None = None
    ) -> list[ArtifactType]:
        """The types of artifacts with some external ids.

        Raises:
            errors.NotFoundError: there is none of them.
        """
        request = service_pb2.GetArtifactTypesByExternalIdsRequest(external_ids=external_ids)
        return list(self._call("GetArtifactTypesByExternalIds", request).artifact_types)

    def get_execution_types_by_external_ids(
        self, external_ids: Iterable[str], extra_options: ExtraOptions | None = None
    ) -> list[ExecutionType]:
        """The types of executions with some external ids.

        Raises:
            errors.NotFoundError: there is none of them.
        """
        request = service_pb2.GetExecutionTypesByExternalIdsRequest(external_ids=external_ids)
        return list(self._call("GetExecutionTypesByExternalIds", request).execution_types)

    def get_context_types_by_external_ids(
        self, external_ids: Iterable[str], extra_options: ExtraOptions | None = None
    ) -> list[ContextType]:
        """The types of contexts with some external ids.

        Raises:
            errors.NotFoundError: there is none of them.
        """
        request = service_pb2.GetContextTypesByExternalIdsRequest(external_ids=external_ids)
        return list(self._call("GetContextTypesByExternalIds", request).context_types)
