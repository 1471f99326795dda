"""The yardstick trains what we train, and the comparison says what it measured."""

import numpy as np
import pytest

from ganlib import data, presets
from ganlib.bench import compare
from ganlib.bench.plain import PlainLoop


@pytest.mark.parametrize("loss", ["non_saturating", "wgan", "wgan_gp"])
@pytest.mark.parametrize("update", ["simultaneous", "alternating"])
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


def test_a_comparison_reports_rates_and_their_ratio():
    said = []
    result = compare.run("digits-quick", rounds=3, say=said.append)
    assert result["preset"] == "digits-quick"
    assert result["ours"] > 0
    assert result["plain"] > 0
    assert 0.1 < result["ratio"] < 20
    assert len(said) == 1


@pytest.mark.slow
def test_ours_is_at_least_as_fast_as_the_plain_loop(real_data):
    result = compare.run("mnist-dcgan", rounds=20)
    assert result["ratio"] >= 0.95, result  # 1.0 but for the noise of a shared machine
