-- Finds rows of ArtifactProperty by name, is_custom_property, int_value.
CREATE INDEX idx_artifact_property_int ON ArtifactProperty (name, is_custom_property, int_value) WHERE int_value IS NOT NULL;
