"""Beam's engines: options, servers, workers, and jobs that are lost."""
