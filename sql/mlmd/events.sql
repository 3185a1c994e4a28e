-- Events behind an id, so many at most.
-- Parameters: the id, the number.
-- Columns: id, artifact_id, execution_id, type as a number, time, the execution's id once more (NULL where there is no
-- such execution); by id.
SELECT event.id, event.artifact_id, event.execution_id, event.type, event.milliseconds_since_epoch, execution.id
FROM Event AS event
LEFT JOIN Execution AS execution ON execution.id = event.execution_id
WHERE event.id > ?
ORDER BY event.id
LIMIT ?;
