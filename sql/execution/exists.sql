-- Whether there is an execution.
-- Parameters: id.
-- Columns: 1, in one row, or no row.
SELECT 1 FROM Execution WHERE id = ?;
