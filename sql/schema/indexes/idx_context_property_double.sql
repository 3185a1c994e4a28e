-- Finds rows of ContextProperty by name, is_custom_property, double_value.
CREATE INDEX idx_context_property_double ON ContextProperty (name, is_custom_property, double_value) WHERE double_value IS NOT NULL;
