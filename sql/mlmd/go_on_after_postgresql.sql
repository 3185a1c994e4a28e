-- Let the ids that PostgreSQL gives in a table go on after one that was given here.
-- Placeholders: table.
-- Parameters: the id, the id.
-- Columns: the id; no row where they are further already.
SELECT setval(pg_get_serial_sequence('/*table*/', 'id'), ?)
FROM pg_sequences
WHERE schemaname || '.' || sequencename = pg_get_serial_sequence('/*table*/', 'id') AND COALESCE(last_value, 0) < ?;
