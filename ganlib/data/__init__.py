"""Real images: find them, download them, read them.

    images = load("mnist", "train").images      # bytes, N x H x W x C

A data set is looked up in the folder named by `GANLIB_DATA`, then among earlier downloads in `GANLIB_CACHE`
(default: the user's cache folder), and downloaded when it is in neither. `own` makes one of a person's images.
"""

from ganlib.data import own
from ganlib.data.catalog import describe, fetch, load, where
from ganlib.data.images import ImageSet, scale, some, unscale

__all__ = ["ImageSet", "describe", "fetch", "load", "own", "scale", "some", "unscale", "where"]
