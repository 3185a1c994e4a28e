-- Finds rows of ParentContext by parent_context_id.
CREATE INDEX idx_parentcontext_parent_context_id ON ParentContext (parent_context_id);
