-- Associations that are said more than once.
-- Columns: how many, the lowest id of such an execution (NULL without any).
SELECT COUNT(*), MIN(execution_id)
FROM (SELECT execution_id FROM Association GROUP BY context_id, execution_id HAVING COUNT(*) > 1);
