-- Events in a range of ids that a later event says again: schemas before 8 do not forbid it.
-- Parameters: the range: above the one, up to the other.
-- Columns: the event's id, the last such event's.
SELECT event.id, MAX(later.id)
FROM Event AS event
JOIN Event AS later ON later.artifact_id = event.artifact_id AND later.execution_id = event.execution_id
    AND later.type = event.type AND later.id > event.id
WHERE event.id > ? AND event.id <= ?
GROUP BY event.id;
