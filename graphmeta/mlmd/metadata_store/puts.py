"""The methods that write nodes and what joins them."""

from __future__ import annotations

from collections.abc import Sequence

from graphmeta.mlmd.metadata_store.client import Client
from graphmeta.mlmd.metadata_store.options import ExtraOptions
from graphmeta.mlmd.proto import metadata_store_service_pb2 as service_pb2
from graphmeta.mlmd.proto.metadata_store_pb2 import (
    Artifact,
    Association,
    Attribution,
    Context,
    Event,
    Execution,
    ParentContext,
)


class Puts(Client):
    """Putting nodes, edges, and whole parts of the graph. Each put is one transaction: all of it or nothing."""

    def put_artifacts(
        self,
        artifacts: Sequence[Artifact],
        field_mask_paths: Sequence[str] | None = None,
        extra_options: ExtraOptions | None = None,
    ) -> list[int]:
        """Create artifacts, or update those that have an id.

        Args:
            artifacts: with a type_id; one with an id may leave it out.
            field_mask_paths: of an update, only what these name changes: fields, or `properties.<key>` and
                `custom_properties.<key>`. Everything, where None or empty.

        Returns:
            their ids, index by index.

        Raises:
            errors.AlreadyExistsError: a name (within its type) or an external id is taken.
            errors.InvalidArgumentError: a value, a type or an id that cannot be.
            errors.NotFoundError: an unknown type.
        """
        request = service_pb2.PutArtifactsRequest()
        request.artifacts.extend(iter(artifacts))
        if field_mask_paths:
            request.update_mask.paths.extend(field_mask_paths)
        return list(self._call("PutArtifacts", request).artifact_ids)

    def put_executions(
        self,
        executions: Sequence[Execution],
        field_mask_paths: Sequence[str] | None = None,
        extra_options: ExtraOptions | None = None,
    ) -> list[int]:
        """Create executions, or update those that have an id; see `put_artifacts`."""
        request = service_pb2.PutExecutionsRequest()
        request.executions.extend(iter(executions))
        if field_mask_paths:
            request.update_mask.paths.extend(field_mask_paths)
        return list(self._call("PutExecutions", request).execution_ids)

    def put_contexts(
        self,
        contexts: Sequence[Context],
        field_mask_paths: Sequence[str] | None = None,
        extra_options: ExtraOptions | None = None,
    ) -> list[int]:
        """Create contexts, or update those that have an id; each has a name. See `put_artifacts`."""
        request = service_pb2.PutContextsRequest()
        request.contexts.extend(iter(contexts))
        if field_mask_paths:
            request.update_mask.paths.extend(field_mask_paths)
        return list(self._call("PutContexts", request).context_ids)

    def put_events(self, events: Sequence[Event], extra_options: ExtraOptions | None = None) -> None:
        """Say that executions used or made artifacts.

        Raises:
            errors.AlreadyExistsError: there is such an event of that type already.
            errors.InvalidArgumentError: an end or the type is missing, or there is no such node.
        """
        request = service_pb2.PutEventsRequest()
        request.events.extend(iter(events))
        self._call("PutEvents", request)

    def put_attributions_and_associations(
        self,
        attributions: Sequence[Attribution],
        associations: Sequence[Association],
        extra_options: ExtraOptions | None = None,
    ) -> None:
        """Say that artifacts and executions belong to contexts; what is there already stays.

        Raises:
            errors.InvalidArgumentError: there is no such node.
        """
        request = service_pb2.PutAttributionsAndAssociationsRequest()
        request.attributions.extend(iter(attributions))
        request.associations.extend(iter(associations))
        self._call("PutAttributionsAndAssociations", request)

    def put_parent_contexts(
        self, parent_contexts: Sequence[ParentContext], extra_options: ExtraOptions | None = None
    ) -> None:
        """Say that contexts are part of others.

        Raises:
            errors.AlreadyExistsError: that is known already.
            errors.InvalidArgumentError: there is no such context, or it would be part of itself.
        """
        request = service_pb2.PutParentContextsRequest()
        request.parent_contexts.extend(iter(parent_contexts))
        self._call("PutParentContexts", request)

    def put_execution(
        self,
        execution: Execution,
        artifact_and_events: Sequence[tuple[Artifact, Event | None]],
        contexts: Sequence[Context] | None,
        reuse_context_if_already_exist: bool = False,
        reuse_artifact_if_already_exist_by_external_id: bool = False,
        force_reuse_context: bool = False,
        force_update_time: bool = False,
        extra_options: ExtraOptions | None = None,
    ) -> tuple[int, list[int], list[int]]:
        """Create or update an execution, what it used and made, and what all of it belongs to.

        Args:
            execution: updated, where it has an id.
            artifact_and_events: the event may be left out; its ids may be, too.
            contexts: the execution and all the artifacts come to belong to them.
            reuse_context_if_already_exist: a context of that type and name is taken as it is.
            reuse_artifact_if_already_exist_by_external_id: an artifact of that external id is updated.
            force_reuse_context: a context with an id is taken as it is.
            force_update_time: the execution counts as updated even if nothing changes.

        Returns:
            the execution's id, and the artifacts' and contexts', index by index.

        Raises:
            errors.StatusError: as the puts above.
        """
        request = service_pb2.PutExecutionRequest(
            execution=execution,
            contexts=contexts,
            options=service_pb2.PutExecutionRequest.Options(
                reuse_context_if_already_exist=reuse_context_if_already_exist,
                reuse_artifact_if_already_exist_by_external_id=reuse_artifact_if_already_exist_by_external_id,
                force_reuse_context=force_reuse_context,
                force_update_time=force_update_time,
            ),
        )
        for pair in artifact_and_events:
            if pair:
                request.artifact_event_pairs.add(artifact=pair[0], event=pair[1] if len(pair) == 2 else None)
        response = self._call("PutExecution", request)
        return response.execution_id, response.artifact_ids[:], response.context_ids[:]

    def put_lineage_subgraph(
        self,
        executions: Sequence[Execution],
        artifacts: Sequence[Artifact],
        contexts: Sequence[Context],
        event_edges: Sequence[tuple[int | None, int | None, Event]],
        reuse_context_if_already_exist: bool = False,
        reuse_artifact_if_already_exist_by_external_id: bool = False,
        extra_options: ExtraOptions | None = None,
    ) -> tuple[list[int], list[int], list[int]]:
        """Create or update many nodes and their events; all of them come to belong to the contexts.

        Args:
            event_edges: the index of an execution and of an artifact given here, and the event; where an index is
                None, the event holds the id of a stored node.
            reuse_context_if_already_exist, reuse_artifact_if_already_exist_by_external_id: as in `put_execution`.

        Returns:
            the executions', artifacts' and contexts' ids, index by index.

        Raises:
            errors.OutOfRangeError: an index that is none.
            errors.StatusError: as the puts above.
        """
        request = service_pb2.PutLineageSubgraphRequest(
            executions=executions,
            artifacts=artifacts,
            contexts=contexts,
            options=service_pb2.PutLineageSubgraphRequest.Options(
                reuse_context_if_already_exist=reuse_context_if_already_exist,
                reuse_artifact_if_already_exist_by_external_id=reuse_artifact_if_already_exist_by_external_id,
            ),
        )
        for execution_index, artifact_index, event in event_edges:
            request.event_edges.add(execution_index=execution_index, artifact_index=artifact_index, event=event)
        response = self._call("PutLineageSubgraph", request)
        return response.execution_ids[:], response.artifact_ids[:], response.context_ids[:]
