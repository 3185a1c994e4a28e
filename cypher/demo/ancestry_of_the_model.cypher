// What was the demo's newest model made from? A graph to look at: datasets, steps and models, back to the source.
// Paste it into Neo4j Browser once `graphmeta demo --store neo4j://…` has filled the database.
// Columns: path, one for each way that the data took.
MATCH (model:Model {display_name: 'tumour-classifier'})
WITH model ORDER BY model.prop_version DESC LIMIT 1
MATCH path = (origin:Dataset WHERE NOT EXISTS { (origin)<-[:EVENT]-() })-[:EVENT]->+(model)
RETURN path
