-- Rows of properties whose execution is not there.
-- Columns: how many, the lowest id of such an execution (NULL without any).
SELECT COUNT(*), MIN(execution_id) FROM ExecutionProperty
WHERE NOT EXISTS (SELECT 1 FROM Execution WHERE Execution.id = ExecutionProperty.execution_id);
