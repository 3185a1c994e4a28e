-- Finds rows of ArtifactProperty by name, is_custom_property, string_value.
CREATE INDEX idx_artifact_property_string ON ArtifactProperty (name, is_custom_property, string_value) WHERE string_value IS NOT NULL;
