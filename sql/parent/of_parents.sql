-- The children of some contexts.
-- Parameters: the ids of the parents as a JSON array.
-- Columns: the child's id, the parent's id; by both.
SELECT context_id, parent_context_id FROM ParentContext
WHERE parent_context_id IN (SELECT value FROM json_each(?)) ORDER BY context_id, parent_context_id;
