-- Events in a range of ids that say what an earlier event says: schemas before 8 do not forbid it.
-- Parameters: the range: above the one, up to the other.
-- Columns: the event's id, the earliest such event's.
SELECT event.id, MIN(earlier.id)
FROM Event AS event
JOIN Event AS earlier ON earlier.artifact_id = event.artifact_id AND earlier.execution_id = event.execution_id
    AND earlier.type = event.type AND earlier.id < event.id
WHERE event.id > ? AND event.id <= ?
GROUP BY event.id;
