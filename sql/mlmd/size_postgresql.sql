-- The size of a PostgreSQL database.
-- Parameters: none.
-- Columns: bytes.
SELECT pg_database_size(current_database());
