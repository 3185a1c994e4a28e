// Nodes labelled Metrics by name: (:Metrics {name: …}) starts here.
// Parameters: none. Columns: none.
CREATE INDEX graphmeta_metrics_name IF NOT EXISTS
FOR (node:Metrics) ON (node.name)
