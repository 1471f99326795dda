"""The Judge view of a run: how good its samples are, and what is behind the numbers."""
