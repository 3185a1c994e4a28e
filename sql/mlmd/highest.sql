-- The highest id in a table.
-- Placeholders: table.
-- Parameters: none.
-- Columns: the id (NULL without rows).
SELECT MAX(id) FROM /*table*/;
