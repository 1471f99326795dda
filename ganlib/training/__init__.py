"""Training a run: the loop, what it writes down, and how it goes on where it was."""
