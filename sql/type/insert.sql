-- Write a new type.
-- Parameters: id, name, version, type_kind, description, input_type, output_type, external_id.
INSERT INTO Type (id, name, version, type_kind, description, input_type, output_type, external_id)
VALUES (?, ?, ?, ?, ?, ?, ?, ?);
