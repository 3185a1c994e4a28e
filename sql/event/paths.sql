-- The paths of some events, step by step.
-- Parameters: the ids of the events as a JSON array.
-- Columns: a JSON array of two of equal length, of event ids and of the steps' indexes or keys. (One row: fetching
-- many is slower.)
SELECT json_array(
    json_group_array(path.event_id),
    json_group_array(CASE WHEN path.is_index_step THEN path.step_index ELSE path.step_key END)
)
FROM json_each(?) AS wanted
CROSS JOIN EventPath AS path ON path.event_id = wanted.value;
