-- The size of a SQLite file.
-- Parameters: none.
-- Columns: bytes.
SELECT page_count * page_size FROM pragma_page_count, pragma_page_size;
