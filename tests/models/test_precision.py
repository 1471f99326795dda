"""What `auto` chooses, that it asks once, and what stays in 32 bits."""

from types import SimpleNamespace

import keras
import numpy as np
import pytest
from keras import ops

from ganlib import presets
from ganlib.models import normalization, precision
from ganlib.models.gan import GAN
from tests.variants import slow_unless


@pytest.fixture(autouse=True)
def cache(tmp_path, monkeypatch):
    monkeypatch.setenv("GANLIB_CACHE", str(tmp_path))


@pytest.fixture
def speedup(monkeypatch):
    """Let the machine be that much faster in bfloat16; returns the layers that were asked about."""

    def be(value):
        asked = []
        monkeypatch.setattr(precision, "measure", lambda layer: asked.append(layer.name) or value)
        return asked

    return be


def config_of(preset, **changes):
    return presets.get(preset).config.changed(**{"threads": 2, **changes})


def test_auto_takes_bfloat16_where_the_busiest_layer_is_faster_with_it(speedup):
    asked = speedup(1.9)
    assert precision.decide(config_of("mnist-dcgan")) == ("bfloat16", 1.9)
    assert asked == ["up_1"]  # 256 channels to 128


def test_auto_stays_with_float32_where_bfloat16_gains_little_or_loses(speedup):
    speedup(1.1)
    assert precision.decide(config_of("mnist-dcgan")) == ("float32", 1.1)


def test_the_machine_is_asked_once_for_each_layer(speedup):
    asked = speedup(1.9)
    for preset in ("mnist-dcgan", "mnist-dcgan", "fashion-gan-normal"):
        precision.decide(config_of(preset))
    assert len(asked) == 2
    precision.decide(config_of("mnist-dcgan", threads=1))  # another number of threads is another machine
    assert len(asked) == 3


def test_a_damaged_or_forbidden_cache_only_costs_time(speedup, tmp_path):
    asked = speedup(1.9)
    precision.decide(config_of("mnist-dcgan"))
    (file,) = (tmp_path / "precision").iterdir()
    file.write_text("{")
    precision.decide(config_of("mnist-dcgan"))
    assert len(asked) == 2
    file.unlink()
    (tmp_path / "precision").rmdir()
    (tmp_path / "precision").write_text("in the way")
    assert precision.decide(config_of("mnist-dcgan")).precision == "bfloat16"


def test_small_networks_are_not_asked_about(speedup):
    asked = speedup(9.0)
    assert precision.decide(config_of("digits-quick")) == ("float32", None)
    assert asked == []


@pytest.mark.parametrize("name", ["float32", "bfloat16"])
def test_who_names_a_precision_gets_it(speedup, name):
    asked = speedup(0.1)
    assert precision.decide(config_of("mnist-dcgan", precision=name)) == (name, None)
    assert asked == []


def test_a_measurement_is_a_ratio():
    layer = keras.layers.Dense(64)
    keras.Sequential([keras.Input((32,)), layer])
    assert 0.01 < precision.measure(layer) < 100


# What stays in 32 bits


def low(preset="digits-quick", **changes):
    return GAN(config_of(preset, precision="bfloat16", batch_size=8, **changes))


def test_in_bfloat16_all_that_lasts_is_float32():
    gan = low(ema=0.9)
    assert {v.dtype for v in gan.variables if "float" in v.dtype} == {"float32"}


def test_in_bfloat16_the_layers_compute_in_16_bits():
    assert low().generator.layers[0].compute_dtype == "bfloat16"


@pytest.mark.parametrize(
    "changes",
    slow_unless(
        {"r1_gamma": 5.0}.__eq__,
        [{"loss": "wgan_gp"}, {"loss": "dragan", "discriminator_norm": "none"}, {"r1_gamma": 5.0}],
    ),
)
def test_in_bfloat16_losses_and_penalties_are_float32(changes):
    gan = low(**changes)
    images = np.random.default_rng(0).uniform(-1, 1, (gan.config.critic_steps, 8, 8, 8, 1)).astype("float32")
    report = gan.step(ops.convert_to_tensor(images))
    assert {keras.backend.standardize_dtype(value.dtype) for value in report.values()} == {"float32"}
    assert all(np.isfinite(ops.convert_to_numpy(value)) for value in report.values())


@pytest.mark.parametrize("kind", [keras.layers.BatchNormalization, normalization.BatchNormalization], ids=["g", "d"])
def test_in_bfloat16_batch_norm_takes_its_statistics_in_float32(kind):
    """Only what rounding the input loses is lost, not what summing thousands of rounded numbers would."""
    layer = kind(momentum=0.0, dtype="mixed_bfloat16")
    values = np.random.default_rng(0).normal(100, 1, (4096, 1)).astype("float32")
    layer(values, training=True)
    rounded = ops.convert_to_numpy(ops.cast(ops.cast(values, "bfloat16"), "float32"))
    np.testing.assert_allclose(ops.convert_to_numpy(layer.moving_mean), rounded.mean(0), rtol=1e-5)
    np.testing.assert_allclose(ops.convert_to_numpy(layer.moving_variance), rounded.var(0), rtol=1e-3)


def test_a_moving_average_in_bfloat16_gathers_small_steps():
    """At decay .999 a step moves the average by a thousandth, less than bfloat16 can add to it."""
    gan = low(ema=0.999)
    gan.step_count.assign(10**6)
    weight, average = gan.generator.trainable_variables[0], gan.ema.trainable_variables[0]
    average.assign(ops.ones_like(average))
    weight.assign(2 * ops.ones_like(weight))
    gan.update_ema()
    np.testing.assert_allclose(ops.convert_to_numpy(average), 1.001, rtol=1e-6)


def test_both_precisions_start_from_the_same_weights():
    one, other = (GAN(config_of("digits-quick", precision=name)) for name in ("float32", "bfloat16"))
    for a, b in zip(one.generator.weights, other.generator.weights, strict=True):
        np.testing.assert_array_equal(ops.convert_to_numpy(a), ops.convert_to_numpy(b))


def test_a_device_without_16_bit_kernels_gets_float32(monkeypatch):
    def refuse(layer):
        raise RuntimeError("no kernel registered for bfloat16")

    monkeypatch.setattr(precision, "measure", refuse)
    assert precision.decide(config_of("mnist-dcgan")) == precision.Decision("float32")


def test_a_call_is_timed_over_as_many_passes_as_make_it_long(monkeypatch):
    clock = iter([0.0, 0.004, 1.0, 1.01, 2.0, 2.02, 3.0, 3.04])
    monkeypatch.setattr(precision, "time", SimpleNamespace(perf_counter=lambda: next(clock)))
    asked = []
    assert precision._repeats(asked.append) == 8
    assert asked == [1, 2, 4, 8]
