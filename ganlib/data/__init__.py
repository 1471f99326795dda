"""Real images: find them, download them, read them.

    images = load("mnist", "train").images      # bytes, N x H x W x C

A data set is looked up in the folder named by `GANLIB_DATA`, then among earlier downloads in `GANLIB_CACHE`
(default: the user's cache folder), and downloaded when it is in neither. `custom` makes one of a person's images.
"""

from ganlib.data import custom
from ganlib.data.images import ImageSet, scale, some, unscale
from ganlib.data.loading import describe, fetch, load, where

load_data = load
"""The same under a name that says enough where it is imported by itself."""

__all__ = ["ImageSet", "custom", "describe", "fetch", "load", "load_data", "scale", "some", "unscale", "where"]
