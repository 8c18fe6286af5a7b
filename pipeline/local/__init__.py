"""A run on this machine, from the command line to the summary."""
