-- The paths of some events, step by step.
-- Parameters: the ids of the events as a JSON array.
-- Columns: event_id, the step's index or key.
SELECT path.event_id, CASE WHEN path.is_index_step THEN path.step_index ELSE path.step_key END
FROM json_each(?) AS wanted
CROSS JOIN EventPath AS path ON path.event_id = wanted.value;
