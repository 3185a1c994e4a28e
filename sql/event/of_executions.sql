-- The events of some executions.
-- Parameters: the ids of the executions, each once, as a JSON array.
-- Columns: id, artifact_id, execution_id, type as a number, time; by id.
SELECT event.id, event.artifact_id, event.execution_id, event.type, event.milliseconds_since_epoch
FROM json_each(?) AS wanted
CROSS JOIN Event AS event ON event.execution_id = wanted.value
ORDER BY event.id;
