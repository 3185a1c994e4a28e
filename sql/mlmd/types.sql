-- All types.
-- Placeholders: columns that not every schema has (NULL where it is missing).
-- Parameters: none.
-- Columns: id, name, version, kind as a number, description, input_type, output_type, external_id; by id.
SELECT type.id, type.name, /*version*/, type.type_kind, /*description*/, type.input_type, type.output_type, /*external_id*/
FROM Type AS type
ORDER BY type.id;
