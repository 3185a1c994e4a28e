-- Finds the contexts of an artifact; MLMD's own index has the context first.
CREATE INDEX graphmeta_attribution_artifact ON Attribution (artifact_id);
