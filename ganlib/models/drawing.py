"""Networks at work, not learning: latent vectors to images, images to D's opinion, both as people handle them."""

from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

import keras
import numpy as np

from ganlib import data
from ganlib.config import TrainConfig
from ganlib.models.building import build_generator_for

BATCH = 256
"""How many images at once, which bounds the memory and changes nothing else."""


def draw(generator: keras.Model, latents: np.ndarray, value_range: tuple[float, float]) -> np.ndarray:
    """Turn latent vectors into images, in inference mode.

    Args:
        generator: the network.
        latents: shape (count, latent_dim).
        value_range: smallest and largest pixel value that the generator gives.

    Returns:
        uint8, shape (count, height, width, channels).
    """
    parts = [_forward(generator, part) for part in _batches(latents.astype(np.float32))]
    return data.unscale(np.concatenate(parts), value_range)


def judge(discriminator: keras.Model, images: np.ndarray, value_range: tuple[float, float]) -> np.ndarray:
    """Return D's output for each image, in inference mode: a logit, or a critic's score.

    Args:
        discriminator: the network.
        images: uint8, shape (count, height, width, channels).
        value_range: smallest and largest pixel value that it was trained on.

    Returns:
        float32, shape (count,).
    """
    parts = [_forward(discriminator, data.scale(part, value_range)) for part in _batches(images)]
    return np.concatenate(parts).astype(np.float32).reshape(-1)


def keras_bytes(config: TrainConfig, generator: keras.Model) -> bytes:
    """Return a generator as a `.keras` file that plain Keras loads without this library, in float32.

    Args:
        config: what the generator was built by.
        generator: the network.
    """
    plain = build_generator_for(config.changed(precision="float32"))
    plain.set_weights(generator.get_weights())
    with TemporaryDirectory() as folder:
        path = Path(folder) / "generator.keras"
        plain.save(path)
        return path.read_bytes()


def _batches(array: np.ndarray) -> Iterator[np.ndarray]:
    return (array[start : start + BATCH] for start in range(0, len(array), BATCH))


def _forward(model: keras.Model, inputs: np.ndarray) -> np.ndarray:
    return keras.ops.convert_to_numpy(model(inputs, training=False))
