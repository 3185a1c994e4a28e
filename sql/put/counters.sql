-- The highest id given so far, of each thing that is counted.
-- Columns: name of the table, id. (sqlite_sequence alone would do, had nobody changed it by hand.)
SELECT name, MAX(id) FROM (
    SELECT name, seq AS id FROM sqlite_sequence
    UNION ALL SELECT 'Artifact', MAX(id) FROM Artifact
    UNION ALL SELECT 'Execution', MAX(id) FROM Execution
    UNION ALL SELECT 'Context', MAX(id) FROM Context
    UNION ALL SELECT 'Event', MAX(id) FROM Event
    UNION ALL SELECT 'Type', MAX(id) FROM Type
) GROUP BY name;
