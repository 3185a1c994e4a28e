-- Replace an artifact, but for when it was created.
-- Parameters: type_id, name, uri, state, external_id, last_update_time_since_epoch, id.
UPDATE Artifact
SET type_id = ?, name = ?, uri = ?, state = ?, external_id = ?, last_update_time_since_epoch = ?
WHERE id = ?;
