"""The Train page, and the live view of a run."""
