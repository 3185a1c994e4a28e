-- Steps of paths whose event is not there.
-- Columns: how many, the lowest id of such an event (NULL without any).
SELECT COUNT(*), MIN(event_id) FROM EventPath
WHERE NOT EXISTS (SELECT 1 FROM Event WHERE Event.id = EventPath.event_id);
