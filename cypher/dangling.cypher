// Events whose artifact is not there, by ascending id, so many at most. (An event cannot be without its execution.)
//
// Placeholders: limit (LIMIT $limit; empty for all).
// Parameters: limit.
// Columns: ids, artifact_ids, execution_ids, types, times, paths: lists of equal length.
MATCH (:MissingArtifact)-[event:EVENT]-()
WITH event
ORDER BY event.id
/*limit*/
RETURN collect(event.id) AS ids, collect(event.artifact_id) AS artifact_ids,
  collect(event.execution_id) AS execution_ids, collect(event.type) AS types,
  collect(coalesce(event.time, 0)) AS times, collect(coalesce(event.path, [])) AS paths
