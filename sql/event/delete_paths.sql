-- Remove the paths of some events.
-- Parameters: the ids of the events as a JSON array.
DELETE FROM EventPath WHERE event_id IN (SELECT value FROM json_each(?));
