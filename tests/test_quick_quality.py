"""What the quick presets and the lessons promise: pictures that a classifier recognises, after so many steps."""

import pytest

from ganlib import presets
from ganlib.experiments import ready_made
from ganlib.explore.evaluate_run import evaluate_run
from ganlib.runs import store
from ganlib.training.start_or_resume import train


@pytest.mark.slow
def test_mnist_quick_makes_recognisable_and_original_digits(real_data, tmp_path):
    run = store.create(presets.get("mnist-quick").config.changed(max_seconds=0.0), {}, "quick", tmp_path)
    with run.held():
        train(run)
    found = evaluate_run(run, 2000, seed=1)
    print({name: found[name] for name in ("recognised", "classes_missing", "copies", "duplicates")})
    assert found["recognised"] >= 0.75
    assert found["classes_missing"] == 0
    assert found["copies"] <= found["floor"]["copies"] + 0.01  # no more than among real images, but for chance
    assert found["duplicates"] <= found["floor"]["duplicates"] + 0.05  # so young a network repeats itself a little


@pytest.mark.slow
@pytest.mark.parametrize(("name", "bar"), [("mnist-systems", 0.45), ("fashion-loss", 0.3)])
def test_half_of_a_lesson_draws_all_classes_even_of_the_slowest_loss(name, bar, real_data, tmp_path):
    config = ready_made.get(name).plan().runs[-1].config
    assert config.loss == "wgan_gp"
    run = store.create(config.changed(max_steps=config.max_steps // 2, evaluate_every=0), {}, name, tmp_path)
    with run.held():
        train(run)
    found = evaluate_run(run, 1000, seed=1)
    print(name, found["recognised"], found["classes"])
    assert found["recognised"] >= bar  # of noise, 0.11 on Fashion-MNIST; on MNIST it is taken for a single class
    assert sum(share > 0.03 for share in found["classes"]) >= 8
