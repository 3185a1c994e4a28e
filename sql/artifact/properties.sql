-- The properties of some artifacts.
-- Parameters: their ids as a JSON array.
-- Columns: artifact_id; name; 1 if custom, plus 2 if the value is a bool, plus 4 if it is an Any; the
-- value.
SELECT property.artifact_id, property.name,
    property.is_custom_property + 2 * (property.bool_value IS NOT NULL) + 4 * (property.proto_value IS NOT NULL),
    COALESCE(property.int_value, property.double_value, property.string_value, property.bool_value, property.proto_value)
FROM json_each(?) AS wanted
CROSS JOIN ArtifactProperty AS property ON property.artifact_id = wanted.value;
