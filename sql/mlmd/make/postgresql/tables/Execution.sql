-- Executions.
-- As ml-metadata 1.17.1 makes it in PostgreSQL.
-- Parameters: none.
CREATE TABLE IF NOT EXISTS Execution (
    id SERIAL,
    type_id INTEGER NOT NULL,
    last_known_state INTEGER,
    name VARCHAR(255),
    external_id VARCHAR(255),
    create_time_since_epoch BIGINT NOT NULL DEFAULT 0,
    last_update_time_since_epoch BIGINT NOT NULL DEFAULT 0,
    CONSTRAINT execution_pkey PRIMARY KEY (id),
    CONSTRAINT execution_external_id_key UNIQUE (external_id),
    CONSTRAINT uniqueexecutiontypename UNIQUE (type_id, name)
);
