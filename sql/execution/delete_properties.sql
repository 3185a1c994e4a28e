-- Forget an execution's properties, before they are written anew.
-- Parameters: execution_id.
DELETE FROM ExecutionProperty WHERE execution_id = ?;
