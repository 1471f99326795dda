"""The state of a GAN: two networks, two optimisers, a moving average, one random stream.

How it changes in a step stands in `ganlib.models.step`. Everything that changes while a run trains is a variable of the
`GAN` (see `GAN.variables`), random streams included, so that saving them all saves the run exactly.
"""

import math
from typing import Any

import keras
import numpy as np
from keras import ops

from ganlib.backend import engine
from ganlib.backend.hardware import Tensor
from ganlib.catalog import networks
from ganlib.catalog.losses import LOSSES
from ganlib.config import TrainConfig
from ganlib.models import augmentation, losses, precision, priors
from ganlib.models.networks.from_config import POLICIES, build_discriminator_for, build_generator_for
from ganlib.models.optimizers import OPTIMIZERS, LearningRates
from ganlib.models.step import Report, discriminator_step, generator_step, simultaneous_step
from ganlib.utils import seeds


class GAN:
    """The networks of a run and how they learn.

    Attributes:
        generator: maps z, shape (batch, latent_dim), to images in `value_range`.
        discriminator: maps images to logits (or critic scores), shape (batch, 1).
        ema: the generator to draw samples from: a moving average of `generator`, or `generator` itself.
        value_range: smallest and largest pixel value, (-1, 1) for tanh and (0, 1) for sigmoid generators.
    """

    def __init__(self, config: TrainConfig) -> None:
        """Build networks and optimisers; the same config gives the same first weights.

        Where it says `precision="auto"`, the faster one on this machine is taken, see `ganlib.models.precision`;
        `self.config` then says which. Raises UserError: there are fewer GPUs than the config asks for.
        """
        if config.precision not in POLICIES:
            config = config.changed(precision=precision.decide(config).precision)
        self.config = config
        self.facts = LOSSES[config.loss]
        self.objective = losses.get(config.loss)
        self.value_range = networks.get_generator(config.generator).output_range
        with engine.scope(config.devices):
            self.generator = build_generator_for(config)
            self.discriminator = build_discriminator_for(config)
            self.ema = build_generator_for(config) if config.ema else self.generator
            self.g_optimizer = self._optimizer("g", self.generator)
            self.d_optimizer = self._optimizer("d", self.discriminator)
            self.rates = LearningRates(config, self.g_optimizer, self.d_optimizer)
            self.step_count = keras.Variable(0, dtype="int32", trainable=False, name="step")
            self.random = keras.random.SeedGenerator(seeds.derive(config.seed, "training noise"))

    def _optimizer(self, network: str, model: keras.Model) -> keras.optimizers.Optimizer:
        name, rate, beta_1, beta_2 = (
            getattr(self.config, f"{network}_{key}") for key in ("optimizer", "learning_rate", "beta_1", "beta_2")
        )
        optimizer = OPTIMIZERS[name](rate, beta_1, beta_2)
        optimizer.build(model.trainable_variables)
        return optimizer

    @property
    def variables(self) -> list[keras.Variable]:
        """Every variable there is, in a fixed order, each once: the whole state of the training."""
        parts: list[Any] = [self.generator, self.discriminator, self.g_optimizer, self.d_optimizer]
        if self.config.ema:
            parts.append(self.ema)
        return [v for part in parts for v in part.variables] + [self.step_count, self.random.state]

    @property
    def has_penalty(self) -> bool:
        """Whether D's loss has a penalty on its slope."""
        return bool(self.facts.penalty or self.config.r1_gamma)

    @property
    def metric_names(self) -> list[str]:
        """The scalars that `step` reports."""
        extra = [("penalty", self.has_penalty), ("clip_share", self.facts.clips)]
        names = ["g_loss", "d_loss", "d_real", "d_fake", "g_grad_norm", "d_grad_norm"]
        return names + [name for name, is_there in extra if is_there]

    def step(self, batches: Tensor) -> Report:
        """Update D `critic_steps` times and G once; see `ganlib.models.step`.

        The real images are in `value_range`, float32, shape (critic_steps, batch, H, W, C). Returns the scalars of
        `metric_names`, of the last D update and the G update.
        """
        self.rates.decay(self.step_count)
        if self.config.update == "simultaneous":
            report = simultaneous_step(self, batches[0], self.sample_latents(batches.shape[1]))
        else:
            for index in range(batches.shape[0]):
                z = self.sample_latents(batches.shape[1])
                report = discriminator_step(self, batches[index], z)
            report |= generator_step(self, z)
        self.update_ema()
        self.step_count.assign_add(1)
        return report

    def compile_steps(self, images: np.ndarray) -> engine.Steps:
        """Bind `step` to a data set and compile it.

        Images are uint8, shape (N, H, W, C), and become numbers a batch at a time; points are float32, shape (N, 2).
        Returns a function from image indices, int32 of shape (steps, critic_steps, batch), to the scalars of
        `metric_names`, float32 of shape (steps, names).
        """
        low, high = self.value_range
        with engine.scope(self.config.devices):
            pixels = engine.resident(images)

            def step(indices: Tensor) -> dict[str, Tensor]:
                batches = ops.take(pixels, indices, axis=0)
                if images.dtype == np.uint8:
                    batches = ops.cast(batches, "float32") * ((high - low) / 255) + low
                return self.step(batches)

            return engine.compile_steps(step, self.metric_names)

    def sample_latents(self, count: int) -> Tensor:
        """Draw latent vectors from the run's own random stream, shape (count, latent_dim)."""
        return priors.get(self.config.prior).draw((count, self.config.latent_dim), self.random)

    def shown_to_d(self, images: Tensor) -> Tensor:
        """Return what D sees: images that are augmented, with fading noise (Sonderby et al. 2017, arXiv 1610.04490)."""
        images = augmentation.get(self.config.augment)(images, self.value_range, self.random)
        if not self.config.instance_noise:
            return images
        left = 1 - ops.cast(self.step_count, "float32") / self.config.instance_noise_steps
        deviation = self.config.instance_noise * ops.maximum(left, 0.0)
        return images + deviation * engine.random_normal(ops.shape(images), self.random)

    def label_flips(self, *logits: Tensor) -> list[Tensor] | None:
        """Draw whose label is swapped in this update of D, boolean, of the logits' shapes (ganhacks, tip 6)."""
        if not self.config.label_flips:
            return None
        return [engine.random_uniform(ops.shape(each), self.random) < self.config.label_flips for each in logits]

    def clip_weights(self) -> Report:
        """Keep every trainable weight of D within the bound, if the loss clips; report the share that stands at it."""
        if not self.facts.clips:
            return {}
        bound, at_bound = self.config.clip, 0.0
        for weight in self.discriminator.trainable_variables:
            clipped = ops.clip(weight, -bound, bound)
            weight.assign(clipped)
            at_bound = at_bound + ops.sum(ops.cast(ops.abs(clipped) >= bound, "float32"))
        return {"clip_share": at_bound / sum(math.prod(w.shape) for w in self.discriminator.trainable_variables)}

    def update_ema(self) -> None:
        """Move the sampling generator towards the trained one, quickly at first (its start is noise)."""
        if not self.config.ema:
            return
        count = ops.cast(self.step_count, "float32")
        decay = ops.minimum(self.config.ema, (1 + count) / (10 + count))
        for average, weight in zip(self.ema.weights, self.generator.weights, strict=True):
            average.assign(decay * average + (1 - decay) * weight)
