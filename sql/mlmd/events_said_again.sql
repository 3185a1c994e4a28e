-- All events that a later event says again: schemas before 8 do not forbid it, and most of them have no index by which
-- those of a few events could be found.
-- Parameters: none.
-- Columns: the event's id, the last such event's.
SELECT event.id, again.latest
FROM (
    SELECT artifact_id, execution_id, type, MAX(id) AS latest
    FROM Event
    GROUP BY artifact_id, execution_id, type
    HAVING COUNT(*) > 1
) AS again
JOIN Event AS event ON event.artifact_id = again.artifact_id AND event.execution_id = again.execution_id
    AND event.type = again.type
WHERE event.id < again.latest;
