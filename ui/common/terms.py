"""What settings and their values are called on the pages: as everywhere else."""

from ganlib.catalog.labels import number, title

__all__ = ["number", "title"]
