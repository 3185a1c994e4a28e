-- All parent links.
-- Parameters: none.
-- Columns: the child's id, the parent's id, and both once more (NULL where there is no such context); by both.
SELECT link.context_id, link.parent_context_id, child.id, parent.id
FROM ParentContext AS link
LEFT JOIN Context AS child ON child.id = link.context_id
LEFT JOIN Context AS parent ON parent.id = link.parent_context_id
ORDER BY link.context_id, link.parent_context_id;
