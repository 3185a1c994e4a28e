"""The methods that read artifacts, executions and contexts."""

from __future__ import annotations

from collections.abc import Iterable

from graphmeta.mlmd.metadata_store.client import Client
from graphmeta.mlmd.metadata_store.options import ExtraOptions, ListOptions
from graphmeta.mlmd.proto import metadata_store_service_pb2 as service_pb2
from graphmeta.mlmd.proto.metadata_store_pb2 import Artifact, ArtifactType, Context, Execution


class Nodes(Client):
    """Getting nodes: all, by id, by type, by name, by external id, by URI."""

    def get_artifacts(
        self, list_options: ListOptions | None = None, extra_options: ExtraOptions | None = None
    ) -> list[Artifact]:
        """Artifacts, all or those that the options say.

        Raises:
            errors.InvalidArgumentError: a limit below 0, or a filter that makes no sense.
        """
        return self._listed("GetArtifacts", "artifacts", service_pb2.GetArtifactsRequest(), list_options)

    def get_executions(
        self, list_options: ListOptions | None = None, extra_options: ExtraOptions | None = None
    ) -> list[Execution]:
        """Executions, all or those that the options say.

        Raises:
            errors.InvalidArgumentError: a limit below 0, or a filter that makes no sense.
        """
        return self._listed("GetExecutions", "executions", service_pb2.GetExecutionsRequest(), list_options)

    def get_contexts(
        self, list_options: ListOptions | None = None, extra_options: ExtraOptions | None = None
    ) -> list[Context]:
        """Contexts, all or those that the options say.

        Raises:
            errors.InvalidArgumentError: a limit below 0, or a filter that makes no sense.
        """
        return self._listed("GetContexts", "contexts", service_pb2.GetContextsRequest(), list_options)

    def get_artifacts_by_id(
        self, artifact_ids: Iterable[int], extra_options: ExtraOptions | None = None
    ) -> list[Artifact]:
        """The artifacts with some ids, by id; unknown ids are left out."""
        request = service_pb2.GetArtifactsByIDRequest(artifact_ids=iter(artifact_ids))
        return list(self._call("GetArtifactsByID", request).artifacts)

    def get_executions_by_id(
        self, execution_ids: Iterable[int], extra_options: ExtraOptions | None = None
    ) -> list[Execution]:
        """The executions with some ids, by id; unknown ids are left out."""
        request = service_pb2.GetExecutionsByIDRequest(execution_ids=iter(execution_ids))
        return list(self._call("GetExecutionsByID", request).executions)

    def get_contexts_by_id(
        self, context_ids: Iterable[int], extra_options: ExtraOptions | None = None
    ) -> list[Context]:
        """The contexts with some ids, by id; unknown ids are left out."""
        request = service_pb2.GetContextsByIDRequest(context_ids=iter(context_ids))
        return list(self._call("GetContextsByID", request).contexts)

    def get_artifacts_and_types_by_artifact_ids(
        self, artifact_ids: Iterable[int], extra_options: ExtraOptions | None = None
    ) -> tuple[list[Artifact], list[ArtifactType]]:
        """The artifacts with some ids, as `get_artifacts_by_id`, and their types."""
        request = service_pb2.GetArtifactsByIDRequest(artifact_ids=artifact_ids, populate_artifact_types=True)
        response = self._call("GetArtifactsByID", request)
        return list(response.artifacts), list(response.artifact_types)

    def get_artifacts_by_type(
        self, type_name: str, type_version: str | None = None, extra_options: ExtraOptions | None = None
    ) -> list[Artifact]:
        """The artifacts of the type of a name and a version, or of a name and no version."""
        request = service_pb2.GetArtifactsByTypeRequest()
        request.type_name = type_name
        if type_version:
            request.type_version = type_version
        return list(self._call("GetArtifactsByType", request).artifacts)

    def get_executions_by_type(
        self, type_name: str, type_version: str | None = None, extra_options: ExtraOptions | None = None
    ) -> list[Execution]:
        """The executions of the type of a name and a version, or of a name and no version."""
        request = service_pb2.GetExecutionsByTypeRequest()
        request.type_name = type_name
        if type_version:
            request.type_version = type_version
        return list(self._call("GetExecutionsByType", request).executions)

    def get_contexts_by_type(
        self, type_name: str, type_version: str | None = None, extra_options: ExtraOptions | None = None
    ) -> list[Context]:
        """The contexts of the type of a name and a version, or of a name and no version."""
        request = service_pb2.GetContextsByTypeRequest()
        request.type_name = type_name
        if type_version:
            request.type_version = type_version
        return list(self._call("GetContextsByType", request).contexts)

    def get_artifact_by_type_and_name(
        self,
        type_name: str,
        artifact_name: str,
        type_version: str | None = None,
        extra_options: ExtraOptions | None = None,
    ) -> Artifact | None:
        """The artifact of a type with a name, or None; the type as in `get_artifacts_by_type`."""
        request = service_pb2.GetArtifactByTypeAndNameRequest()
        request.type_name = type_name
        request.artifact_name = artifact_name
        if type_version:
            request.type_version = type_version
        response = self._call("GetArtifactByTypeAndName", request)
        return response.artifact if response.HasField("artifact") else None

    def get_execution_by_type_and_name(
        self,
        type_name: str,
        execution_name: str,
        type_version: str | None = None,
        extra_options: ExtraOptions | None = None,
    ) -> Execution | None:
        """The execution of a type with a name, or None; the type as in `get_executions_by_type`."""
        request = service_pb2.GetExecutionByTypeAndNameRequest()
        request.type_name = type_name
        request.execution_name = execution_name
        if type_version:
            request.type_version = type_version
        response = self._call("GetExecutionByTypeAndName", request)
        return response.execution if response.HasField("execution") else None

    def get_context_by_type_and_name(
        self,
        type_name: str,
        context_name: str,
        type_version: str | None = None,
        extra_options: ExtraOptions | None = None,
    ) -> Context | None:
        """The context of a type with a name, or None; the type as in `get_contexts_by_type`."""
        request = service_pb2.GetContextByTypeAndNameRequest()
        request.type_name = type_name
        request.context_name = context_name
        if type_version:
            request.type_version = type_version
        response = self._call("GetContextByTypeAndName", request)
        return response.context if response.HasField("context") else None

    def get_artifacts_by_external_ids(
        self, external_ids: Iterable[str], extra_options: ExtraOptions | None = None
    ) -> list[Artifact]:
        """The artifacts with some external ids.

        Raises:
            errors.NotFoundError: there is none of them.
        """
        request = service_pb2.GetArtifactsByExternalIdsRequest(external_ids=external_ids)
        return list(self._call("GetArtifactsByExternalIds", request).artifacts)

    def get_executions_by_external_ids(
        self, external_ids: Iterable[str], extra_options: ExtraOptions | None = None
    ) -> list[Execution]:
        """The executions with some external ids.

        Raises:
            errors.NotFoundError: there is none of them.
        """
        request = service_pb2.GetExecutionsByExternalIdsRequest(external_ids=external_ids)
        return list(self._call("GetExecutionsByExternalIds", request).executions)

    def get_contexts_by_external_ids(
        self, external_ids: Iterable[str], extra_options: ExtraOptions | None = None
    ) -> list[Context]:
        """The contexts with some external ids.

        Raises:
            errors.NotFoundError: there is none of them.
        """
        request = service_pb2.GetContextsByExternalIdsRequest(external_ids=external_ids)
        return list(self._call("GetContextsByExternalIds", request).contexts)

    def get_artifacts_by_uri(self, uri: str, extra_options: ExtraOptions | None = None) -> list[Artifact]:
        """The artifacts of a URI."""
        request = service_pb2.GetArtifactsByURIRequest()
        request.uris.append(uri)
        return list(self._call("GetArtifactsByURI", request).artifacts)
