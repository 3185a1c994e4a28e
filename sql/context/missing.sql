-- Which of some ids are no context's.
-- Parameters: the ids as a JSON array.
-- Columns: id.
SELECT wanted.value FROM json_each(?) AS wanted
WHERE NOT EXISTS (SELECT 1 FROM Context WHERE Context.id = wanted.value);
