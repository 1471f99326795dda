"""What the view of a run is made of: its training as it goes on, and its evaluation."""
