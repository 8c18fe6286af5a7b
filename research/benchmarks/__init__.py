"""Measurements of this project, each beside the plainest way to do the same work."""
