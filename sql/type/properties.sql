-- The declared properties of all types, in the order in which they were declared.
-- Columns: type_id, name, data_type.
SELECT type_id, name, data_type FROM TypeProperty ORDER BY rowid;
