-- The executions that used or made some artifacts: one step of a walk.
-- Parameters: the ids of the artifacts, each once, as a JSON array.
-- Columns: all their execution ids in one JSON array, with duplicates. (One row: fetching many is slower.)
SELECT json_group_array(event.execution_id)
FROM json_each(?) AS near
CROSS JOIN Event AS event ON event.artifact_id = near.value;
