-- How many rows were taken, and of how many.
-- Placeholders: table.
-- Columns: of the new table, of the old one.
SELECT (SELECT count(*) FROM /*table*/), (SELECT count(*) FROM graphmeta_old);
