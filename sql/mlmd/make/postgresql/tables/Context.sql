-- Contexts.
-- As ml-metadata 1.17.1 makes it in PostgreSQL.
-- Parameters: none.
CREATE TABLE IF NOT EXISTS Context (
    id SERIAL,
    type_id INTEGER NOT NULL,
    name VARCHAR(255) NOT NULL,
    external_id VARCHAR(255),
    create_time_since_epoch BIGINT NOT NULL DEFAULT 0,
    last_update_time_since_epoch BIGINT NOT NULL DEFAULT 0,
    CONSTRAINT context_pkey PRIMARY KEY (id),
    CONSTRAINT context_external_id_key UNIQUE (external_id),
    CONSTRAINT context_type_id_name_key UNIQUE (type_id, name)
);
