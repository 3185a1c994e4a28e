-- The parents of some contexts.
-- Parameters: the ids of the children as a JSON array.
-- Columns: the child's id, the parent's id; by both.
SELECT context_id, parent_context_id FROM ParentContext
WHERE context_id IN (SELECT value FROM json_each(?)) ORDER BY context_id, parent_context_id;
