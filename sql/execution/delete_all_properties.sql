-- Remove all properties of some executions.
-- Parameters: the ids of the executions as a JSON array.
DELETE FROM ExecutionProperty WHERE execution_id IN (SELECT value FROM json_each(?));
