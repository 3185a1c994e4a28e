-- Events that are said more than once.
-- Columns: how many, the lowest id of such an artifact (NULL without any).
SELECT COUNT(*), MIN(artifact_id)
FROM (SELECT artifact_id FROM Event GROUP BY artifact_id, execution_id, type HAVING COUNT(*) > 1);
