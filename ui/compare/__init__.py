"""The Compare page: runs side by side, and experiments that vary one thing."""
