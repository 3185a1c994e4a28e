-- Events that say what a later one says, as schemas before 8 allow.
-- Columns: id, the id of the last that says so; by id.
SELECT event.id, last.id FROM Event AS event
JOIN (
    SELECT artifact_id, execution_id, type, max(id) AS id FROM Event GROUP BY artifact_id, execution_id, type
    HAVING count(*) > 1
) AS last ON last.artifact_id = event.artifact_id AND last.execution_id = event.execution_id AND last.type = event.type
WHERE event.id < last.id
ORDER BY event.id;
