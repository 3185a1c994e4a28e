-- As ml-metadata 1.17.1 makes the index in PostgreSQL.
-- Parameters: none.
CREATE INDEX IF NOT EXISTS idx_context_property_double ON ContextProperty (name, is_custom_property, double_value);
