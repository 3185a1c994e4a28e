-- Finds the contexts of an execution; MLMD's own index has the context first.
CREATE INDEX graphmeta_association_execution ON Association (execution_id);
