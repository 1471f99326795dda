"""The data sets of points in the plane: what they show. How they are drawn stands in `ganlib.data.points`."""

from collections.abc import Mapping
from typing import Any, NamedTuple

TRAIN, TEST = 50_000, 10_000
"""Points of the two splits: both are drawn from the same distribution."""

EXTENT = 1.5
"""All points lie in a square from minus this to this, but for a few that chance takes further out."""


class PointsInfo(NamedTuple):
    """A distribution in the plane.

    Attributes:
        title: its name on pages.
        about: one plain line.
        source: where it is from.
    """

    title: str
    about: str
    source: str


_VEEGAN = "arXiv 1705.07761 (VEEGAN), as in arXiv 1712.04086 (PacGAN)"
_OURS = "GAN Explorer"

POINTS: Mapping[str, PointsInfo] = {
    "ring": PointsInfo(
        "Ring of 8", "Eight small Gaussians (deviation .01) on the unit circle: does G find them all?", _VEEGAN
    ),
    "grid": PointsInfo(
        "Grid of 25",
        "Five by five Gaussians (deviation .05 at a spacing of 2, the whole a quarter as large): harder to cover.",
        _VEEGAN,
    ),
    "two-gaussians": PointsInfo("Two Gaussians", "Two round clouds side by side: the smallest test of variety.", _OURS),
    "line": PointsInfo("Line", "Points along a slanted line: one latent number is enough.", _OURS),
    "circle": PointsInfo("Circle", "A circle: a closed curve that an interval must be bent into.", _OURS),
    "spiral": PointsInfo("Spiral", "Two turns of a spiral: parts that are near in the plane are far along it.", _OURS),
    "moons": PointsInfo("Two moons", "Two half circles that reach into each other.", "scikit-learn's make_moons"),
    "drawn": PointsInfo(
        "Drawn", "A density of your own, painted cell by cell or taken from a picture; until then, a heart.", _OURS
    ),
}

NETWORK = "points"
"""Name of the generator and of the discriminator for points; those for images cannot make or read any."""

SETTINGS = ("width", "depth", "activation")
"""Settings that only these networks have."""

# On points a step takes less than a millisecond, and what limits G is how sharply it can part its modes: small batches
# give more steps, ReLU bends most sharply, and the uniform prior has no thin tails of z to be stretched between modes.
_QUICK: Mapping[str, Any] = {
    "dataset": "ring", "generator": NETWORK, "discriminator": NETWORK, "width": 64, "depth": 4, "activation": "relu",
    "initializer": "he_normal", "loss": "non_saturating", "update": "alternating", "batch_size": 64,
    # Rates as high as it bears, for they fall to nothing in the end.
    "g_learning_rate": 3e-3, "g_beta_1": 0.5, "d_learning_rate": 2e-3, "d_beta_1": 0.5, "rate_decay": 0.8,
    "latent_dim": 2, "prior": "uniform", "ema": 0.998,
    # Noise that fades spreads D's opinion over the whole plane at first, and R1 keeps it from leaving modes behind.
    "instance_noise": 0.2, "instance_noise_steps": 2000, "r1_gamma": 0.003,
    "max_steps": 9_000, "max_seconds": 120.0, "epochs": 10_000, "sample_seconds": 1.0,
    "precision": "float32", "threads": 1,
}  # fmt: skip

# Nothing that holds D back.
_BARE: Mapping[str, Any] = {**_QUICK, "instance_noise": 0.0, "r1_gamma": 0.0, "rate_decay": 0.0}

PRESETS: Mapping[str, tuple[str, str, Mapping[str, Any]]] = {
    "ring-quick": (
        "Ring of 8, quick",
        "Points find eight islands, as a rule within ten seconds of training; watch D's opinion change.",
        _QUICK,
    ),
    "ring-collapse": (
        "Ring of 8, mode collapse",
        "Both networks learn far too fast: all points sit on an island or two, and jump when D finds them out.",
        {**_BARE, "activation": "leaky_relu", "g_learning_rate": 1e-2, "d_learning_rate": 1e-2},
    ),
    "ring-vanishing": (
        "Ring of 8, vanishing gradient",
        "D wins, and less than a hundredth of minimax's push on the points is left: they stand still where they are.",
        {
            **_BARE,
            "loss": "minimax",
            "critic_steps": 5,
            "activation": "tanh",
            "depth": 2,
            # Adam would scale even a tiny gradient up, and points would drift away; under SGD they stand still.
            "g_optimizer": "sgd",
            "g_beta_1": 0.0,
            "g_learning_rate": 1e-3,
            "ema": 0.9,
            "max_steps": 2_500,
        },
    ),
    "two-oscillation": (
        "Two Gaussians, oscillation",
        "Too fast, with too long a memory: all points swing between the two clouds, six times or more.",
        {
            **_BARE,
            "dataset": "two-gaussians",
            "activation": "leaky_relu",
            "g_learning_rate": 1e-2,
            "d_learning_rate": 1e-2,
            "g_beta_1": 0.9,
            "d_beta_1": 0.9,
            "ema": 0.5,
        },
    ),
    "ring-wasserstein": (
        "Ring of 8, Wasserstein",
        "Five updates of D a step: a Wasserstein critic finds all eight islands, the usual loss four to seven.",
        {
            **_BARE,
            "loss": "wgan_gp",
            "penalty_weight": 1.0,
            "critic_steps": 5,
            "g_learning_rate": 1e-3,
            "d_learning_rate": 1e-3,
            "ema": 0.99,
            "rate_decay": 0.5,
            "max_steps": 3_000,
        },
    ),
    "grid-quick": (
        "Grid of 25, quick",
        "Twenty-five islands in about a minute: the hard case of papers on mode collapse.",
        {**_QUICK, "dataset": "grid", "instance_noise": 0.1, "instance_noise_steps": 8000, "max_steps": 50_000},
    ),
}
"""Title, what it shows and the settings of each preset on points."""

PAIRS: Mapping[str, str] = {"ring-vanishing": "non_saturating", "ring-wasserstein": "non_saturating"}
"""The loss under which to train a preset once more, all else the same, to see what the loss does."""
