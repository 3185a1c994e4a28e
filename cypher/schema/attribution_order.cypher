// Attributions in the order in which they were said: all of them, so many at a time.
// Parameters: none. Columns: none.
CREATE INDEX graphmeta_attribution_order IF NOT EXISTS
FOR ()-[membership:ATTRIBUTION]-() ON (membership.order)
