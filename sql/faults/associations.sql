-- Associations whose execution or whose context is not there.
-- Columns: how many, the lowest number of such a row (NULL without any).
SELECT COUNT(*), MIN(id) FROM Association
WHERE NOT EXISTS (SELECT 1 FROM Execution WHERE Execution.id = Association.execution_id)
    OR NOT EXISTS (SELECT 1 FROM Context WHERE Context.id = Association.context_id);
