-- The size of a MySQL database.
-- Parameters: none.
-- Columns: bytes.
SELECT SUM(data_length + index_length) FROM information_schema.tables WHERE table_schema = database();
