-- Remove events; their paths have a statement of their own.
-- Parameters: their ids as a JSON array.
DELETE FROM Event WHERE id IN (SELECT value FROM json_each(?));
