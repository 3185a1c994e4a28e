-- The columns of all tables of a MySQL database, in small letters.
-- Parameters: none.
-- Columns: table, column.
SELECT lower(table_name), lower(column_name) FROM information_schema.columns WHERE table_schema = database();
