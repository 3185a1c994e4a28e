-- Executions whose type is not there, or is not one of executions.
-- Columns: how many, the lowest id (NULL without any).
SELECT COUNT(*), MIN(id) FROM Execution
WHERE type_id NOT IN (SELECT id FROM Type WHERE type_kind = 0);
