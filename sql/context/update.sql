-- Replace a context, but for when it was created.
-- Parameters: type_id, name, external_id, last_update_time_since_epoch, id.
UPDATE Context
SET type_id = ?, name = ?, external_id = ?, last_update_time_since_epoch = ?
WHERE id = ?;
