-- The artifacts that some executions used, with the events: one step of a walk.
-- What stands behind by_then counts in a walk as of some time: events that had happened, to nodes that were stored
-- or never were.
-- Parameters: the ids of the executions, each once, as a JSON array; as of some time, that, twice.
-- Columns: id, artifact_id, execution_id, type as a number, time.
SELECT event.id, event.artifact_id, event.execution_id, event.type, event.milliseconds_since_epoch
FROM json_each(?) AS near
CROSS JOIN Event AS event ON event.execution_id = near.value
WHERE event.type IN (2, 3, 5)
/*by_then AND ifnull(event.milliseconds_since_epoch, 0) <= ? AND NOT EXISTS (
    SELECT 1 FROM Artifact AS far WHERE far.id = event.artifact_id AND far.create_time_since_epoch > ?
) */;
