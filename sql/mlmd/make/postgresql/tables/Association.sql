-- That executions belong to contexts.
-- As ml-metadata 1.17.1 makes it in PostgreSQL.
-- Parameters: none.
CREATE TABLE IF NOT EXISTS Association (
    id SERIAL,
    context_id INTEGER NOT NULL,
    execution_id INTEGER NOT NULL,
    CONSTRAINT association_pkey PRIMARY KEY (id),
    CONSTRAINT association_context_id_execution_id_key UNIQUE (context_id, execution_id)
);
