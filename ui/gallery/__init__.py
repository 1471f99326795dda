"""The gallery of shipped models and own runs."""
