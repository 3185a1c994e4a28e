-- Finds rows of EventPath by event_id.
CREATE INDEX idx_eventpath_event_id ON EventPath (event_id);
