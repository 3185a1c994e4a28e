-- The version of the schema.
-- As ml-metadata 1.17.1 makes it in PostgreSQL.
-- Parameters: none.
CREATE TABLE IF NOT EXISTS MLMDEnv (
    schema_version INTEGER NOT NULL,
    CONSTRAINT mlmdenv_pkey PRIMARY KEY (schema_version)
);
