"""Both networks of a run, as its config describes them."""

import keras

from ganlib.backend.number_formats import computing_in
from ganlib.catalog import losses
from ganlib.config import TrainConfig
from ganlib.models.networks import build_discriminator, build_generator
from ganlib.utils import seeds


def build_generator_for(config: TrainConfig) -> keras.Model:
    """Return the config's generator with its first weights; `precision` is decided."""
    with computing_in(config.precision):
        return build_generator(
            config.generator,
            config.image_shape,
            config.latent_dim,
            classes=config.classes,
            dropout=config.g_dropout,
            initializer=config.initializer,
            seed=seeds.derive(config.seed, "generator"),
            **config.sizes(config.generator),
        )


def build_discriminator_for(config: TrainConfig) -> keras.Model:
    """Return the config's discriminator with its first weights; `precision` is decided."""
    with computing_in(config.precision):
        return build_discriminator(
            config.discriminator,
            config.image_shape,
            initializer=config.initializer,
            norm=config.norm,
            spectral_norm=config.spectral_norm,
            pack=config.pack,
            classes=config.classes,
            conditioning=config.conditioning,
            seed=seeds.derive(config.seed, "discriminator"),
            error=losses.get(config.loss).error,
            **config.sizes(config.discriminator),
        )
