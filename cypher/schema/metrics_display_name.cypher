// Nodes labelled Metrics by what people call them: (:Metrics {display_name: …}) starts here.
// Parameters: none. Columns: none.
CREATE INDEX graphmeta_metrics_display_name IF NOT EXISTS
FOR (node:Metrics) ON (node.display_name)
