"""Making the models that ship: what is trained, whose turn it is, packing, and the page of results.

Nothing in the app needs this package; it writes `pretrained/` and `docs/results.md`, which everything else only reads.
"""
