"""The report of a run: one self-contained HTML page, and the model card of a pushed version."""
