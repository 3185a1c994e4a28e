-- Links between contexts.
-- As ml-metadata 1.17.1 makes it in MySQL.
-- Parameters: none.
CREATE TABLE IF NOT EXISTS ParentContext (
    context_id INTEGER NOT NULL,
    parent_context_id INTEGER NOT NULL,
    PRIMARY KEY (context_id,parent_context_id),
    INDEX idx_parentcontext_parent_context_id (parent_context_id)
);
