-- Whether there is a context.
-- Parameters: id.
-- Columns: 1, in one row, or no row.
SELECT 1 FROM Context WHERE id = ?;
