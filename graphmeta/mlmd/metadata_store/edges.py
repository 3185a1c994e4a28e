"""The methods that read what joins nodes: events, contexts, lineage."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from graphmeta.mlmd.metadata_store.nodes import Nodes
from graphmeta.mlmd.metadata_store.options import ExtraOptions, ListOptions, OrderByField
from graphmeta.mlmd.metadata_store.types import Types
from graphmeta.mlmd.proto import metadata_store_service_pb2 as service_pb2
from graphmeta.mlmd.proto.metadata_store_pb2 import (
    Artifact,
    Context,
    Event,
    Execution,
    LineageGraph,
    LineageSubgraphQueryOptions,
)

_FIELDS = tuple(field.name for field in LineageGraph.DESCRIPTOR.fields)


class Edges(Nodes, Types):
    """Getting events, the members of contexts, the contexts of nodes, and lineage."""

    def get_events_by_execution_ids(
        self, execution_ids: Iterable[int], extra_options: ExtraOptions | None = None
    ) -> list[Event]:
        """The events of some executions, in the order of their putting."""
        request = service_pb2.GetEventsByExecutionIDsRequest(execution_ids=iter(execution_ids))
        return list(self._call("GetEventsByExecutionIDs", request).events)

    def get_events_by_artifact_ids(
        self, artifact_ids: Iterable[int], extra_options: ExtraOptions | None = None
    ) -> list[Event]:
        """The events of some artifacts, in the order of their putting."""
        request = service_pb2.GetEventsByArtifactIDsRequest(artifact_ids=iter(artifact_ids))
        return list(self._call("GetEventsByArtifactIDs", request).events)

    def get_contexts_by_artifact(self, artifact_id: int, extra_options: ExtraOptions | None = None) -> list[Context]:
        """The contexts that an artifact belongs to.

        Raises:
            errors.NotFoundError: there is none.
        """
        request = service_pb2.GetContextsByArtifactRequest()
        request.artifact_id = artifact_id
        return list(self._call("GetContextsByArtifact", request).contexts)

    def get_contexts_by_execution(self, execution_id: int, extra_options: ExtraOptions | None = None) -> list[Context]:
        """The contexts that an execution belongs to.

        Raises:
            errors.NotFoundError: there is none.
        """
        request = service_pb2.GetContextsByExecutionRequest()
        request.execution_id = execution_id
        return list(self._call("GetContextsByExecution", request).contexts)

    def get_artifacts_by_context(
        self, context_id: int, list_options: ListOptions | None = None, extra_options: ExtraOptions | None = None
    ) -> list[Artifact]:
        """The artifacts that belong to a context, all or those that the options say."""
        request = service_pb2.GetArtifactsByContextRequest()
        request.context_id = context_id
        return self._listed("GetArtifactsByContext", "artifacts", request, list_options)

    def get_executions_by_context(
        self, context_id: int, list_options: ListOptions | None = None, extra_options: ExtraOptions | None = None
    ) -> list[Execution]:
        """The executions that belong to a context: all, the newest first, or those that the options say."""
        if list_options is None:
            list_options = ListOptions(order_by=OrderByField.CREATE_TIME, is_asc=False)
        request = service_pb2.GetExecutionsByContextRequest()
        request.context_id = context_id
        return self._listed("GetExecutionsByContext", "executions", request, list_options)

    def get_parent_contexts_by_context(
        self, context_id: int, extra_options: ExtraOptions | None = None
    ) -> list[Context]:
        """The contexts that a context is part of."""
        request = service_pb2.GetParentContextsByContextRequest()
        request.context_id = context_id
        return list(self._call("GetParentContextsByContext", request).contexts)

    def get_children_contexts_by_context(
        self, context_id: int, extra_options: ExtraOptions | None = None
    ) -> list[Context]:
        """The contexts that are part of a context."""
        request = service_pb2.GetChildrenContextsByContextRequest()
        request.context_id = context_id
        return list(self._call("GetChildrenContextsByContext", request).contexts)

    def get_lineage_subgraph(
        self,
        query_options: LineageSubgraphQueryOptions,
        field_mask_paths: Sequence[str] | None = None,
        extra_options: ExtraOptions | None = None,
    ) -> LineageGraph:
        """What is reached from some nodes along the events.

        Args:
            query_options: where to start, which way, how far, and where to end.
            field_mask_paths: the fields of `LineageGraph` that are wanted; all, where None or empty.

        Returns:
            the nodes with all that they hold, their types, and what joins them.

        Raises:
            errors.InvalidArgumentError: no start, or a filter that makes no sense.
            errors.NotFoundError: no node to start from.
        """
        wanted = set(field_mask_paths or _FIELDS)
        request = service_pb2.GetLineageSubgraphRequest(lineage_subgraph_query_options=query_options)
        # The call gives ids only; nodes and types are asked for below.
        request.read_mask.paths.extend(path for path in field_mask_paths or _FIELDS if not path.endswith("_types"))
        reached = self._call("GetLineageSubgraph", request).lineage_subgraph
        graph = LineageGraph()
        self._add_artifacts(graph, [node.id for node in reached.artifacts], wanted)
        self._add_executions(graph, [node.id for node in reached.executions], wanted)
        self._add_contexts(graph, [node.id for node in reached.contexts], wanted)
        for edges in wanted & {"events", "associations", "attributions"}:
            getattr(graph, edges).extend(getattr(reached, edges))
        return graph

    def _add_artifacts(self, graph: LineageGraph, ids: list[int], wanted: set[str]) -> None:
        if not wanted & {"artifacts", "artifact_types"}:
            return
        artifacts, types = self.get_artifacts_and_types_by_artifact_ids(ids)
        if "artifacts" in wanted:
            graph.artifacts.extend(artifacts)
        if "artifact_types" in wanted:
            graph.artifact_types.extend(types)

    def _add_executions(self, graph: LineageGraph, ids: list[int], wanted: set[str]) -> None:
        if not wanted & {"executions", "execution_types"}:
            return
        executions = self.get_executions_by_id(ids)
        if "executions" in wanted:
            graph.executions.extend(executions)
        if "execution_types" in wanted:
            graph.execution_types.extend(self.get_execution_types_by_id({each.type_id for each in executions}))

    def _add_contexts(self, graph: LineageGraph, ids: list[int], wanted: set[str]) -> None:
        if not wanted & {"contexts", "context_types"}:
            return
        contexts = self.get_contexts_by_id(ids)
        if "contexts" in wanted:
            graph.contexts.extend(contexts)
        if "context_types" in wanted:
            graph.context_types.extend(self.get_context_types_by_id({each.type_id for each in contexts}))
