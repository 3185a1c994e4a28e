-- Texts that may not be UTF-8: all but those of ASCII alone. (SQLite compares and stores any bytes; who reads such a text
-- meets an error.)
-- Parameters: text: the pattern of what is not ASCII, for GLOB.
-- Columns: whose text it is, its id, the column or the property's name as bytes, the text as bytes.
SELECT 'type' AS kind, id, 'name' AS place, CAST(name AS BLOB) AS text FROM Type WHERE name GLOB :text
UNION ALL
SELECT 'type', type_id, 'property', CAST(name AS BLOB) FROM TypeProperty WHERE name GLOB :text
UNION ALL
SELECT 'artifact', id, 'name', CAST(name AS BLOB) FROM Artifact WHERE name GLOB :text
UNION ALL
SELECT 'artifact', id, 'uri', CAST(uri AS BLOB) FROM Artifact WHERE uri GLOB :text
UNION ALL
SELECT 'artifact', id, 'external_id', CAST(external_id AS BLOB) FROM Artifact WHERE external_id GLOB :text
UNION ALL
SELECT 'execution', id, 'name', CAST(name AS BLOB) FROM Execution WHERE name GLOB :text
UNION ALL
SELECT 'execution', id, 'external_id', CAST(external_id AS BLOB) FROM Execution WHERE external_id GLOB :text
UNION ALL
SELECT 'context', id, 'name', CAST(name AS BLOB) FROM Context WHERE name GLOB :text
UNION ALL
SELECT 'context', id, 'external_id', CAST(external_id AS BLOB) FROM Context WHERE external_id GLOB :text
UNION ALL
SELECT 'artifact', artifact_id, 'property', CAST(name AS BLOB) FROM ArtifactProperty WHERE name GLOB :text
UNION ALL
SELECT 'artifact', artifact_id, CAST(name AS BLOB), CAST(string_value AS BLOB)
FROM ArtifactProperty WHERE string_value GLOB :text
UNION ALL
SELECT 'execution', execution_id, 'property', CAST(name AS BLOB) FROM ExecutionProperty WHERE name GLOB :text
UNION ALL
SELECT 'execution', execution_id, CAST(name AS BLOB), CAST(string_value AS BLOB)
FROM ExecutionProperty WHERE string_value GLOB :text
UNION ALL
SELECT 'context', context_id, 'property', CAST(name AS BLOB) FROM ContextProperty WHERE name GLOB :text
UNION ALL
SELECT 'context', context_id, CAST(name AS BLOB), CAST(string_value AS BLOB)
FROM ContextProperty WHERE string_value GLOB :text
UNION ALL
SELECT 'event', event_id, 'path', CAST(step_key AS BLOB) FROM EventPath WHERE step_key GLOB :text;
