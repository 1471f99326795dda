"""The plain loop: TensorFlow's DCGAN tutorial, with our networks and a preset's objective.

A `tf.data` pipeline of float images, one `tf.function` a step, nothing logged. It is written on its own, as
someone would who follows the tutorial, and shares nothing but the networks with what it is compared with.
"""

from collections.abc import Callable, Iterator
from typing import Any

import keras
import numpy as np
import tensorflow as tf

from ganlib.backend.hardware import Tensor
from ganlib.config import TrainConfig
from ganlib.models.networks.from_config import build_discriminator_for, build_generator_for

_entropy = keras.losses.BinaryCrossentropy(from_logits=True)

_D_LOSSES: dict[str, Callable[[Tensor, Tensor], Tensor]] = {
    "non_saturating": lambda real, fake: _entropy(tf.ones_like(real), real) + _entropy(tf.zeros_like(fake), fake),
    "wgan": lambda real, fake: tf.reduce_mean(fake) - tf.reduce_mean(real),
    "wgan_gp": lambda real, fake: tf.reduce_mean(fake) - tf.reduce_mean(real),
}
_G_LOSSES: dict[str, Callable[[Tensor], Tensor]] = {
    "non_saturating": lambda fake: _entropy(tf.ones_like(fake), fake),
    "wgan": lambda fake: -tf.reduce_mean(fake),
    "wgan_gp": lambda fake: -tf.reduce_mean(fake),
}


class PlainLoop:
    """Trains the networks of a config the plain way; iterate `batches` and call `step`."""

    def __init__(self, config: TrainConfig, images: np.ndarray, value_range: tuple[float, float]) -> None:
        """Build pipeline and networks for images, uint8 (N, H, W, C), under a loss of the source projects."""
        self.config = config
        low, high = value_range
        floats = images.astype(np.float32) * ((high - low) / 255) + low
        pipeline = (
            tf.data.Dataset.from_tensor_slices(floats)
            .shuffle(len(floats))
            .batch(config.batch_size, drop_remainder=True)
        )
        self.batches: Iterator[Tensor] = iter(pipeline.repeat().prefetch(tf.data.AUTOTUNE))
        self.generator, self.discriminator = build_generator_for(config), build_discriminator_for(config)
        self.g_optimizer = self._optimizer("g")
        self.d_optimizer = self._optimizer("d")

    def _optimizer(self, network: str) -> Any:
        rate, beta_1 = (getattr(self.config, f"{network}_learning_rate"), getattr(self.config, f"{network}_beta_1"))
        if getattr(self.config, f"{network}_optimizer") == "rmsprop":
            return keras.optimizers.RMSprop(rate)
        return keras.optimizers.Adam(rate, beta_1=beta_1)

    def step(self) -> None:
        """Do one step: `critic_steps` updates of D and one of G."""
        if self.config.update == "simultaneous":
            self._both(next(self.batches))
            return
        for _ in range(self.config.critic_steps):
            noise = tf.random.normal((self.config.batch_size, self.config.latent_dim))
            self._discriminator(next(self.batches), noise)
        self._generator(noise)

    def wait(self) -> None:
        """Wait until the device has done all steps."""
        self.generator.trainable_variables[0].numpy()

    @tf.function(autograph=False)
    def _both(self, images: Tensor) -> None:
        noise = tf.random.normal((self.config.batch_size, self.config.latent_dim))
        with tf.GradientTape() as g_tape, tf.GradientTape() as d_tape:
            generated = self.generator(noise, training=True)
            real, fake = (self.discriminator(images, training=True), self.discriminator(generated, training=True))
            g_loss = _G_LOSSES[self.config.loss](fake)
            d_loss = self._d_loss(images, generated, real, fake)
        self._apply(self.g_optimizer, g_tape, g_loss, self.generator)
        self._apply(self.d_optimizer, d_tape, d_loss, self.discriminator)

    @tf.function(autograph=False)
    def _discriminator(self, images: Tensor, noise: Tensor) -> None:
        with tf.GradientTape() as tape:
            generated = self.generator(noise, training=True)
            real, fake = (self.discriminator(images, training=True), self.discriminator(generated, training=True))
            loss = self._d_loss(images, generated, real, fake)
        self._apply(self.d_optimizer, tape, loss, self.discriminator)
        if self.config.loss == "wgan":
            for variable in self.discriminator.trainable_variables:
                variable.assign(tf.clip_by_value(variable, -self.config.clip, self.config.clip))

    @tf.function(autograph=False)
    def _generator(self, noise: Tensor) -> None:
        with tf.GradientTape() as tape:
            loss = _G_LOSSES[self.config.loss](self.discriminator(self.generator(noise, training=True), training=True))
        self._apply(self.g_optimizer, tape, loss, self.generator)

    def _d_loss(self, images: Tensor, generated: Tensor, real: Tensor, fake: Tensor) -> Tensor:
        loss = _D_LOSSES[self.config.loss](real, fake)
        if self.config.loss != "wgan_gp":
            return loss
        factor = tf.random.uniform((self.config.batch_size, 1, 1, 1))
        between = factor * images + (1 - factor) * generated
        with tf.GradientTape() as tape:
            tape.watch(between)
            scores = self.discriminator(between, training=True)
        slope = tf.sqrt(tf.reduce_sum(tf.square(tape.gradient(scores, between)), axis=[1, 2, 3]) + 1e-12)
        return loss + self.config.penalty_weight * tf.reduce_mean(tf.square(slope - 1))

    def _apply(self, optimizer: Any, tape: tf.GradientTape, loss: Tensor, model: keras.Model) -> None:
        gradients = tape.gradient(loss, model.trainable_variables)
        optimizer.apply_gradients(zip(gradients, model.trainable_variables, strict=True))
