-- Write a property of an execution. The column is the one of the value's kind (backends/sqlite/values.py): naming it
-- alone, and no NULL in the others, is a quarter quicker, for most of the table's indexes are for one column each.
-- Parameters: execution_id, name, is_custom_property, the value.
INSERT INTO ExecutionProperty (execution_id, name, is_custom_property, /*column*/) VALUES (?, ?, ?, ?);
