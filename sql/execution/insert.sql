-- Write a new execution.
-- Parameters: id, type_id, name, last_known_state, external_id, create_time_since_epoch, last_update_time_since_epoch.
INSERT INTO Execution (
    id, type_id, name, last_known_state, external_id, create_time_since_epoch, last_update_time_since_epoch
) VALUES (?, ?, ?, ?, ?, ?, ?);
