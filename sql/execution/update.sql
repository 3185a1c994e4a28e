-- Replace an execution, but for when it was created.
-- Parameters: type_id, name, last_known_state, external_id, last_update_time_since_epoch, id.
UPDATE Execution
SET type_id = ?, name = ?, last_known_state = ?, external_id = ?, last_update_time_since_epoch = ?
WHERE id = ?;
