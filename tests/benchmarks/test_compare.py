"""The yardstick trains what we train, and the comparison says what it measured."""

import keras
import numpy as np
import pytest

from ganlib import data, presets
from ganlib.training.benchmarks import compare
from ganlib.training.benchmarks.plain_tensorflow import PlainLoop

on_tensorflow = pytest.mark.skipif(keras.backend.backend() != "tensorflow", reason="it trains TensorFlow's networks")


@pytest.mark.slow
@on_tensorflow
@pytest.mark.parametrize(
    ("loss", "update"), [("non_saturating", "simultaneous"), ("wgan", "alternating"), ("wgan_gp", "alternating")]
)
def test_the_plain_loop_moves_both_networks(loss, update):
    config = presets.get("digits-quick").config.changed(loss=loss, update=update, critic_steps=1, precision="float32")
    plain = PlainLoop(config, data.load("digits").images, (-1.0, 1.0))
    before = [
        [np.array(w.numpy()) for w in model.trainable_weights] for model in (plain.generator, plain.discriminator)
    ]
    plain.step()
    for model, weights in zip((plain.generator, plain.discriminator), before, strict=True):
        assert any((now.numpy() != old).any() for now, old in zip(model.trainable_weights, weights, strict=True))
        assert all(np.isfinite(now.numpy()).all() for now in model.trainable_weights)


@pytest.mark.slow
def test_a_comparison_reports_rates_ratios_and_the_share_of_the_peak():
    said, precision = [], "bfloat16"
    result = compare.run("digits-quick", 2, precision, said.append)
    assert len(said) == 1
    assert (result["preset"], result["precision"]) == ("digits-quick", precision)
    assert set(result["images_per_s"]) == {"ours", *result["ratios"]}
    assert result["ratios"]
    assert all(rate > 0 for rate in result["images_per_s"].values())
    assert all(0.01 < ratio < 100 for ratio in result["ratios"].values())
    assert 0 < result["share"] < 1
    assert result["peak_gflops"] > 1
    assert result["memory_mb"] > 100


def test_the_share_is_flops_done_over_flops_possible():
    rates = {"ours": [100.0, 300.0, 200.0], "peak": [1e9, 1e9, 1e9]}
    assert compare._ratio(rates["ours"], rates["peak"]) * 5e6 == pytest.approx(1.0)


@pytest.mark.slow
@pytest.mark.exclusive
@on_tensorflow
@pytest.mark.parametrize("preset", ["digits-quick", "mnist-dcgan", "mnist-wgan-gp"])
def test_a_preset_is_about_as_fast_as_the_plain_loop(preset, real_data):
    """Both take turns, so that a slow machine slows both; the margin is for the noise of a shared one."""
    result = compare.run(preset, rounds=4)
    assert result["ratios"]["plain_tensorflow"] >= 0.7, result
