-- Remove artifacts; their properties and edges have statements of their own.
-- Parameters: their ids as a JSON array.
DELETE FROM Artifact WHERE id IN (SELECT value FROM json_each(?));
