-- Declare a property.
-- Parameters: type_id, name, data_type.
INSERT INTO TypeProperty (type_id, name, data_type) VALUES (?, ?, ?);
