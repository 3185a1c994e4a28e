-- The character set of the tables that are made in a MySQL database.
-- Parameters: none.
-- Columns: its name.
SELECT @@character_set_database;
