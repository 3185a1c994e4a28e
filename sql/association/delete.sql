-- Say no longer that an execution belongs to a context.
-- Parameters: execution_id, context_id.
DELETE FROM Association WHERE execution_id = ? AND context_id = ?;
