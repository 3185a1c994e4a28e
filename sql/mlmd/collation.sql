-- What names are compared by in a MySQL database.
-- Parameters: none.
-- Columns: the character set, the collation.
SELECT character_set_name, collation_name FROM information_schema.columns
WHERE table_schema = database() AND lower(table_name) = 'artifact' AND lower(column_name) = 'name';
