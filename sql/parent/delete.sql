-- Say no longer that a context is part of another.
-- Parameters: the child's id, the parent's id.
DELETE FROM ParentContext WHERE context_id = ? AND parent_context_id = ?;
