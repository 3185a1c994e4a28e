-- Remove all properties of some contexts.
-- Parameters: the ids of the contexts as a JSON array.
DELETE FROM ContextProperty WHERE context_id IN (SELECT value FROM json_each(?));
