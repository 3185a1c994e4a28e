-- The artifacts that some executions used or made: one step of a walk.
-- Parameters: the ids of the executions, each once, as a JSON array.
-- Columns: all their artifact ids in one JSON array, with duplicates. (One row: fetching many is slower.)
SELECT json_group_array(event.artifact_id)
FROM json_each(?) AS near
CROSS JOIN Event AS event ON event.execution_id = near.value;
