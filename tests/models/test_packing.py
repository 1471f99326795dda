"""Packing: which samples D judges together, and that each sample can still be asked about."""

from types import SimpleNamespace

import numpy as np
import pytest
from keras import ops

from ganlib.catalog import losses
from ganlib.config import TrainConfig
from ganlib.models import penalties
from ganlib.models.conditioning import Opinion
from ganlib.models.gan import GAN
from ganlib.models.inference import score
from ganlib.models.networks import build_discriminator
from ganlib.models.packing import Pack, pack_size, with_companions
from ganlib.utils.errors import UserError


def numbers(tensor):
    return ops.convert_to_numpy(tensor)


def images(count, shape, seed=0):
    return np.random.default_rng(seed).uniform(-1, 1, (count, *shape)).astype("float32")


@pytest.mark.parametrize("shape", [(2,), (3, 4, 3)], ids=["points", "images"])
def test_a_pack_has_the_channels_of_one_sample_after_those_of_the_next(shape):
    samples = images(6, shape)
    packed = numbers(Pack(3)(samples))
    for pack in range(2):
        expected = np.concatenate(list(samples[3 * pack : 3 * pack + 3]), axis=-1)
        np.testing.assert_array_equal(packed[pack], expected)


def test_a_pack_of_stacked_digits_has_all_their_channels():
    config = TrainConfig(dataset="stacked-mnist", generator="compact", discriminator="compact", pack=2)
    gan = GAN(config)
    assert numbers(gan.discriminator(images(4, config.image_shape))).shape == (2, 1)
    assert gan.discriminator.weights[0].shape[-2] == 2 * 3


@pytest.mark.parametrize("norm", ["none", "batch"])
def test_a_packing_d_is_the_network_for_so_many_channels(norm):
    packing = build_discriminator("compact", (8, 8, 1), norm=norm, pack=2)
    wide = build_discriminator("compact", (8, 8, 2), norm=norm)
    samples = images(8, (8, 8, 1))
    pairs = np.concatenate([samples[::2], samples[1::2]], axis=-1)
    assert (pack_size(packing), pack_size(wide)) == (2, 1)
    found = numbers(packing(samples, training=True))
    assert found.shape == (4, 1)
    np.testing.assert_allclose(found, numbers(wide(pairs, training=True)), rtol=1e-5, atol=1e-6)


def test_the_slope_of_a_pack_is_one_gradient_by_all_its_samples():
    """For a linear D the gradient is its weights, whatever the samples are: R1 is half their squared norm."""
    weights = images(1, (6,))[0]
    config = SimpleNamespace(pack=3, r1_gamma=4.0, penalty_weight=10.0)
    gan = SimpleNamespace(
        config=config,
        facts=losses.get("wgan_gp"),
        random=7,
        judge=lambda points, labels: Opinion(ops.matmul(Pack(3)(points), weights[:, None])),
    )
    found = penalties.weighted_sum(
        gan, ops.convert_to_tensor(images(6, (2,))), ops.convert_to_tensor(images(6, (2,), 1))
    )
    length = np.linalg.norm(weights)
    np.testing.assert_allclose(numbers(found), 4 * length**2 / 2 + 10 * (length - 1) ** 2, rtol=1e-5)


def test_companions_follow_each_sample():
    samples, others = images(3, (2,)), images(1, (2, 2), 1)
    packs = numbers(with_companions(samples, others)).reshape(3, 3, 2)
    np.testing.assert_array_equal(packs[:, 0], samples)
    np.testing.assert_array_equal(packs[:, 1:], np.repeat(others, 3, axis=0))


@pytest.mark.parametrize("norm", ["none", "batch"])
def test_each_image_has_a_score_of_its_own_beside_others_of_its_source(norm):
    d = build_discriminator("compact", (8, 8, 1), norm=norm, pack=2)
    shown = np.random.default_rng(0).integers(0, 256, (300, 8, 8, 1), np.uint8)
    found = score(d, shown[:5], (-1, 1), 64, shown)
    assert found.shape == (5,)
    np.testing.assert_allclose(found[:3], score(d, shown[:3], (-1, 1), 64, shown), rtol=1e-4, atol=1e-5)
    if norm == "none":
        pairs = np.stack([shown[:5], shown[1:6]], axis=1).reshape(-1, 8, 8, 1) / np.float32(127.5) - 1
        np.testing.assert_allclose(found, numbers(d(pairs))[:, 0], rtol=1e-4, atol=1e-5)


@pytest.mark.parametrize("update", ["alternating", "simultaneous"])
def test_a_gan_trains_with_packs(update):
    config = TrainConfig(dataset="digits", batch_size=8, latent_dim=4, pack=4, r1_gamma=1.0, update=update)
    gan = GAN(config)
    report = gan.step(ops.convert_to_tensor(images(8, (8, 8, 1))[None]))
    assert all(np.isfinite(float(value)) for value in report.values())


def test_batches_must_make_whole_packs():
    with pytest.raises(UserError, match="pack"):
        TrainConfig(batch_size=10, pack=4)
