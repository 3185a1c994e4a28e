-- The properties of some contexts.
-- Parameters: their ids as a JSON array.
-- Columns: context_id; name; 1 if custom, plus 2 if the value is a bool, plus 4 if it is an Any; the
-- value.
SELECT property.context_id, property.name,
    property.is_custom_property + 2 * (property.bool_value IS NOT NULL) + 4 * (property.proto_value IS NOT NULL),
    COALESCE(property.int_value, property.double_value, property.string_value, property.bool_value, property.proto_value)
FROM json_each(?) AS wanted
CROSS JOIN ContextProperty AS property ON property.context_id = wanted.value;
