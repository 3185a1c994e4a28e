-- Whether there is an artifact.
-- Parameters: id.
-- Columns: 1, in one row, or no row.
SELECT 1 FROM Artifact WHERE id = ?;
