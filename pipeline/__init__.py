"""The pipeline as a whole: its settings, its graph, how it is run on this machine, and what a run says at its end."""
