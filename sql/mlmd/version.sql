-- The version of the schema.
-- Parameters: none.
-- Columns: schema_version; one row, unless somebody's hand made more.
SELECT schema_version FROM MLMDEnv;
