"""Coverage-guided fuzzing of what reads files that strangers made: `make fuzz`, docs/fuzzing.md."""
