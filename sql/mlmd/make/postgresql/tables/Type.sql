-- Types of artifacts, executions and contexts. type_kind: 0 execution, 1 artifact, 2 context.
-- As ml-metadata 1.17.1 makes it in PostgreSQL.
-- Parameters: none.
CREATE TABLE IF NOT EXISTS Type (
    id SERIAL,
    name VARCHAR(255) NOT NULL,
    version VARCHAR(255),
    type_kind SMALLINT NOT NULL,
    description TEXT,
    input_type TEXT,
    output_type TEXT,
    external_id VARCHAR(255),
    CONSTRAINT type_pkey PRIMARY KEY (id),
    CONSTRAINT type_external_id_key UNIQUE (external_id)
);
