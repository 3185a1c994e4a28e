-- Events: an execution used or made an artifact.
-- As ml-metadata 1.17.1 makes it in MySQL.
-- Parameters: none.
CREATE TABLE IF NOT EXISTS Event (
    id INTEGER NOT NULL AUTO_INCREMENT,
    artifact_id INTEGER NOT NULL,
    execution_id INTEGER NOT NULL,
    type INTEGER NOT NULL,
    milliseconds_since_epoch BIGINT,
    PRIMARY KEY (id),
    UNIQUE KEY UniqueEvent (artifact_id,execution_id,type),
    INDEX idx_event_execution_id (execution_id)
);
