"""What `mnist-quick` promises: within a minute of training, digits that a classifier recognises."""

import pytest

from ganlib import presets, runs
from ganlib.explore.judging import evaluate_run
from ganlib.training.session import train


@pytest.mark.slow
def test_a_minute_of_mnist_quick_makes_recognisable_and_original_digits(real_data, tmp_path):
    run = runs.create(presets.get("mnist-quick").config.changed(max_seconds=60.0), {}, "quick", tmp_path)
    with run.held():
        train(run)
    found = evaluate_run(run, 2000, seed=1)
    print({name: found[name] for name in ("recognised", "classes_missing", "copies", "duplicates")})
    assert found["recognised"] >= 0.5
    assert found["classes_missing"] == 0
    for name in ("copies", "duplicates"):  # no more of them than among real images, but for chance
        assert found[name] <= found["floor"][name] + 0.01
