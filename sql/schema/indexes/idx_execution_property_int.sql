-- Finds rows of ExecutionProperty by name, is_custom_property, int_value.
CREATE INDEX idx_execution_property_int ON ExecutionProperty (name, is_custom_property, int_value) WHERE int_value IS NOT NULL;
