"""What a run's page is made of: the live view, its controls, and its evaluation."""
