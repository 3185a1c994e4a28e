// How many nodes of each type were stored, and how many events happened, on each day. An event without a time counts as
// of the epoch, a node that is not there as one that always was.
//
// Parameters: at (only what was there by then, in milliseconds since the epoch: nodes that were stored, events that had
//   happened between them; null for all).
// Columns: kind ('event' for events), type_id (0 for events), day (since the epoch, in UTC; days before it are negative),
//   number.
MATCH (node:Artifact)
WHERE $at IS NULL OR node.created <= $at
RETURN 'artifact' AS kind, node.type_id AS type_id,
  node.created / 86400000 - CASE WHEN node.created % 86400000 < 0 THEN 1 ELSE 0 END AS day, count(*) AS number
UNION ALL
MATCH (node:Execution)
WHERE $at IS NULL OR node.created <= $at
RETURN 'execution' AS kind, node.type_id AS type_id,
  node.created / 86400000 - CASE WHEN node.created % 86400000 < 0 THEN 1 ELSE 0 END AS day, count(*) AS number
UNION ALL
MATCH (node:Context)
WHERE $at IS NULL OR node.created <= $at
RETURN 'context' AS kind, node.type_id AS type_id,
  node.created / 86400000 - CASE WHEN node.created % 86400000 < 0 THEN 1 ELSE 0 END AS day, count(*) AS number
UNION ALL
MATCH (source)-[event:EVENT]->(target)
WHERE $at IS NULL
  OR coalesce(event.time, 0) <= $at AND coalesce(source.created, 0) <= $at AND coalesce(target.created, 0) <= $at
WITH coalesce(event.time, 0) AS time
RETURN 'event' AS kind, 0 AS type_id,
  time / 86400000 - CASE WHEN time % 86400000 < 0 THEN 1 ELSE 0 END AS day, count(*) AS number
