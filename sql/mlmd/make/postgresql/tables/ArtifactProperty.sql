-- Properties of artifacts: a value in the column of its kind.
-- As ml-metadata 1.17.1 makes it in PostgreSQL.
-- Parameters: none.
CREATE TABLE IF NOT EXISTS ArtifactProperty (
    artifact_id INTEGER NOT NULL,
    name VARCHAR(255) NOT NULL,
    is_custom_property BOOLEAN NOT NULL,
    int_value INTEGER,
    double_value DOUBLE PRECISION,
    string_value TEXT,
    byte_value BYTEA,
    proto_value BYTEA,
    bool_value BOOLEAN,
    CONSTRAINT artifactproperty_pkey PRIMARY KEY (artifact_id, name, is_custom_property)
);
