-- The contexts above some contexts, at any distance.
-- Parameters: the ids of the lower ones as a JSON array.
-- Columns: id.
WITH RECURSIVE above (id) AS (
    SELECT parent_context_id FROM ParentContext WHERE context_id IN (SELECT value FROM json_each(?))
    UNION
    SELECT link.parent_context_id FROM above CROSS JOIN ParentContext AS link ON link.context_id = above.id
)
SELECT id FROM above;
