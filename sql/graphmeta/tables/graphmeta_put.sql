-- The puts whose keys their callers chose, so that a repeated one writes nothing and gets the same ids.
-- The ids are JSON arrays, index by index as the put's nodes; created is in milliseconds since the epoch.
CREATE TABLE graphmeta_put (
    key TEXT PRIMARY KEY,
    artifact_ids TEXT NOT NULL,
    execution_ids TEXT NOT NULL,
    context_ids TEXT NOT NULL,
    created INTEGER NOT NULL
);
