"""Train tiny GANs on one device and on several; a process of its own, for devices are counted when it starts.

`python -m tests.models.sharing FOLDER` prints, as JSON by case, what one device and two reported and learned.
"""

import json
import sys
from pathlib import Path

import numpy as np
from keras import ops

from ganlib.config import TrainConfig
from ganlib.models import backend
from ganlib.models.gan import GAN
from ganlib.training import checkpoint

# Plain gradient descent forgives rounding; Adam's first steps have the size of the rate, whatever the gradient's is.
SGD = {"g_optimizer": "sgd", "d_optimizer": "sgd", "g_learning_rate": 0.2, "d_learning_rate": 0.1}
CASES = {
    "alternating": SGD | {"update": "alternating"},
    "simultaneous": SGD | {"update": "simultaneous", "ema": 0.0},
    "adam": {"g_optimizer": "adam", "d_optimizer": "adam"},
    "wgan": {"loss": "wgan", "critic_steps": 2} | SGD | {"g_optimizer": "rmsprop", "g_learning_rate": 1e-4},
    "wgan_gp": {"loss": "wgan_gp", "critic_steps": 2, "penalty_weight": 1.0} | SGD | {"d_learning_rate": 0.01},
    "dragan": {"loss": "dragan", "penalty_weight": 1.0} | SGD | {"d_learning_rate": 0.01},
    "noise": SGD | {"instance_noise": 0.5, "r1_gamma": 0.1, "spectral_norm": True, "prior": "uniform"},
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
        threads=1,
    ).changed(**changes)


def train(choices, folder):
    """Train, change the rates, and go on from a checkpoint; return all reports and all variables at the end."""
    images = np.random.default_rng(0).integers(0, 256, (60, 8, 8, 1), np.uint8)
    order = np.random.default_rng(1).integers(0, 60, (STEPS, choices.critic_steps, BATCH)).astype(np.int32)
    gan = GAN(choices)
    steps = gan.compile_steps(images)
    rows = [steps(order[:2])]
    gan.set_learning_rates(choices.g_learning_rate / 2, choices.d_learning_rate / 2)
    rows.append(steps(order[2:3]))
    checkpoint.save(folder, gan.variables, {})
    gan.close()
    gan = GAN(choices)
    checkpoint.load(folder, gan.variables)
    rows.append(gan.compile_steps(images)(order[3:]))
    gan.close()
    return np.concatenate(rows).tolist(), [ops.convert_to_numpy(v).tolist() for v in gan.variables]


if __name__ == "__main__":
    backend.set_threads(1)
    found = {
        name: [train(config(devices=devices).changed(**case), Path(sys.argv[1])) for devices in (1, 2)]
        for name, case in CASES.items()
    }
    print(json.dumps(found))
