-- That artifacts belong to contexts.
-- As ml-metadata 1.17.1 makes it in PostgreSQL.
-- Parameters: none.
CREATE TABLE IF NOT EXISTS Attribution (
    id SERIAL,
    context_id INTEGER NOT NULL,
    artifact_id INTEGER NOT NULL,
    CONSTRAINT attribution_pkey PRIMARY KEY (id),
    CONSTRAINT attribution_context_id_artifact_id_key UNIQUE (context_id, artifact_id)
);
