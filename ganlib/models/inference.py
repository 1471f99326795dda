"""Networks at work, not learning: latent vectors to images, images to D's opinion, both as people handle them."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

import keras
import numpy as np

from ganlib import data
from ganlib.backend import engine
from ganlib.backend.hardware import Tensor
from ganlib.config import TrainConfig
from ganlib.models.networks.from_config import build_generator_for
from ganlib.models.normalization import BatchNormalization
from ganlib.models.packing import pack_size, with_companions

BATCH = 256
"""How many images at once, which bounds the memory and changes nothing else."""

_LEARNED_FROM = 16
"""Batches that the statistics of a source are taken from, at most."""


Network = Callable[..., Tensor]
"""A Keras model, or one that was `compiled`."""


def compiled(model: keras.Model) -> Network:
    """Return a network in inference mode that is compiled at its first call: for many calls with inputs of one shape.

    Layer by layer, a small network takes ten times as long.
    """
    forward = engine.compiled(lambda inputs: model(inputs, training=False))
    return lambda inputs, training: forward(inputs)


def generate(generator: Network, latents: np.ndarray, value_range: tuple[float, float]) -> np.ndarray:
    """Turn latent vectors, shape (count, latent_dim), into images, or into points in the plane, in inference mode.

    `value_range` is that of the generator's pixels. Returns uint8, shape (count, height, width, channels); of points
    float32, shape (count, 2).
    """
    made = np.concatenate([_forward(generator, part) for part in _batches(latents.astype(np.float32))])
    return made.astype(np.float32) if made.ndim == 2 else data.unscale(made, value_range)


def score(
    discriminator: keras.Model,
    images: np.ndarray,
    value_range: tuple[float, float],
    batch: int,
    neighbours: np.ndarray | None = None,
) -> np.ndarray:
    """Return D's output for each image, without dropout: a logit, or a critic's score.

    A training normalises real and generated batches apart, each by its own statistics, while the moving averages of a
    batch normalisation mix the two: inference mode would ask for an opinion that D never learned to give. So here
    batch normalisation takes the statistics of one source, all at once, which also leaves each image's score
    independent of the other images it is asked about with.

    Args:
        discriminator: the network; it is left as it was.
        images: uint8, shape (count, height, width, channels), all real or all generated; points: float32, (count, 2).
        value_range: smallest and largest pixel value that it was trained on.
        batch: how many images of one kind it saw at once in its training.
        neighbours: images of the same source to take the statistics from, and the others of each pack, as many as a few
            batches; by default `images` themselves, which should then be drawn as a training draws them. Of no use
            without batch normalisation and packing.

    Returns:
        float32, shape (count,).
    """
    with asked_among(discriminator, images if neighbours is None else neighbours, value_range, batch) as prepare:
        parts = [_forward(discriminator, prepare(part)) for part in _batches(images)]
    return np.concatenate(parts).astype(np.float32)[:, 0]  # after it, of an auxiliary classifier, those of classes


@contextmanager
def asked_among(
    discriminator: keras.Model, neighbours: np.ndarray, value_range: tuple[float, float], batch: int
) -> Iterator[Callable[[np.ndarray], np.ndarray]]:
    """Let D, in inference mode, judge images as it was trained to, and leave it as it was afterwards; see `score`.

    Yields:
        What turns images like `neighbours` into what D is fed: float32, each image followed by the others of its pack.
    """
    norms, size = _batch_norms(discriminator), pack_size(discriminator)
    others = _inputs(neighbours, value_range)
    with _kept(norms):
        if norms:
            _take_statistics(discriminator, norms, _in_packs(others, others, size), batch)
        yield lambda images: _in_packs(_inputs(images, value_range), others, size)


def sees_batches(discriminator: keras.Model) -> bool:
    """Say whether D normalises an image by the others of its batch, so that `score` asks for its neighbours."""
    return bool(_batch_norms(discriminator))


def _in_packs(images: np.ndarray, others: np.ndarray, size: int) -> np.ndarray:
    """Return each image, followed by the others of its pack: those that come after its number, in turn."""
    if size == 1:
        return images
    companions = others[(np.arange(len(images))[:, None] + np.arange(1, size)) % len(others)]
    return keras.ops.convert_to_numpy(with_companions(images, companions))


def _batch_norms(model: keras.Model) -> list[BatchNormalization]:
    return [layer for layer in model.layers if isinstance(layer, BatchNormalization)]


@contextmanager
def _kept(norms: list[BatchNormalization]) -> Iterator[None]:
    """Put moving averages, and how fast they move, back as they were."""
    before = [(norm, norm.momentum, norm.get_weights()) for norm in norms]
    try:
        yield
    finally:
        for norm, momentum, weights in before:
            norm.momentum, norm.is_learning = momentum, False
            norm.set_weights(weights)


def _take_statistics(model: keras.Model, norms: list[BatchNormalization], inputs: np.ndarray, batch: int) -> None:
    """Let moving averages be the mean over whole batches of these inputs; fewer than a batch count as one."""
    whole = max(1, min(len(inputs) // batch, _LEARNED_FROM))
    for number in range(whole):
        for norm in norms:  # the first batch counts whole, the second half, and so on
            norm.momentum, norm.is_learning = number / (number + 1), True
        _forward(model, inputs[number * batch : (number + 1) * batch])
    for norm in norms:
        norm.is_learning = False


def keras_bytes(config: TrainConfig, generator: keras.Model) -> bytes:
    """Return a generator, built by `config`, as a float32 `.keras` file that plain Keras loads without this library."""
    plain = build_generator_for(config.changed(precision="float32"))
    plain.set_weights(generator.get_weights())
    with TemporaryDirectory() as folder:
        path = Path(folder) / "generator.keras"
        plain.save(path)
        return path.read_bytes()


def _batches(array: np.ndarray) -> Iterator[np.ndarray]:
    return (array[start : start + BATCH] for start in range(0, len(array), BATCH))


def _inputs(samples: np.ndarray, value_range: tuple[float, float]) -> np.ndarray:
    return data.scale(samples, value_range) if samples.dtype == np.uint8 else samples


def _forward(model: Network, inputs: np.ndarray) -> np.ndarray:
    return keras.ops.convert_to_numpy(model(inputs, training=False))
