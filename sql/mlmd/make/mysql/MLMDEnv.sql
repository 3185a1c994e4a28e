-- The version of the schema.
-- As ml-metadata 1.17.1 makes it in MySQL.
-- Parameters: none.
CREATE TABLE IF NOT EXISTS MLMDEnv (
    schema_version INTEGER NOT NULL,
    PRIMARY KEY (schema_version)
);
