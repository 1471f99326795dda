"""Paths through latent space."""

from collections.abc import Callable, Mapping

import numpy as np

from ganlib.catalog.table import pick
from ganlib.models import priors
from ganlib.utils import seeds

_PARALLEL = 1e-7
"""The sine below which two directions are one, or opposite: the rounding of float32."""


def lerp(a: np.ndarray, b: np.ndarray, t: np.ndarray) -> np.ndarray:
    """Go from a to b, shape (latent_dim,), in a straight line, at places `t` from 0 to 1, shape (frames,).

    Returns shape (frames, latent_dim). Halfway between two Gaussian vectors the norm is smaller than theirs.
    """
    return (1 - t)[:, None] * a + t[:, None] * b


def slerp(a: np.ndarray, b: np.ndarray, t: np.ndarray) -> np.ndarray:
    """Go from a to b along the arc between them (White 2016, arXiv 1609.04468); arguments as for `lerp`.

    The angle grows evenly, and the norm goes evenly from that of a to that of b. So the path stays where
    Gaussian vectors are: at a norm near sqrt(latent_dim).

    Opposite vectors have many arcs between them; this takes the one through the axis that they lean to least. In one
    dimension there is none, and the only path between them is straight, through the origin.
    """
    a, b = np.asarray(a, np.float64), np.asarray(b, np.float64)
    norm_a, norm_b = np.linalg.norm(a), np.linalg.norm(b)
    if not norm_a or not norm_b or len(a) == 1:  # the origin lies in no direction
        return lerp(a, b, t)
    unit_a, unit_b = a / norm_a, b / norm_b
    cosine = unit_a @ unit_b
    aside = unit_b - cosine * unit_a  # perpendicular to a; as long as the sine of the angle
    angle = np.arctan2(np.linalg.norm(aside), cosine)
    if np.linalg.norm(aside) < _PARALLEL:
        if cosine > 0:
            return lerp(a, b, t)
        axis = np.abs(unit_a).argmin()
        aside = np.eye(len(a))[axis] - unit_a[axis] * unit_a
    turned = np.cos(t * angle)[:, None] * unit_a + np.sin(t * angle)[:, None] * (aside / np.linalg.norm(aside))
    return ((1 - t) * norm_a + t * norm_b)[:, None] * turned


PATHS: Mapping[str, Callable[[np.ndarray, np.ndarray, np.ndarray], np.ndarray]] = {"spherical": slerp, "linear": lerp}


def through(anchors: np.ndarray, frames: int, kind: str = "spherical", loop: bool = True) -> np.ndarray:
    """Walk through several latent vectors, shape (anchors, latent_dim), at least two.

    The legs share the frames, two at least, evenly. `kind` is a key of `PATHS`; a `loop` walks back from the last to
    the first, for an animation without a jump. Returns float32, shape (frames, latent_dim).
    """
    if len(anchors) < 2 or frames < 2:
        raise ValueError("A walk needs at least two anchors and two frames.")
    path = pick(PATHS, kind, "kind of path")
    stops = np.concatenate([anchors, anchors[:1]]) if loop else anchors
    legs = len(stops) - 1
    # A loop ends one frame before its start, which would else be shown twice.
    places = np.linspace(0, legs, frames, endpoint=not loop)
    leg = np.minimum(places.astype(int), legs - 1)
    walked = [path(stops[i], stops[i + 1], places[leg == i] - i) for i in range(legs)]
    return np.concatenate(walked).astype(np.float32)


def random_walk(prior: str, latent_dim: int, frames: int, seed: int, waves: int = 3) -> np.ndarray:
    """Wander smoothly through latent space and back to the start.

    Each entry of z is a sum of sines and cosines with random weights: a stationary Gaussian process on a circle. So
    each frame, looked at alone, is an exact draw of the prior. More `waves`, of different frequency, make more happen
    on one round.

    Returns:
        float32, shape (frames, latent_dim); a seed gives the same walk with more or with fewer frames.
    """
    cosines, sines = seeds.rng(seed, "random walk").standard_normal((2, waves, latent_dim)) / np.sqrt(waves)
    angles = 2 * np.pi * np.outer(np.arange(frames) / frames, np.arange(1, waves + 1))
    return priors.get(prior).from_normal(np.cos(angles) @ cosines + np.sin(angles) @ sines)
