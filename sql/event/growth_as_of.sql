-- How many events happened on each day, by a time at which both their nodes were stored. One without a time counts as
-- of the epoch; a node that is not there counts as one that always was.
-- Parameters: at: the time in milliseconds since the epoch.
-- Columns: day (since the epoch, in UTC; days before it are negative), number.
SELECT time / 86400000 - (time % 86400000 < 0) AS day, COUNT(*)
FROM (SELECT artifact_id, execution_id, COALESCE(milliseconds_since_epoch, 0) AS time FROM Event) AS event
WHERE time <= :at
    AND NOT EXISTS (
        SELECT 1 FROM Artifact WHERE Artifact.id = event.artifact_id AND Artifact.create_time_since_epoch > :at
    )
    AND NOT EXISTS (
        SELECT 1 FROM Execution WHERE Execution.id = event.execution_id AND Execution.create_time_since_epoch > :at
    )
GROUP BY day;
