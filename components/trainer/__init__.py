"""Trainer: the network, its input, its training and its export."""
