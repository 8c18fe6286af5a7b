"""What holds for every command: its streams, signals, flags, one-line errors, logs, and what a machine lacks."""
