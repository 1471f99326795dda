"""Planes through latent space, as grids of latent vectors to draw row by row.

Each function returns float32 of shape (side * side, latent_dim), the top row first, for `images.mosaic` with `side`
columns.
"""

from typing import TYPE_CHECKING

import numpy as np

from ganlib.explore import interpolation
from ganlib.explore.arithmetic import analogy
from ganlib.models import priors

if TYPE_CHECKING:
    from ganlib.explore.directions import Directions


def by_directions(
    start: np.ndarray, directions: "Directions", across: int = 0, up: int = 1, side: int = 9, reach: float = 3.0
) -> np.ndarray:
    """Span a plane by two directions around a latent vector, shape (latent_dim,), the middle of an odd side.

    The direction `across` grows from left to right and `up` from bottom to top, each to `reach` sigmas at the edges.
    """
    amounts = np.zeros((side, side, len(directions.vectors)), np.float32)
    steps = np.linspace(-reach, reach, side)
    amounts[..., across] += steps
    amounts[..., up] += steps[::-1, None]
    return directions.move(start, amounts.reshape(side * side, -1))


def by_anchors(a: np.ndarray, b: np.ndarray, c: np.ndarray, prior: str, side: int = 9) -> np.ndarray:
    """Span a plane by three latent vectors, shape (latent_dim,): a top left, b top right, c bottom left.

    The corner bottom right is the analogy b - a + c, and everything else lies on paths between the corners, spherical
    ones for a normal prior (the J-diagram of White 2016, arXiv 1609.04468). Under a uniform prior this is the flat
    plane through the anchors, kept within the prior.
    """
    path = interpolation.PATHS[priors.get(prior).path]
    places = np.linspace(0, 1, side)
    left, right = path(a, c, places), path(b, analogy(b, a, c, prior), places)
    rows = [path(*ends, places) for ends in zip(left, right, strict=True)]
    return priors.get(prior).within(np.concatenate(rows))


def whole(prior: str, side: int = 15) -> np.ndarray:
    """Cover the whole plane of a latent space with two dimensions.

    The grid is even in shares of the prior, not in z: each image stands for as many draws as any other (as in Kingma
    and Welling 2013, arXiv 1312.6114, figure 4). z[0] grows from left to right, z[1] from bottom to top.
    """
    steps = priors.get(prior).quantile((np.arange(side) + 0.5) / side)
    across, up = np.meshgrid(steps, steps[::-1])
    return np.stack([across.ravel(), up.ravel()], axis=1)
