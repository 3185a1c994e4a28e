-- Finds rows of ArtifactProperty by name, is_custom_property, double_value.
CREATE INDEX idx_artifact_property_double ON ArtifactProperty (name, is_custom_property, double_value) WHERE double_value IS NOT NULL;
