-- Which of some contexts have an edge of any kind.
-- Parameters: their ids as a JSON array.
-- Columns: id.
SELECT node.id
FROM json_each(?) AS wanted
CROSS JOIN Context AS node ON node.id = wanted.value
WHERE EXISTS (SELECT 1 FROM Attribution WHERE Attribution.context_id = node.id)
    OR EXISTS (SELECT 1 FROM Association WHERE Association.context_id = node.id)
    OR EXISTS (SELECT 1 FROM ParentContext WHERE ParentContext.context_id = node.id)
    OR EXISTS (SELECT 1 FROM ParentContext WHERE ParentContext.parent_context_id = node.id)
ORDER BY node.id;
