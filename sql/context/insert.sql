-- Write a new context.
-- Parameters: id, type_id, name, external_id, create_time_since_epoch, last_update_time_since_epoch.
INSERT INTO Context (
    id, type_id, name, external_id, create_time_since_epoch, last_update_time_since_epoch
) VALUES (?, ?, ?, ?, ?, ?);
