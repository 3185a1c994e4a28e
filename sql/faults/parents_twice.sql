-- Parent links that are said more than once.
-- Columns: how many, the lowest id of such a child (NULL without any).
SELECT COUNT(*), MIN(context_id)
FROM (SELECT context_id FROM ParentContext GROUP BY context_id, parent_context_id HAVING COUNT(*) > 1);
