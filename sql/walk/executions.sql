-- The executions that used or made some artifacts: one step of a walk.
-- What stands behind by_then counts in a walk as of some time: events that had happened, to nodes that were stored
-- or never were.
-- Parameters: the ids of the artifacts, each once, as a JSON array; as of some time, that, twice.
-- Columns: all their execution ids in one JSON array, with duplicates. (One row: fetching many is slower.)
SELECT json_group_array(event.execution_id)
FROM json_each(?) AS near
CROSS JOIN Event AS event ON event.artifact_id = near.value
WHERE TRUE
/*by_then AND ifnull(event.milliseconds_since_epoch, 0) <= ? AND NOT EXISTS (
    SELECT 1 FROM Execution AS far WHERE far.id = event.execution_id AND far.create_time_since_epoch > ?
) */;
