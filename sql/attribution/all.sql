-- All attributions behind a row, so many at most.
-- Parameters: the row's id, the number (-1 for all).
-- Columns: the row's id, artifact_id, context_id; in the order of insertion.
SELECT id, artifact_id, context_id FROM Attribution WHERE id > ? ORDER BY id LIMIT ?;
