// All events behind an id, by ascending event id, so many at most.
//
// Placeholders: limit (LIMIT $limit; empty for all); path (of an event, or null, which leaves paths empty).
// Parameters: after, limit.
// Columns: ids, artifact_ids, execution_ids, types, times, paths: lists of equal length.
MATCH ()-[event:EVENT]->() WHERE event.id > $after
WITH event
ORDER BY event.id
/*limit*/
RETURN collect(event.id) AS ids, collect(event.artifact_id) AS artifact_ids,
  collect(event.execution_id) AS execution_ids, collect(event.type) AS types,
  collect(coalesce(event.time, 0)) AS times, collect(/*path*/) AS paths
