-- Events: an execution used or made an artifact.
-- As ml-metadata 1.17.1 makes it in PostgreSQL.
-- Parameters: none.
CREATE TABLE IF NOT EXISTS Event (
    id SERIAL,
    artifact_id INTEGER NOT NULL,
    execution_id INTEGER NOT NULL,
    type INTEGER NOT NULL,
    milliseconds_since_epoch BIGINT,
    CONSTRAINT event_pkey PRIMARY KEY (id),
    CONSTRAINT uniqueevent UNIQUE (artifact_id, execution_id, type)
);
