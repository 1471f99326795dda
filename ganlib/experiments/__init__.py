"""Experiments: several runs that share everything but one setting, and what came of them."""
