-- Parent links of which a context is not there.
-- Columns: how many, the lowest id of such a child (NULL without any).
SELECT COUNT(*), MIN(context_id) FROM ParentContext
WHERE NOT EXISTS (SELECT 1 FROM Context WHERE Context.id = ParentContext.context_id)
    OR NOT EXISTS (SELECT 1 FROM Context WHERE Context.id = ParentContext.parent_context_id);
