"""The run store: a run is a folder; its queue, commands and processes; runs that leave and arrive as archives."""
