"""A copy as CSV files, for `neo4j-admin database import`: for what would take hours in transactions."""
