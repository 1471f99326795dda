"""One training step of a GAN: two networks, two optimisers, one game.

Everything that changes while a run trains is a variable of the `GAN` (see `GAN.variables`), random streams
included, so that saving them all saves the run exactly.
"""

import math
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import keras
import numpy as np
from keras import ops

from ganlib import seeds
from ganlib.choices import losses as loss_facts
from ganlib.choices import networks as network_facts
from ganlib.config import TrainConfig
from ganlib.errors import UserError
from ganlib.models import backend, losses, penalties
from ganlib.models.building import build_discriminator_for, build_generator_for
from ganlib.models.chance import per_image

Tensor = Any

_OPTIMIZERS: dict[str, Callable[[float, float, float], keras.optimizers.Optimizer]] = {
    "adam": lambda rate, beta_1, beta_2: keras.optimizers.Adam(rate, beta_1=beta_1, beta_2=beta_2),
    # Keras adds epsilon below the square root, and its 1e-7 would hold back every weight whose gradient is
    # under 3e-4, as nearly all are under a clipped critic. 1e-16 does what 1e-8 outside the root does in
    # PyTorch, with which the WGAN paper was made.
    "rmsprop": lambda rate, _, rho: keras.optimizers.RMSprop(rate, rho=rho, epsilon=1e-16),
    "sgd": lambda rate, momentum, _: keras.optimizers.SGD(rate, momentum=momentum),
}
_NOISE: dict[str, Callable[[tuple[int, int], keras.random.SeedGenerator], Tensor]] = {
    "normal": keras.random.normal,
    "uniform": lambda shape, seed: keras.random.uniform(shape, -1.0, 1.0, seed=seed),
}


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

        Args:
            config: all choices; `precision` decided, not "auto".

        Raises:
            UserError: there are fewer GPUs than the config asks for.
        """
        self.config = config
        self.facts = loss_facts.get(config.loss)
        self.terms = losses.get(config.loss)
        self.value_range = network_facts.get_generator(config.generator).output_range
        self._team = backend.team(config.devices)
        with self._team.scope():
            self._build(config)

    def _build(self, config: TrainConfig) -> None:
        self.generator = build_generator_for(config)
        self.discriminator = build_discriminator_for(config)
        self.ema = build_generator_for(config) if config.ema else self.generator
        self.g_optimizer = self._optimizer("g", self.generator)
        self.d_optimizer = self._optimizer("d", self.discriminator)
        self.step_count = keras.Variable(0, dtype="int32", trainable=False, name="step")
        self.random = keras.random.SeedGenerator(seeds.derive(config.seed, "training noise"))

    def _optimizer(self, network: str, model: keras.Model) -> keras.optimizers.Optimizer:
        name, rate, beta_1, beta_2 = (
            getattr(self.config, f"{network}_{key}") for key in ("optimizer", "learning_rate", "beta_1", "beta_2")
        )
        optimizer = _OPTIMIZERS[name](rate, beta_1, beta_2)
        optimizer.build(model.trainable_variables)
        return optimizer

    def load_weights(self, folder: Path) -> None:
        """Begin with the networks of another run's snapshot; optimisers stay fresh.

        Raises:
            UserError: the weights are missing, damaged, or do not fit these networks.
        """
        try:
            for name, models in (("generator", {self.generator, self.ema}), ("discriminator", {self.discriminator})):
                for model in models:
                    model.load_weights(folder / f"{name}.weights.h5")
        except (OSError, ValueError, KeyError) as error:
            raise UserError("The weights to begin with are missing, damaged, or do not fit the networks.") from error

    def set_learning_rates(self, g_rate: float, d_rate: float) -> None:
        """Learn at these rates from the next step on; they are variables, so nothing is compiled anew."""
        self.g_optimizer.learning_rate = g_rate
        self.d_optimizer.learning_rate = d_rate

    @property
    def variables(self) -> list[keras.Variable]:
        """Every variable there is, in a fixed order, each once: the whole state of the training."""
        parts: list[Any] = [self.generator, self.discriminator, self.g_optimizer, self.d_optimizer]
        if self.config.ema:
            parts.append(self.ema)
        return [v for part in parts for v in part.variables] + [self.step_count, self.random.state]

    @property
    def metric_names(self) -> list[str]:
        """The scalars that `step` reports."""
        names = ["g_loss", "d_loss", "d_real", "d_fake", "g_grad_norm", "d_grad_norm"]
        if self.facts.penalty or self.config.r1_gamma:
            names.append("penalty")
        if self.facts.clips:
            names.append("clip_share")
        return names

    def step(self, batches: Tensor) -> dict[str, Tensor]:
        """Update D `critic_steps` times and G once.

        Args:
            batches: real images in `value_range`, float32, shape (critic_steps, batch, H, W, C); of several
                devices that share each batch, this one's share.

        Returns:
            The scalars of `metric_names`, of the last D update and the G update.
        """
        if self.config.update == "simultaneous":
            report = self._update_both(batches[0])
        else:
            for index in range(batches.shape[0]):
                z = self._noise(batches.shape[1])
                report = self._update_discriminator(batches[index], z)
            report |= self._update_generator(z)
        self._average()
        self.step_count.assign_add(1)
        return report

    def compile_steps(self, images: np.ndarray) -> Callable[[np.ndarray], np.ndarray]:
        """Bind `step` to a data set and compile it.

        Args:
            images: uint8, shape (N, H, W, C). They stay bytes and become numbers a batch at a time, in the step.

        Returns:
            A function from image indices, int32 of shape (steps, critic_steps, batch), to the scalars of
            `metric_names`, float32 of shape (steps, names).
        """
        return self._team.led(self.own_steps(images), self.config, images, self.variables)

    def own_steps(self, images: np.ndarray) -> Callable[[np.ndarray], np.ndarray]:
        """Compile as `compile_steps` does, for a process that is one of several with a share of each batch."""
        low, high = self.value_range
        with self._team.scope():
            pixels = backend.resident(images)

            def step(indices: Tensor) -> dict[str, Tensor]:
                batches = ops.cast(ops.take(pixels, backend.share(indices, axis=1), axis=0), "float32")
                return self.step(batches * ((high - low) / 255) + low)

            return backend.compile_steps(step, self.metric_names)

    def close(self) -> None:
        """End what other processes do for this training, if any; it cannot go on afterwards."""
        self._team.close()

    def _update_both(self, real: Tensor) -> dict[str, Tensor]:
        """One forward pass of G, and of D on its output, serves both losses (the TensorFlow tutorial's step)."""

        def forward() -> tuple[tuple[Tensor, Tensor], dict[str, Tensor]]:
            fake = self.generator(self._noise(real.shape[0]), training=True)
            d_loss, report = self._judge(real, fake)
            return (losses.generator_loss(self.terms, report.pop("fake_logits")), d_loss), report

        (g_loss, d_loss), report, (g_gradients, d_gradients) = backend.gradients(
            forward, (self.generator.trainable_variables, self.discriminator.trainable_variables)
        )
        return report | self._apply_g(g_loss, g_gradients) | self._apply_d(d_loss, d_gradients)

    def _update_discriminator(self, real: Tensor, z: Tensor) -> dict[str, Tensor]:
        fake = ops.stop_gradient(self.generator(z, training=True))  # G learns in its own turn

        def forward() -> tuple[tuple[Tensor], dict[str, Tensor]]:
            d_loss, report = self._judge(real, fake)
            del report["fake_logits"]
            return (d_loss,), report

        (d_loss,), report, (gradients,) = backend.gradients(forward, (self.discriminator.trainable_variables,))
        return report | self._apply_d(d_loss, gradients)

    def _update_generator(self, z: Tensor) -> dict[str, Tensor]:
        def forward() -> tuple[tuple[Tensor], None]:
            logits = self._logits(self.generator(z, training=True))
            return (losses.generator_loss(self.terms, logits),), None

        (g_loss,), _, (gradients,) = backend.gradients(forward, (self.generator.trainable_variables,))
        return self._apply_g(g_loss, gradients)

    def _judge(self, real: Tensor, fake: Tensor) -> tuple[Tensor, dict[str, Tensor]]:
        """Return D's loss with its penalties, and what is worth reporting of D's opinion."""
        real, fake = self._with_instance_noise(real), self._with_instance_noise(fake)
        real_logits, fake_logits = (self.discriminator(real, training=True), self.discriminator(fake, training=True))
        flipped = (self._flips(real_logits), self._flips(fake_logits)) if self.config.label_flips else None
        loss = losses.discriminator_loss(self.terms, real_logits, fake_logits, self.config.label_smoothing, flipped)
        report = {"d_real": ops.mean(real_logits), "d_fake": ops.mean(fake_logits), "fake_logits": fake_logits}
        if "penalty" in self.metric_names:
            report["penalty"] = self._penalty(real, ops.stop_gradient(fake))
            loss = loss + report["penalty"]
        return loss, report

    def _penalty(self, real: Tensor, fake: Tensor) -> Tensor:
        """Return the weighted sum of the slope penalties in force."""

        def critic(images: Tensor) -> Tensor:
            return self.discriminator(images, training=True)

        total = self.config.r1_gamma * penalties.r1(critic, real) if self.config.r1_gamma else 0.0
        if self.facts.penalty:
            penalty = penalties.PENALTIES[self.facts.penalty](critic, real, fake, self.random)
            total = total + self.config.penalty_weight * penalty
        return total

    def _logits(self, images: Tensor) -> Tensor:
        return self.discriminator(self._with_instance_noise(images), training=True)

    def _apply_g(self, loss: Tensor, gradients: list[Tensor]) -> dict[str, Tensor]:
        backend.apply(self.g_optimizer, gradients, self.generator.trainable_variables)
        return {"g_loss": loss, "g_grad_norm": _norm(gradients)}

    def _apply_d(self, loss: Tensor, gradients: list[Tensor]) -> dict[str, Tensor]:
        backend.apply(self.d_optimizer, gradients, self.discriminator.trainable_variables)
        report = {"d_loss": loss, "d_grad_norm": _norm(gradients)}
        return report | self._clip() if self.facts.clips else report

    def _clip(self) -> dict[str, Tensor]:
        """Keep every trainable weight of D within the bound; report the share that stands at it."""
        bound = self.config.clip
        at_bound = 0.0
        for weight in self.discriminator.trainable_variables:
            clipped = ops.clip(weight, -bound, bound)
            weight.assign(clipped)
            at_bound = at_bound + ops.sum(ops.cast(ops.abs(clipped) >= bound, "float32"))
        return {"clip_share": at_bound / sum(math.prod(w.shape) for w in self.discriminator.trainable_variables)}

    def _average(self) -> None:
        """Move the sampling generator towards the trained one, quickly at first (its start is noise)."""
        if not self.config.ema:
            return
        count = ops.cast(self.step_count, "float32")
        decay = ops.minimum(self.config.ema, (1 + count) / (10 + count))
        for average, weight in zip(self.ema.weights, self.generator.weights, strict=True):
            average.assign(decay * average + (1 - decay) * weight)

    def _noise(self, count: int) -> Tensor:
        """Draw latent vectors from the run's own stream, shape (count, latent_dim)."""
        return per_image(_NOISE[self.config.prior], (count, self.config.latent_dim), self.random)

    def _flips(self, logits: Tensor) -> Tensor:
        """Draw whose label is swapped in this update of D, boolean, of the logits' shape (ganhacks, tip 6)."""
        return per_image(keras.random.uniform, ops.shape(logits), self.random) < self.config.label_flips

    def _with_instance_noise(self, images: Tensor) -> Tensor:
        """Blur what D sees with fading noise (Sonderby et al. 2017, arXiv 1610.04490)."""
        if not self.config.instance_noise:
            return images
        left = 1 - ops.cast(self.step_count, "float32") / self.config.instance_noise_steps
        deviation = self.config.instance_noise * ops.maximum(left, 0.0)
        return images + deviation * per_image(keras.random.normal, ops.shape(images), self.random)


def _norm(gradients: Sequence[Tensor]) -> Tensor:
    """Return the Euclidean norm of all gradients taken as one vector."""
    return ops.sqrt(sum(ops.sum(ops.square(ops.cast(g, "float32"))) for g in gradients))
