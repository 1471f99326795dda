"""From a data set in memory to the batches that a training step learns from."""

from typing import TYPE_CHECKING

import numpy as np
from keras import ops

from ganlib.backend import engine
from ganlib.backend.hardware import Tensor
from ganlib.catalog.training import WITH_LABELS
from ganlib.models import conditioning
from ganlib.utils.errors import UserError

if TYPE_CHECKING:
    from ganlib.models.gan import GAN


def compile_steps(gan: "GAN", images: np.ndarray, labels: np.ndarray | None = None) -> engine.Steps:
    """Bind a GAN's `step` to a data set and compile it.

    Args:
        gan: what learns; a conditional one also notes how often each class comes up.
        images: uint8, shape (N, H, W, C), which become numbers a batch at a time; or points, float32, shape (N, 2).
        labels: class numbers, shape (N,), which a conditional GAN needs and any other leaves alone.

    Returns:
        A function from image indices, int32 of shape (steps, critic_steps, batch), to the scalars of
        `TrainConfig.metric_names`, float32 of shape (steps, names).

    Raises:
        UserError: a conditional GAN got no labels.
    """
    low, high = gan.value_range
    is_told = gan.config.conditioning in WITH_LABELS
    if is_told and labels is None:
        raise UserError("A conditional GAN learns from labelled images: give their labels, or set conditioning=none.")
    with engine.scope(gan.config.devices):
        pixels, known = engine.resident(images), None
        if is_told and labels is not None:
            gan.class_shares = conditioning.shares(labels, gan.config.classes)
            known = engine.resident(conditioning.one_hot(labels, gan.config.classes))

        def step(indices: Tensor) -> dict[str, Tensor]:
            batches = ops.take(pixels, indices, axis=0)
            if images.dtype == np.uint8:
                batches = ops.cast(batches, "float32") * ((high - low) / 255) + low
            return gan.step(batches, None if known is None else ops.take(known, indices, axis=0))

        return engine.compile_steps(step, gan.config.metric_names)
