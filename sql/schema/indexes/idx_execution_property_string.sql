-- Finds rows of ExecutionProperty by name, is_custom_property, string_value.
CREATE INDEX idx_execution_property_string ON ExecutionProperty (name, is_custom_property, string_value) WHERE string_value IS NOT NULL;
