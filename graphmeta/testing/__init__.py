"""For whoever writes or tests a store: what every backend must do, as tests to subclass.

`conformance.StoreTests` is a class of pytest tests; `machine` makes random calls to several stores and to
`reference.ReferenceStore`, the rules as a few dictionaries, and compares. Both need pytest and hypothesis,
which graphmeta itself does not depend on. `neo4j_server` starts a real Neo4j.
"""
