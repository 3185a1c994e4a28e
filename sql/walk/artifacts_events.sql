-- The artifacts that some executions used or made, with the events: one step of a walk.
-- Parameters: the ids of the executions, each once, as a JSON array.
-- Columns: id, artifact_id, execution_id, type as a number, time.
SELECT event.id, event.artifact_id, event.execution_id, event.type, event.milliseconds_since_epoch
FROM json_each(?) AS near
CROSS JOIN Event AS event ON event.execution_id = near.value;
