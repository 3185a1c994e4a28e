// Associations in the order in which they were said: all of them, so many at a time.
// Parameters: none. Columns: none.
CREATE INDEX graphmeta_association_order IF NOT EXISTS
FOR ()-[membership:ASSOCIATION]-() ON (membership.order)
