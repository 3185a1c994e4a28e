// Events by id: all of them in order, so many at a time.
// Parameters: none. Columns: none.
CREATE INDEX graphmeta_event_id IF NOT EXISTS
FOR ()-[event:EVENT]-() ON (event.id)
