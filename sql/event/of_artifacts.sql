-- The events of some artifacts behind an id, so many at most.
-- Placeholder: flow (a condition on the type; empty for all).
-- Parameters: the ids of the artifacts, each once, as a JSON array; the event id; the number (-1 for all).
-- Columns: id, artifact_id, execution_id, type as a number, time; by id.
SELECT event.id, event.artifact_id, event.execution_id, event.type, event.milliseconds_since_epoch
FROM json_each(?) AS wanted
CROSS JOIN Event AS event ON event.artifact_id = wanted.value
WHERE event.id > ?/*flow*/
ORDER BY event.id
LIMIT ?;
