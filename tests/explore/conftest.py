from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace

import pytest

from ganlib import presets
from ganlib.config import TrainConfig
from ganlib.runs import store
from ganlib.runs.folder import Run


def save_networks(folder: Path, config: TrainConfig, seed: int = 0) -> None:
    """Write both networks with the first weights that a seed gives."""
    from ganlib.models.networks.from_config import build_discriminator_for, build_generator_for

    folder.mkdir(parents=True, exist_ok=True)
    for build in (build_generator_for, build_discriminator_for):
        model = build(config.changed(seed=seed))
        model.save_weights(folder / f"{model.name}.weights.h5")


@pytest.fixture(scope="session")
def untrained(tmp_path_factory) -> Callable[..., Run]:
    """Make a run whose networks have their first weights; keyword arguments change its settings."""

    def make(preset: str = "digits-quick", **changes: object) -> Run:
        # With large weights an image tells its z from another one, as after a training.
        changes = {"precision": "float32", "initializer": "he_normal", **changes}
        config = presets.get(preset).config.changed(**changes)
        run = store.create(config, {"preset": preset}, "untrained", tmp_path_factory.mktemp("untrained"))
        save_networks(run.path, config)
        return run

    return make


@pytest.fixture(scope="session", params=["normal", "uniform"])
def sampler(request, untrained):
    """A small generator, once for each prior."""
    from ganlib.explore.sampler import Sampler

    return Sampler(untrained(prior=request.param, latent_dim=16))


@pytest.fixture
def linear_sampler() -> Callable[..., SimpleNamespace]:
    """Make a sampler of a generator without a nonlinearity, with given weights in its first layer."""
    import keras
    import numpy as np

    def make(kernel: np.ndarray, prior: str = "normal") -> SimpleNamespace:
        latent_dim, units = kernel.shape
        layers = [keras.layers.Dense(units, use_bias=False), keras.layers.Dense(4)]
        generator = keras.Sequential([keras.Input((latent_dim,)), *layers])
        generator.layers[0].set_weights([kernel.astype(np.float32)])
        config = SimpleNamespace(prior=prior, latent_dim=latent_dim)
        return SimpleNamespace(config=config, generator=generator, inputs=lambda latents: latents)

    return make
