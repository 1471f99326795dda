"""The networks of a run, ready to draw from."""

from pathlib import Path

import keras
import numpy as np

from ganlib import data
from ganlib.choices import networks
from ganlib.config import TrainConfig
from ganlib.errors import UserError
from ganlib.models.gan import build_generator_for
from ganlib.models.latents import sample_latents
from ganlib.runs import Run


class Sampler:
    """A run's generator, in inference mode.

    Attributes:
        config: the run's choices.
        generator: the network, with the weights that samples are drawn from (the moving average).
    """

    def __init__(self, run: Run, step: int | None = None) -> None:
        """Build the generator and load its weights.

        Args:
            run: whose.
            step: that of a snapshot; by default the weights at the end, or else the newest snapshot.

        Raises:
            UserError: there are no such weights, or they do not fit.
        """
        path = _weights(run, step)
        self.config: TrainConfig = run.config
        self.generator: keras.Model = build_generator_for(self.config)
        try:
            self.generator.load_weights(path)
        except (OSError, ValueError, KeyError) as error:
            raise UserError(f"The weights in {path} do not fit the run's generator, or are damaged.") from error

    def latents(self, count: int, seed: int) -> np.ndarray:
        """Draw latent vectors from the run's prior, float32, shape (count, latent_dim)."""
        return sample_latents(self.config.prior, count, self.config.latent_dim, seed)

    def images(self, latents: np.ndarray, batch: int = 256) -> np.ndarray:
        """Turn latent vectors into images.

        Args:
            latents: shape (count, latent_dim).
            batch: how many at once, which bounds the memory and changes nothing else.

        Returns:
            uint8, shape (count, height, width, channels).
        """
        value_range = networks.get_generator(self.config.generator).output_range
        parts = [
            keras.ops.convert_to_numpy(self.generator(latents[i : i + batch].astype(np.float32), training=False))
            for i in range(0, len(latents), batch)
        ]
        return data.unscale(np.concatenate(parts), value_range)


def _weights(run: Run, step: int | None) -> Path:
    end = run.path / "generator.weights.h5"
    if step is None and end.exists():
        return end
    snapshots = dict(run.snapshots())
    if not snapshots:
        raise UserError(f"The run {run.id!r} has no weights yet; let it train for a moment first.")
    wanted = max(snapshots) if step is None else step
    if wanted not in snapshots:
        kept = ", ".join(map(str, snapshots))
        raise UserError(f"The run {run.id!r} has no snapshot at step {wanted}; it has: {kept}.")
    return snapshots[wanted] / "generator.weights.h5"
