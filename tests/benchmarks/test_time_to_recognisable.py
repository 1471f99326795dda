"""What is measured by the clock: the share that a classifier recognises while presets train."""

import numpy as np
import pytest

from ganlib import data
from ganlib.metrics import classifier
from ganlib.training.benchmarks import time_to_recognisable
from ganlib.utils.errors import UserError


@pytest.mark.slow
def test_presets_train_in_turn_and_each_is_judged_at_every_checkpoint():
    said = []
    rows = time_to_recognisable.run(["digits-quick"], checkpoints=(0.01, 1.0), seeds=(3, 4), count=64, say=said.append)
    assert [(row["seed"], row["seconds"]) for row in rows] == [(3, 0.01), (3, 1.0), (4, 0.01), (4, 1.0)]
    assert len(said) == len(rows)
    for row in rows:
        assert row["preset"] == "digits-quick"
        assert row["step"] > 1  # the first is not timed
        assert row["images_per_s"] > 0
        assert 0 <= row["recognised"] <= 1
        assert 0 <= row["classes"] <= 10
    assert rows[1]["step"] > rows[0]["step"]


def test_real_digits_are_recognised_and_one_kind_alone_is_one_class():
    digits, eye = data.load("digits", "test"), classifier.load("digits")
    everything = time_to_recognisable.look(eye, digits.images)
    assert everything["recognised"] > 0.9
    assert everything["classes"] == 10
    assert time_to_recognisable.look(eye, digits.images[digits.labels == 7])["classes"] == 1
    noise = np.random.default_rng(0).integers(0, 256, (200, *digits.images.shape[1:]), dtype=np.uint8)
    assert time_to_recognisable.look(eye, noise)["recognised"] < everything["recognised"]


def test_the_summary_takes_the_median_of_the_shares_and_the_worst_of_the_classes():
    rows = [
        {"preset": name, "seconds": 10.0, "recognised": share, "classes": classes, "images_per_s": rate}
        for name, share, classes, rate in (
            ("a", 0.2, 10, 3.0),
            ("b", 0.9, 10, 9.0),
            ("a", 0.5, 9, 1.0),
            ("a", 0.6, 10, 2.0),
        )
    ]
    first, second = time_to_recognisable.summary(rows)
    assert first == {
        "preset": "a",
        "seconds": 10.0,
        "recognised": 0.5,
        "least": 0.2,
        "most": 0.6,
        "classes": 9,
        "images_per_s": 2.0,
    }
    assert (second["preset"], second["recognised"]) == ("b", 0.9)


def test_an_unknown_preset_is_refused():
    with pytest.raises(UserError, match="preset"):
        time_to_recognisable.run(["nonsense"])
