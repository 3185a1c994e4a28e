-- All parent links.
-- Parameters: none.
-- Columns: the child's id, the parent's id; by both.
SELECT context_id, parent_context_id FROM ParentContext ORDER BY context_id, parent_context_id;
