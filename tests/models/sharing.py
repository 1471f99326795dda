"""Train tiny GANs on one device and on several; a process of its own, for devices are counted when it starts.

`python -m tests.models.sharing FOLDER` writes what each case reported and learned on so many devices, `CASE-COUNT.npz`:
`rows`, and every variable.
"""

import sys
from pathlib import Path

import numpy as np
from keras import ops

from ganlib.backend import engine
from ganlib.config import TrainConfig
from ganlib.models.gan import GAN

# Plain gradient descent forgives rounding; Adam's first steps have the size of the rate, whatever the gradient's is.
SGD = {"g_optimizer": "sgd", "d_optimizer": "sgd", "g_learning_rate": 0.2, "d_learning_rate": 0.1}
CASES = {
    "alternating": {"update": "alternating"},  # with Adam
    "simultaneous": SGD | {"update": "simultaneous", "ema": 0.0, "label_flips": 0.3, "label_smoothing": 0.1},
    "wgan": {"loss": "wgan", "critic_steps": 2} | SGD | {"g_optimizer": "rmsprop", "g_learning_rate": 1e-4},
    "wgan_gp": {"loss": "wgan_gp", "critic_steps": 2, "penalty_weight": 1.0} | SGD | {"d_learning_rate": 0.01},
    "noise": SGD | {"instance_noise": 0.5, "r1_gamma": 0.1, "spectral_norm": True, "prior": "uniform"},
    "augmented": SGD | {"augment": "diffaugment"},
    "conditional": SGD | {"conditioning": "projection", "loss": "wgan_gp", "penalty_weight": 1.0},
}
"""Every way in which a step draws random numbers or follows gradients, on networks that treat each image alone."""

STEPS, BATCH = 4, 12


def config(**changes):
    return TrainConfig(
        dataset="digits",
        generator="mlp",
        discriminator="compact",
        discriminator_norm="none",
        batch_size=BATCH,
        latent_dim=8,
        precision="float32",
        ema=0.9,
        seed=1,  # with 0, rounding may push a unit over its kink, where a penalty on slopes jumps
        threads=1,
    ).changed(**changes)


def train(choices):
    """Return all reports, and all variables at the end; the rates change on the way."""
    images = np.random.default_rng(0).integers(0, 256, (60, 8, 8, 1), np.uint8)
    order = np.random.default_rng(1).integers(0, 60, (STEPS, choices.critic_steps, BATCH)).astype(np.int32)
    gan = GAN(choices)
    steps = gan.compile_steps(images, np.random.default_rng(2).integers(0, 10, 60))
    rows = [steps(order[:2])]
    gan.rates.set(choices.g_learning_rate / 2, choices.d_learning_rate / 2)
    rows.append(steps(order[2:]))
    return np.concatenate(rows), [ops.convert_to_numpy(variable) for variable in gan.variables]


if __name__ == "__main__":
    engine.set_threads(1)
    for name, case in CASES.items():
        for devices in (1, 2):
            rows, variables = train(config(devices=devices).changed(**case))
            np.savez(Path(sys.argv[1]) / f"{name}-{devices}.npz", *variables, rows=rows)
