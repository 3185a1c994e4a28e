-- Artifacts.
-- As ml-metadata 1.17.1 makes it in PostgreSQL.
-- Parameters: none.
CREATE TABLE IF NOT EXISTS Artifact (
    id SERIAL,
    type_id INTEGER NOT NULL,
    uri TEXT,
    state INTEGER,
    name VARCHAR(255),
    external_id VARCHAR(255),
    create_time_since_epoch BIGINT NOT NULL DEFAULT 0,
    last_update_time_since_epoch BIGINT NOT NULL DEFAULT 0,
    CONSTRAINT artifact_pkey PRIMARY KEY (id),
    CONSTRAINT artifact_external_id_key UNIQUE (external_id),
    CONSTRAINT uniqueartifacttypename UNIQUE (type_id, name)
);
