-- Write a property of an execution.
-- Parameters: execution_id, name, is_custom_property, then the value in the column of its kind and NULL in
-- the others.
INSERT INTO ExecutionProperty (
    execution_id, name, is_custom_property, int_value, double_value, string_value, proto_value, bool_value
) VALUES (?, ?, ?, ?, ?, ?, ?, ?);
