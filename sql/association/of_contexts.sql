-- The executions that belong to some contexts.
-- Parameters: the ids of the contexts as a JSON array.
-- Columns: execution_id, context_id; in the order of insertion.
SELECT execution_id, context_id FROM Association
WHERE context_id IN (SELECT value FROM json_each(?)) ORDER BY id;
