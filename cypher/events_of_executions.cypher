// The events of some executions, by ascending event id.
//
// Parameters: ids.
// Columns: ids, artifact_ids, execution_ids, types, times, paths: lists of equal length.
MATCH (node:Execution) WHERE node.id IN $ids
MATCH (node)-[event:EVENT]-()
WITH event
ORDER BY event.id
RETURN collect(event.id) AS ids, collect(event.artifact_id) AS artifact_ids,
  collect(event.execution_id) AS execution_ids, collect(event.type) AS types,
  collect(event.time) AS times, collect(event.path) AS paths
