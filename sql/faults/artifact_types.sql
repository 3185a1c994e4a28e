-- Artifacts whose type is not there, or is not one of artifacts.
-- Columns: how many, the lowest id (NULL without any).
SELECT COUNT(*), MIN(id) FROM Artifact
WHERE type_id NOT IN (SELECT id FROM Type WHERE type_kind = 1);
