"""The data check: a verdict on the data as an artifact, and the gate that stops the run on a bad one."""
