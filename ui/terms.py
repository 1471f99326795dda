"""What settings and their values are called on the pages: as everywhere else."""

from ganlib.choices.terms import number, title

__all__ = ["number", "title"]
