-- The properties of some executions.
-- Parameters: their ids as a JSON array.
-- Columns: execution_id; name; 1 if custom, plus 2 if the value is a bool, plus 4 if it is an Any; the
-- value.
SELECT property.execution_id, property.name,
    property.is_custom_property + 2 * (property.bool_value IS NOT NULL) + 4 * (property.proto_value IS NOT NULL),
    COALESCE(property.int_value, property.double_value, property.string_value, property.bool_value, property.proto_value)
FROM json_each(?) AS wanted
CROSS JOIN ExecutionProperty AS property ON property.execution_id = wanted.value;
