// Nodes labelled Deploy by name: (:Deploy {name: …}) starts here.
// Parameters: none. Columns: none.
CREATE INDEX graphmeta_deploy_name IF NOT EXISTS
FOR (node:Deploy) ON (node.name)
