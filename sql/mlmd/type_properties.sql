-- The declared properties of all types.
-- Parameters: none.
-- Columns: type_id, name, the kind of value as a number; by both.
SELECT property.type_id, property.name, property.data_type
FROM TypeProperty AS property
ORDER BY property.type_id, property.name;
