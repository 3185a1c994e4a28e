-- The base types of all types.
-- Parameters: none.
-- Columns: type_id, parent_type_id, the parent's name (NULL where there is no such type); by both ids.
SELECT link.type_id, link.parent_type_id, parent.name
FROM ParentType AS link
LEFT JOIN Type AS parent ON parent.id = link.parent_type_id
ORDER BY link.type_id, link.parent_type_id;
