-- Finds rows of Type by external_id.
CREATE INDEX idx_type_external_id ON Type (external_id);
