-- The steps of the paths of events in a range of ids, whether or not there are such events. Their rows have no number,
-- and an event's are in the order in which they were written: the engine's own order of rows.
-- Placeholders: order (how this engine says that).
-- Parameters: the range: above the one, up to the other.
-- Columns: event_id, whether it is an index, the index, the key.
SELECT step.event_id, step.is_index_step, step.step_index, step.step_key
FROM EventPath AS step
WHERE step.event_id > ? AND step.event_id <= ?
/*order*/
