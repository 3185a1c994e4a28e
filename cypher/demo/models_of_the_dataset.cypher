// Which models were made from the demo's raw dataset, and with what results?
// Paste it into Neo4j Browser once `graphmeta demo --store neo4j://…` has filled the database.
// Columns: model, made, step, kind, train_accuracy, auc (on the held-out rows; the newest evaluation).
MATCH (:Dataset {display_name: 'tumours', prop_version: 1})-[:EVENT]->+(model:Model)
WITH DISTINCT model
OPTIONAL MATCH (model)<-[:EVENT]-(step:Train)
OPTIONAL MATCH (metrics:Metrics {custom_model: model.name})
WITH model, step, metrics ORDER BY metrics.id
RETURN model.name AS model,
  datetime({epochMillis: model.created}) AS made,
  step.display_name AS step,
  step.custom_kind AS kind,
  model.custom_train_accuracy AS train_accuracy,
  last(collect(metrics.custom_auc)) AS auc
ORDER BY made, model
