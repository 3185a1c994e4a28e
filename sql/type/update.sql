-- Replace a type.
-- Parameters: name, version, type_kind, description, input_type, output_type, external_id, id.
UPDATE Type
SET name = ?, version = ?, type_kind = ?, description = ?, input_type = ?, output_type = ?, external_id = ?
WHERE id = ?;
