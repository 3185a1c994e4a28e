// The events of some executions behind an id, by ascending event id, so many at most.
//
// Placeholders: left, right (of the events, as arrows: those of one direction only); limit (LIMIT $limit; empty for
//   all).
// Parameters: ids, after, limit.
// Columns: ids, artifact_ids, execution_ids, types, times, paths: lists of equal length.
MATCH (node:Execution) WHERE node.id IN $ids
MATCH (node)/*left*/[event:EVENT]/*right*/() WHERE event.id > $after
WITH event
ORDER BY event.id
/*limit*/
RETURN collect(event.id) AS ids, collect(event.artifact_id) AS artifact_ids,
  collect(event.execution_id) AS execution_ids, collect(event.type) AS types,
  collect(coalesce(event.time, 0)) AS times, collect(coalesce(event.path, [])) AS paths
