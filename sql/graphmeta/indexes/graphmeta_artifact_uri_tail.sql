-- Finds artifacts without a name by the last part of their URI, which is what people call them.
-- The expression is that of the module predicates, word by word, or SQLite would not use the index.
CREATE INDEX graphmeta_artifact_uri_tail ON Artifact (
    substr(rtrim(uri, '/'), length(rtrim(rtrim(uri, '/'), replace(uri, '/', ''))) + 1)
) WHERE name IS NULL OR name = '';
