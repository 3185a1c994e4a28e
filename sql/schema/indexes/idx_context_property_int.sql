-- Finds rows of ContextProperty by name, is_custom_property, int_value.
CREATE INDEX idx_context_property_int ON ContextProperty (name, is_custom_property, int_value) WHERE int_value IS NOT NULL;
