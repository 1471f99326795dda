"""The networks of a run, ready to draw and to judge. One thread at a time may use each of them."""

from pathlib import Path

import keras
import numpy as np

from ganlib.catalog import networks
from ganlib.config import TrainConfig
from ganlib.data import shipped
from ganlib.models import priors
from ganlib.models.gan import GAN
from ganlib.models.inference import generate, score, sees_batches
from ganlib.models.networks.from_config import build_discriminator_for, build_generator_for
from ganlib.runs.folder import Run
from ganlib.runs.status import FAILED, INTERRUPTED, LIVE
from ganlib.utils.errors import UserError


class Sampler:
    """A generator in inference mode: a run's, or that of a GAN in memory.

    Attributes:
        config: all choices.
        generator: the network, with the weights that samples are drawn from (the moving average).
        value_range: smallest and largest pixel value that the generator gives.
        step: when in the training it had these weights.
    """

    def __init__(self, source: Run | GAN, step: int | None = None) -> None:
        """Load the generator of a run, or take that of a GAN as it is.

        `step` is that of a run's snapshot; by default it takes the weights at the end, or else the newest snapshot.
        Raises UserError: there are no such weights, or they do not fit.
        """
        self.config: TrainConfig = source.config
        self.value_range = networks.get_generator(self.config.generator).output_range
        if isinstance(source, GAN):
            self.generator: keras.Model = source.ema
            self.step = int(source.step_count)
        else:
            folder, self.step = weights(source, step)
            self.generator = build_generator_for(self.config)
            load(self.generator, source, folder)

    def generate(self, count: int = 64, seed: int = 0) -> np.ndarray:
        """Draw images of the latent vectors that a seed gives; uint8, shape (count, height, width, channels)."""
        return self.images(self.latents(count, seed))

    def latents(self, count: int, seed: int) -> np.ndarray:
        """Draw latent vectors from the run's prior, float32, shape (count, latent_dim)."""
        return priors.get(self.config.prior).sample(count, self.config.latent_dim, seed)

    def images(self, latents: np.ndarray) -> np.ndarray:
        """Turn latent vectors, (count, latent_dim), into images, uint8 (count, height, width, channels)."""
        return generate(self.generator, latents, self.value_range)


class Discriminator:
    """A run's `discriminator`, asked as it was trained but without dropout; else it has what a `Sampler` has."""

    def __init__(self, run: Run, step: int | None = None) -> None:
        """Load the weights as `Sampler` does. Raises UserError also if the run came without its discriminator."""
        if run.is_without_discriminator:
            raise UserError(
                f"The model {run.id!r} came without its discriminator, to keep the project small; train it yourself "
                "to ask one."
            )
        folder, self.step = weights(run, step)
        self.config: TrainConfig = run.config
        self.value_range = networks.get_generator(self.config.generator).output_range
        self.discriminator: keras.Model = build_discriminator_for(self.config)
        load(self.discriminator, run, folder)

    @property
    def sees_batches(self) -> bool:
        """Whether it sees an image beside others of the same source: with batch normalisation."""
        return sees_batches(self.discriminator)

    def scores(self, images: np.ndarray, neighbours: np.ndarray | None = None) -> np.ndarray:
        """Say how real each image looks: a logit, or a Wasserstein critic's score; higher is more real.

        The images are uint8, shape (count, height, width, channels), either real or generated, never both. `neighbours`
        are others of the same source, drawn as a training draws them, by default `images`; needed where those are few
        or picked: batch normalisation takes its statistics from them, see `inference.score`. Returns float32, (count,).
        """
        return score(self.discriminator, images, self.value_range, self.config.batch_size, neighbours)


def load(model: keras.Model, run: Run, folder: Path) -> None:
    """Load a network's weights, shipped ones unchanged. Raises UserError: missing, damaged, unfit, or infinite."""
    path = folder / f"{model.name}.weights.h5"
    if run.is_shipped:
        shipped.verified_part(run.id, path.relative_to(run.path).as_posix(), run.path.parent)
    try:
        model.load_weights(path)
    except (OSError, ValueError, KeyError) as error:
        raise UserError(f"The weights in {path} do not fit the run's {model.name}, or are damaged.") from error
    # Pixels that are no numbers would show as black pictures.
    if not all(np.isfinite(keras.ops.convert_to_numpy(keras.ops.cast(w, "float32"))).all() for w in model.weights):
        raise UserError(
            f"The {model.name} of the run {run.id!r} broke down in its training: weights in {path} are infinite or not "
            "a number. Choose an earlier step, or train again with smaller learning rates."
        )


def weights(run: Run, step: int | None = None) -> tuple[Path, int]:
    """Return the folder of a step's weights, and the step; arguments and errors as for `Sampler`."""
    snapshots, status = dict(run.snapshots()), run.status()
    # A run that was resumed still has the weights of its first end.
    is_under_way = status.state in (*LIVE, INTERRUPTED, FAILED) and snapshots
    is_whole = run.is_shipped or (run.path / "generator.weights.h5").exists()
    if step is None and is_whole and not is_under_way:
        return run.path, status.step
    if not snapshots:
        raise UserError(f"The run {run.id!r} has no weights yet; let it train for a moment first.")
    wanted = max(snapshots) if step is None else step
    if wanted not in snapshots:
        kept = ", ".join(map(str, snapshots))
        raise UserError(f"The run {run.id!r} has no snapshot at step {wanted}; it has: {kept}.")
    return snapshots[wanted], wanted
