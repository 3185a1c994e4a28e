-- Write one step of an event's path.
-- Parameters: event_id, whether it is an index, the index or NULL, the key or NULL.
INSERT INTO EventPath (event_id, is_index_step, step_index, step_key) VALUES (?, ?, ?, ?);
