-- Finds rows of Type by name.
CREATE INDEX idx_type_name ON Type (name);
