-- Finds rows of Context by external_id.
CREATE INDEX idx_context_external_id ON Context (external_id);
