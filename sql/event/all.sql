-- All events behind an id, so many at most.
-- Parameters: the id, the number (-1 for all).
-- Columns: id, artifact_id, execution_id, type as a number, time; by id.
SELECT id, artifact_id, execution_id, type, milliseconds_since_epoch
FROM Event
WHERE id > ?
ORDER BY id
LIMIT ?;
