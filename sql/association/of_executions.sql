-- The contexts that some executions belong to.
-- Parameters: the ids of the executions as a JSON array.
-- Columns: execution_id, context_id; in the order of insertion.
SELECT execution_id, context_id FROM Association
WHERE execution_id IN (SELECT value FROM json_each(?)) ORDER BY id;
