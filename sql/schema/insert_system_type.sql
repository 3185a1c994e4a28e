-- Write one of the types that every store holds.
-- Parameters: name, type_kind.
INSERT INTO Type (name, type_kind) VALUES (?, ?);
