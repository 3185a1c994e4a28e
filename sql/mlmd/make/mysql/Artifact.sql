-- Artifacts.
-- As ml-metadata 1.17.1 makes it in MySQL.
-- Parameters: none.
CREATE TABLE IF NOT EXISTS Artifact (
    id INTEGER NOT NULL AUTO_INCREMENT,
    type_id INTEGER NOT NULL,
    uri TEXT,
    state INTEGER,
    name VARCHAR(255),
    external_id VARCHAR(255),
    create_time_since_epoch BIGINT NOT NULL DEFAULT 0,
    last_update_time_since_epoch BIGINT NOT NULL DEFAULT 0,
    PRIMARY KEY (id),
    UNIQUE KEY external_id (external_id),
    UNIQUE KEY UniqueArtifactTypeName (type_id,name),
    INDEX idx_artifact_uri (uri(255)),
    INDEX idx_artifact_create_time_since_epoch (create_time_since_epoch),
    INDEX idx_artifact_last_update_time_since_epoch (last_update_time_since_epoch),
    INDEX idx_artifact_external_id (external_id)
);
