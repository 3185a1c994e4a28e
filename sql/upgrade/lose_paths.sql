-- Remove the paths of events that are not there.
DELETE FROM EventPath WHERE event_id NOT IN (SELECT id FROM Event);
