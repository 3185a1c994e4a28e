-- Say that a context is part of another.
-- Parameters: the child's id, the parent's id.
INSERT INTO ParentContext (context_id, parent_context_id) VALUES (?, ?);
