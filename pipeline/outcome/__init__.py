"""What a run came to, read once, and shown to people."""
