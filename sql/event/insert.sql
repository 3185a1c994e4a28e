-- Write a new event.
-- Parameters: id, artifact_id, execution_id, type as a number, time in milliseconds since the epoch.
INSERT INTO Event (id, artifact_id, execution_id, type, milliseconds_since_epoch) VALUES (?, ?, ?, ?, ?);
