-- All types.
-- Columns: id, name, version, type_kind, description, input_type, output_type, external_id; by id.
SELECT id, name, version, type_kind, description, input_type, output_type, external_id FROM Type ORDER BY id;
