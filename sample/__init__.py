"""Draws a data folder that looks like the photos, so that the project runs without them."""
