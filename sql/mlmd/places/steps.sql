-- As `steps`, by the places that were noted. They are looked at first: hence CROSS JOIN.
-- Parameters: the range: above the one, up to the other.
-- Columns: event_id, whether it is an index, the index, the key.
SELECT step.event_id, step.is_index_step, step.step_index, step.step_key
FROM temp.place_of_step AS noted
CROSS JOIN main.EventPath AS step
WHERE noted.event_id > ? AND noted.event_id <= ? AND step.rowid = noted.place
ORDER BY noted.event_id, noted.place;
