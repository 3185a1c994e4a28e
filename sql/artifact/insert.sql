-- Write a new artifact.
-- Parameters: id, type_id, name, uri, state, external_id, create_time_since_epoch, last_update_time_since_epoch.
INSERT INTO Artifact (
    id, type_id, name, uri, state, external_id, create_time_since_epoch, last_update_time_since_epoch
) VALUES (?, ?, ?, ?, ?, ?, ?, ?);
