"""Batch prediction: any number of photos through a pushed model, on Beam."""
