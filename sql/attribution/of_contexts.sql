-- The artifacts that belong to some contexts.
-- Parameters: the ids of the contexts as a JSON array.
-- Columns: artifact_id, context_id; in the order of insertion.
SELECT artifact_id, context_id FROM Attribution
WHERE context_id IN (SELECT value FROM json_each(?)) ORDER BY id;
