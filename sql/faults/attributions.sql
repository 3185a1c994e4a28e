-- Attributions whose artifact or whose context is not there.
-- Columns: how many, the lowest number of such a row (NULL without any).
SELECT COUNT(*), MIN(id) FROM Attribution
WHERE NOT EXISTS (SELECT 1 FROM Artifact WHERE Artifact.id = Attribution.artifact_id)
    OR NOT EXISTS (SELECT 1 FROM Context WHERE Context.id = Attribution.context_id);
