"""The state of a GAN: two networks, two optimisers, a moving average, one random stream.

How it changes in a step stands in `ganlib.models.step`. Everything that changes while a run trains is a variable of the
`GAN` (see `GAN.variables`), random streams included, so that saving them all saves the run exactly.
"""

from typing import Any

import keras
import numpy as np
from keras import ops

from ganlib.backend import engine
from ganlib.backend.hardware import Tensor
from ganlib.catalog import networks
from ganlib.catalog.losses import LOSSES
from ganlib.config import TrainConfig
from ganlib.models import augmentation, batches, conditioning, losses, precision, priors
from ganlib.models.autoencoders import Balance
from ganlib.models.networks.from_config import build_discriminator_for, build_generator_for
from ganlib.models.optimizers import LearningRates, clip, move_average, optimizer_for
from ganlib.models.step import Report, discriminator_step, generator_step, simultaneous_step
from ganlib.utils import seeds


class GAN:
    """The networks of a run and how they learn.

    Attributes:
        generator: maps z, shape (batch, latent_dim), to images in `value_range`.
        discriminator: maps images to logits (or critic scores), shape (batch, 1). Both networks of a conditional GAN
            take labels beside their inputs, see `ganlib.models.conditioning`.
        ema: the generator to draw samples from: a moving average of `generator`, or `generator` itself.
        value_range: smallest and largest pixel value, (-1, 1) for tanh and (0, 1) for sigmoid generators.
        class_shares: how often each class comes up, in a conditional GAN that was bound to a data set.
    """

    def __init__(self, config: TrainConfig) -> None:
        """Build networks and optimisers; the same config gives the same first weights.

        Where it says `precision="auto"`, the faster one on this machine is taken, see `ganlib.models.precision`;
        `self.config` then says which. Raises UserError: there are fewer GPUs than the config asks for.
        """
        self.config = config = config.changed(precision=precision.decide(config).precision)
        self.facts = LOSSES[config.loss]
        self.objective = losses.of(config)
        self.class_shares = np.full(config.classes, 1 / max(1, config.classes))
        self.value_range = networks.get_generator(config.generator).output_range
        with engine.scope(config.devices):
            self.generator = build_generator_for(config)
            self.discriminator = build_discriminator_for(config)
            self.ema = build_generator_for(config) if config.ema else self.generator
            self.g_optimizer = optimizer_for(self.generator, config, "g")
            self.d_optimizer = optimizer_for(self.discriminator, config, "d")
            self.rates = LearningRates(config, self.g_optimizer, self.d_optimizer)
            self.step_count = keras.Variable(0, dtype="int32", trainable=False, name="step")
            self.random = keras.random.SeedGenerator(seeds.derive(config.seed, "training noise"))
            self.balance = Balance(config.diversity, config.balance_rate) if self.facts.has_balance else None

    @property
    def variables(self) -> list[keras.Variable]:
        """Every variable there is, in a fixed order, each once: the whole state of the training."""
        parts: list[Any] = [self.generator, self.discriminator, self.g_optimizer, self.d_optimizer]
        if self.config.ema:
            parts.append(self.ema)
        own = [self.step_count, self.random.state, *([self.balance.k] if self.balance else [])]
        return [v for part in parts for v in part.variables] + own

    def step(self, real: Tensor, labels: Tensor | None = None) -> Report:
        """Update D `critic_steps` times and G once; see `ganlib.models.step`.

        The real images are in `value_range`, float32, shape (critic_steps, batch, H, W, C); a conditional GAN needs
        their labels, one-hot, shape (critic_steps, batch, classes). Returns the scalars of
        `config.metric_names`, of the last D update and the G update.
        """
        self.rates.decay(self.step_count)
        for index in range(real.shape[0]):
            of_batch = None if labels is None else labels[index]
            z = conditioning.draw_beside(self.config, self.sample_latents(real.shape[1]), of_batch, self.random)
            update = simultaneous_step if self.config.update == "simultaneous" else discriminator_step
            report = update(self, real[index], z)
        if self.config.update == "alternating":
            report |= generator_step(self, z)
        self.update_ema()
        self.step_count.assign_add(1)
        return report

    def compile_steps(self, images: np.ndarray, labels: np.ndarray | None = None) -> engine.Steps:
        """Bind `step` to a data set and compile it; see `ganlib.models.batches`."""
        return batches.compile_steps(self, images, labels)

    def sample_latents(self, count: int) -> Tensor:
        """Draw latent vectors from the run's own random stream, shape (count, latent_dim)."""
        return priors.get(self.config.prior).draw((count, self.config.latent_dim), self.random)

    def shown_to_d(self, images: Tensor) -> Tensor:
        """Return what D sees: images that are augmented, with fading noise."""
        images = augmentation.get(self.config.augment)(images, self.value_range, self.random)
        return augmentation.with_fading_noise(images, self.config, self.step_count, self.random)

    def labels_in(self, z: Tensor) -> Tensor | None:
        """Return what images are drawn by, see `conditioning.told`."""
        return conditioning.told(self.config, z)

    def judge(self, images: Tensor, labels: Tensor | None = None, are_real: bool = False) -> conditioning.Opinion:
        """Return what D, as it learns, says of images with these labels; nobody drew real ones by codes."""
        inputs = conditioning.beside(images, labels if self.config.planes else None)
        outputs = self.discriminator(inputs, training=True)
        return conditioning.opinion(self.config, outputs, labels, are_real)

    def label_flips(self, *logits: Tensor) -> list[Tensor] | None:
        """Draw whose label is swapped in this update of D, boolean, of the logits' shapes (ganhacks, tip 6)."""
        if not self.config.label_flips:
            return None
        return [engine.random_uniform(ops.shape(each), self.random) < self.config.label_flips for each in logits]

    def clip_weights(self) -> Report:
        """Keep every trainable weight of D within the bound, if the loss clips; report the share that stands at it."""
        if not self.facts.clips:
            return {}
        return {"clip_share": clip(self.discriminator.trainable_variables, self.config.clip)}

    def move_balance(self, report: Report) -> Report:
        """Move BEGAN's k by D's mean output in its update; report k and the measure of convergence."""
        return {} if self.balance is None else self.balance.update(-report["d_real"], -report["d_fake"])

    def update_ema(self) -> None:
        """Move the sampling generator towards the trained one, if there is a moving average."""
        if self.config.ema:
            move_average(self.ema, self.generator, self.config.ema, self.step_count)
