-- Events whose artifact or whose execution is not there, so many at most.
-- Parameters: the number (-1 for all).
-- Columns: id, artifact_id, execution_id, type as a number, time; by id.
SELECT id, artifact_id, execution_id, type, milliseconds_since_epoch
FROM Event
WHERE NOT EXISTS (SELECT 1 FROM Artifact WHERE Artifact.id = Event.artifact_id)
    OR NOT EXISTS (SELECT 1 FROM Execution WHERE Execution.id = Event.execution_id)
ORDER BY id
LIMIT ?;
