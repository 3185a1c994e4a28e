-- As ml-metadata 1.17.1 makes the index in PostgreSQL.
-- Parameters: none.
CREATE INDEX IF NOT EXISTS idx_parentcontext_parent_context_id ON ParentContext (parent_context_id);
