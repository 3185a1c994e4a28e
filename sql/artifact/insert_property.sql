-- Write a property of an artifact.
-- Parameters: artifact_id, name, is_custom_property, then the value in the column of its kind and NULL in
-- the others.
INSERT INTO ArtifactProperty (
    artifact_id, name, is_custom_property, int_value, double_value, string_value, proto_value, bool_value
) VALUES (?, ?, ?, ?, ?, ?, ?, ?);
