"""The PyTorch yardstick has the same layers as what it is compared with."""

import numpy as np
import pytest

from ganlib import presets
from ganlib.models.networks.from_config import build_discriminator_for, build_generator_for
from tests.variants import slow_unless

torch = pytest.importorskip("torch", reason="PyTorch is not installed (requirements-torch.txt)")

from ganlib.training.benchmarks.plain_torch import PlainLoop, _modules  # noqa: E402

PROJECTS = [name for name in presets.of_images() if "quick" not in name]


@pytest.mark.filterwarnings("ignore:Using padding='same' with even kernel lengths")
@pytest.mark.parametrize("preset", slow_unless({"mnist-dcgan-advanced", "fashion-wgan"}.__contains__, PROJECTS))
def test_every_layer_has_the_shape_and_the_weights_of_its_model(preset):
    config = presets.get(preset).config.changed(precision="float32")
    for build, start in ((build_generator_for, (2, config.latent_dim)), (build_discriminator_for, None)):
        model = build(config)
        height, width, channels = config.image_shape
        values = torch.zeros(start or (2, channels, height, width))
        for layer in model.layers:
            for module in _modules(layer):
                values = module(values)
            expected = layer.output.shape[1:]
            found = values.shape[2:] + values.shape[1:2] if values.ndim == 4 else values.shape[1:]
            assert tuple(found) == tuple(expected), layer.name
        trainable = sum(int(np.prod(weight.shape)) for weight in model.trainable_weights)
        modules = torch.nn.Sequential(*(module for layer in model.layers for module in _modules(layer)))
        assert sum(weight.numel() for weight in modules.parameters()) == trainable


@pytest.mark.parametrize(
    ("loss", "update"),
    [
        ("non_saturating", "simultaneous"),
        pytest.param("wgan", "alternating", marks=pytest.mark.slow),
        ("wgan_gp", "alternating"),
    ],
)
def test_a_step_moves_both_networks(loss, update):
    config = presets.get("digits-quick").config.changed(loss=loss, update=update, critic_steps=1, precision="bfloat16")
    images = np.random.default_rng(0).integers(0, 256, (128, 8, 8, 1), np.uint8)
    plain = PlainLoop(config, images, (-1.0, 1.0))
    modules = (plain.generator, plain.discriminator)
    before = [[weight.detach().clone() for weight in module.parameters()] for module in modules]
    plain.step()
    for module, weights in zip(modules, before, strict=True):
        assert any((now != old).any() for now, old in zip(module.parameters(), weights, strict=True))
        assert all(torch.isfinite(now).all() for now in module.parameters())
