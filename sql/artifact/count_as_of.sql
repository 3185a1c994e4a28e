-- How many artifacts there were of each type at a time.
-- Parameters: the time in milliseconds since the epoch.
-- Columns: type_id, number; by type_id.
SELECT type_id, COUNT(*) FROM Artifact WHERE create_time_since_epoch <= ? GROUP BY type_id ORDER BY type_id;
