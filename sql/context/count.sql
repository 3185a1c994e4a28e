-- How many contexts there are of each type.
-- Columns: type_id, number; by type_id.
SELECT type_id, COUNT(*) FROM Context GROUP BY type_id ORDER BY type_id;
