-- Say no longer that an artifact belongs to a context.
-- Parameters: artifact_id, context_id.
DELETE FROM Attribution WHERE artifact_id = ? AND context_id = ?;
