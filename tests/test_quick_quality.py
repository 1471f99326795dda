"""What the quick presets and the lessons promise: pictures that a classifier recognises, after so many steps."""

import pytest

from ganlib import presets, runs
from ganlib.explore.judging import evaluate_run
from ganlib.training.session import train


@pytest.mark.slow
def test_mnist_quick_makes_recognisable_and_original_digits(real_data, tmp_path):
    run = runs.create(presets.get("mnist-quick").config.changed(max_seconds=0.0), {}, "quick", tmp_path)
    with run.held():
        train(run)
    found = evaluate_run(run, 2000, seed=1)
    print({name: found[name] for name in ("recognised", "classes_missing", "copies", "duplicates")})
    assert found["recognised"] >= 0.75
    assert found["classes_missing"] == 0
    assert found["copies"] <= found["floor"]["copies"] + 0.01  # no more than among real images, but for chance
    assert found["duplicates"] <= found["floor"]["duplicates"] + 0.05  # so young a network repeats itself a little
