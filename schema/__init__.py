"""The curated schema of the data (`schema.pbtxt`)."""
