"""A step that is taken apart is the step: the same weights afterwards, and what it says of itself adds up."""

import numpy as np
import pytest
from keras import ops
from scipy.special import logsumexp

from ganlib import presets
from ganlib.config import TrainConfig
from ganlib.explore.step_anatomy import take_apart
from ganlib.models.gan import GAN
from ganlib.models.packing import with_companions
from ganlib.models.step import discriminator_step, generator_step, simultaneous_step
from ganlib.runs.frames import CELLS, places
from tests.variants import slow_unless

BATCH = 6
CONFIGS = {
    "points": presets.get("ring-quick").config.changed(width=8, depth=1, r1_gamma=0.1),
    "points in packs": presets.get("ring-quick").config.changed(width=8, depth=1, pack=2),
    "images with batch normalisation": presets.get("digits-quick").config,
    "dropout, simultaneous": TrainConfig(
        dataset="digits", generator="mlp", discriminator="mlp", update="simultaneous", latent_dim=4
    ),
    "labels as planes": TrainConfig(
        dataset="digits", generator="mlp", discriminator="mlp", latent_dim=4, conditioning="concat", r1_gamma=0.1
    ),
    "projection": presets.get("mnist-cgan-quick").config.changed(dataset="digits"),
    "auxiliary classifier, simultaneous": TrainConfig(
        dataset="digits",
        generator="mlp",
        discriminator="mlp",
        update="simultaneous",
        latent_dim=4,
        conditioning="acgan",
    ),
    "codes": presets.get("mnist-infogan-quick").config.changed(dataset="digits"),
    "autoencoder with a margin": presets.get("mnist-ebgan-quick").config.changed(dataset="digits", pull_away=0.1),
    "autoencoder in balance": presets.get("mnist-began-quick").config.changed(dataset="digits"),
    "clipped critic": TrainConfig(dataset="digits", generator="mlp", discriminator="mlp", latent_dim=4).changed(
        loss="wgan", critic_steps=1
    ),
}


QUICK = {"points", "images with batch normalisation", "projection", "auxiliary classifier, simultaneous"}


@pytest.fixture(scope="module", params=slow_unless(QUICK.__contains__, CONFIGS))
def taken(request):
    """A GAN after a step taken apart, what was seen of it, and the same GAN after the step itself."""
    config = CONFIGS[request.param].changed(precision="float32", batch_size=BATCH)
    apart, plain = GAN(config), GAN(config)
    rng = np.random.default_rng(0)
    real = rng.uniform(-1, 1, (BATCH, *config.image_shape)).astype(np.float32)
    latents = rng.normal(size=(BATCH, config.latent_dim)).astype(np.float32)
    if config.classes:
        latents = np.hstack([latents, np.eye(10, dtype=np.float32)[rng.integers(0, 10, BATCH)]])
    for gan in (apart, plain):
        if gan.balance:
            gan.balance.k.assign(0.4)
    seen = take_apart(apart, real, latents)
    batch, z = ops.convert_to_tensor(real), ops.convert_to_tensor(latents)
    if config.update == "simultaneous":
        report = simultaneous_step(plain, batch, z)
    else:
        report = discriminator_step(plain, batch, z) | generator_step(plain, z)
    return apart, seen, plain, {name: float(value) for name, value in report.items()}


def test_the_weights_are_those_of_the_step_itself(taken):
    apart, _, plain, _ = taken
    for one, other in zip(apart.variables, plain.variables, strict=True):
        found, expected = (ops.convert_to_numpy(variable.value) for variable in (one, other))
        np.testing.assert_allclose(found, expected, atol=1e-6, err_msg=one.path)


def test_what_is_seen_adds_up_to_what_the_step_reports(taken):
    _, seen, _, report = taken
    d_loss = seen.real_losses.mean() + seen.fake_losses.mean() + seen.penalty + seen.d_beside
    assert d_loss == pytest.approx(report["d_loss"], rel=1e-4)
    assert seen.real_logits.mean() == pytest.approx(report["d_real"], abs=1e-5)
    assert seen.g_losses.mean() + seen.g_beside == pytest.approx(report["g_loss"], rel=1e-3)
    for gradients, name in ((seen.d_gradients, "d_grad_norm"), (seen.g_gradients, "g_grad_norm")):
        assert np.linalg.norm(list(gradients.values())) == pytest.approx(report[name], rel=1e-3)


def test_d_learns_to_tell_the_batches_apart_and_g_moves_the_fakes(taken):
    _, seen, _, _ = taken
    gap_before = seen.real_logits.mean() - seen.fake_logits.mean()
    assert seen.real_logits_after.mean() - seen.fake_logits_after.mean() > gap_before
    assert np.abs(seen.fake_after - seen.fake).max() > 0
    assert seen.pushes.shape == seen.fake.shape


def test_fakes_are_pushed_down_all_that_g_minimises_of_them():
    """Along the push the sum of both losses of an auxiliary classifier falls as fast as the push is long."""
    config = CONFIGS["projection"].changed(
        conditioning="acgan", discriminator_norm="none", precision="float32", batch_size=BATCH
    )
    gan, rng = GAN(config), np.random.default_rng(1)
    labels = rng.integers(0, 10, BATCH)
    latents = rng.normal(size=(BATCH, config.latent_dim)).astype(np.float32)
    real = rng.uniform(-1, 1, (BATCH, *config.image_shape)).astype(np.float32)
    seen = take_apart(gan, real, np.hstack([latents, np.eye(10, dtype=np.float32)[labels]]))

    def total(images):
        outputs = ops.convert_to_numpy(gan.discriminator(ops.convert_to_tensor(images))).astype(float)
        named = logsumexp(outputs[:, 1:], axis=1) - outputs[np.arange(BATCH), 1 + labels]
        return np.logaddexp(0, -outputs[:, 0]).sum() + named.sum()

    assert seen.labels.tolist() == labels.tolist()
    length = np.linalg.norm(seen.pushes)
    way = (1e-2 / length * seen.pushes).astype(np.float32)
    assert (total(seen.fake - way) - total(seen.fake + way)) / 2e-2 == pytest.approx(length, rel=0.02)


def test_the_surface_is_what_d_says_all_over_the_plane_before_and_after_it_learned(taken):
    apart, seen, _, _ = taken
    if not apart.config.is_plane:
        assert seen.surface.size == seen.surface_after.size == 0
        return
    for surface, gan in ((seen.surface, GAN(apart.config)), (seen.surface_after, apart)):
        asked = with_companions(places(CELLS), seen.fake[None, : apart.config.pack - 1])
        logits = ops.convert_to_numpy(gan.discriminator(asked, training=False))
        np.testing.assert_allclose(surface.ravel(), logits[:, 0], atol=1e-6)
    assert np.abs(seen.surface_after - seen.surface).max() > 0
