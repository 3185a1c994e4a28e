-- The columns of all tables of a SQLite file, in small letters.
-- Parameters: none.
-- Columns: table, column.
SELECT lower(tables.name), lower(columns.name)
FROM sqlite_master AS tables, pragma_table_info(tables.name) AS columns
WHERE tables.type = 'table';
