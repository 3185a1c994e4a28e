-- The version of this schema, in one row.
CREATE TABLE MLMDEnv (
    schema_version INTEGER PRIMARY KEY
);
