-- Finds rows of ExecutionProperty by name, is_custom_property, double_value.
CREATE INDEX idx_execution_property_double ON ExecutionProperty (name, is_custom_property, double_value) WHERE double_value IS NOT NULL;
