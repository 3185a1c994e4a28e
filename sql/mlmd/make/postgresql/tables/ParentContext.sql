-- Links between contexts.
-- As ml-metadata 1.17.1 makes it in PostgreSQL.
-- Parameters: none.
CREATE TABLE IF NOT EXISTS ParentContext (
    context_id INTEGER NOT NULL,
    parent_context_id INTEGER NOT NULL,
    CONSTRAINT parentcontext_pkey PRIMARY KEY (context_id, parent_context_id)
);
