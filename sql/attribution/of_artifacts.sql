-- The contexts that some artifacts belong to.
-- Parameters: the ids of the artifacts as a JSON array.
-- Columns: artifact_id, context_id; in the order of insertion.
SELECT artifact_id, context_id FROM Attribution
WHERE artifact_id IN (SELECT value FROM json_each(?)) ORDER BY id;
