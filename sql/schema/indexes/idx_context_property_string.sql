-- Finds rows of ContextProperty by name, is_custom_property, string_value.
CREATE INDEX idx_context_property_string ON ContextProperty (name, is_custom_property, string_value) WHERE string_value IS NOT NULL;
