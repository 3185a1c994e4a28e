-- How many rows a table has.
-- Placeholders: table.
-- Parameters: none.
-- Columns: the number.
SELECT COUNT(*) FROM /*table*/;
