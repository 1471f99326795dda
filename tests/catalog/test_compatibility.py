"""What goes together, and what is warned of."""

import pytest

from ganlib import presets
from ganlib.catalog import losses


@pytest.mark.parametrize("network", ["generator", "discriminator"])
def test_a_learning_rate_far_above_the_usual_one_is_warned_of(network):
    preset = presets.get("digits-quick").config
    name = f"{network[0]}_learning_rate"
    usual = getattr(preset, name)
    assert preset.changed(**{name: 10 * usual}).warnings(preset) == []
    (told,) = preset.changed(**{name: 11 * usual}).warnings(preset)
    assert (network in told, "the preset" in told, f"{usual:g}" in told) == (True, True, True)
    paper = losses.get(preset.loss).defaults[name]
    assert "paper" in preset.changed(**{name: 11 * paper}).warnings()[0]
