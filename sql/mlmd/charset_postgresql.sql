-- The character set of a PostgreSQL database.
-- Parameters: none.
-- Columns: its name.
SELECT current_setting('server_encoding');
