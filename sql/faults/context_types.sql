-- Contexts whose type is not there, or is not one of contexts.
-- Columns: how many, the lowest id (NULL without any).
SELECT COUNT(*), MIN(id) FROM Context
WHERE type_id NOT IN (SELECT id FROM Type WHERE type_kind = 2);
