-- Attributions that are said more than once.
-- Columns: how many, the lowest id of such an artifact (NULL without any).
SELECT COUNT(*), MIN(artifact_id)
FROM (SELECT artifact_id FROM Attribution GROUP BY context_id, artifact_id HAVING COUNT(*) > 1);
