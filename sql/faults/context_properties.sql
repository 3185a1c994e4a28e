-- Rows of properties whose context is not there.
-- Columns: how many, the lowest id of such a context (NULL without any).
SELECT COUNT(*), MIN(context_id) FROM ContextProperty
WHERE NOT EXISTS (SELECT 1 FROM Context WHERE Context.id = ContextProperty.context_id);
