import json
from dataclasses import asdict

import numpy as np
import pytest

from ganlib.config import TrainConfig
from ganlib.training.progress import Progress

NAMES = ["g_loss", "d_loss"]


def rows(*values):
    return np.array(values, "float32").reshape(-1, 2)


def test_a_line_holds_the_means_of_the_steps_since_the_last_line():
    meter = Progress()
    meter.count(rows([1, 10], [2, 20]), 1, 0.5)
    meter.count(rows([6, 0]), 1, 0.5)
    line = meter.line(NAMES, batch_size=8)
    assert (line["g_loss"], line["d_loss"]) == (3.0, 10.0)
    meter.count(rows([7, 9]), 1, 0.5)
    assert meter.line(NAMES, batch_size=8)["g_loss"] == 7.0


def test_steps_and_batches_are_counted_apart():
    meter = Progress()
    meter.count(rows([1, 1], [1, 1], [1, 1]), 5, 1.0)
    assert (meter.step, meter.batches) == (3, 15)


def total(seconds, batches, **limits):
    """How many steps a run of a step a batch is said to have at its end, of 9,000 by count."""
    config = TrainConfig.from_dict({"max_steps": 9000, "max_seconds": 120.0, **limits})
    return batches + Progress(step=batches, batches=batches, seconds=seconds).steps_left(config, 9000 - batches)


def test_the_number_of_steps_does_not_jump_while_the_first_ones_are_slow():
    assert {total(seconds, batches) for seconds, batches in ((0.0, 0), (2.0, 50), (11.0, 400), (15.0, 2000))} == {9000}


def test_a_time_limit_that_comes_first_is_told_from_a_tenth_of_it_on():
    assert total(12.0, 300) == 3000
    assert total(60.0, 1500) == 3000
    assert total(120.0, 3000) == 3000


def test_the_time_left_is_never_more_than_the_limit_leaves():
    progress = Progress(step=10, batches=10, seconds=20.0, seconds_per_batch=0.5)
    assert progress.seconds_left(TrainConfig(max_seconds=120.0), 8990) == 100.0
    assert progress.seconds_left(TrainConfig(max_seconds=120.0), 20) == 10.0
    assert progress.seconds_left(TrainConfig(max_seconds=0.0), 8990) == 4495.0
    assert Progress().seconds_left(TrainConfig(max_seconds=120.0), 8990) is None


def test_a_time_limit_alone_counts_at_the_mean_speed_so_far():
    assert total(0.0, 0, max_steps=0) == 9000
    assert total(2.0, 50, max_steps=0) == 3000


def test_speed_counts_real_images_that_d_saw():
    meter = Progress()
    meter.count(rows([1, 1], [1, 1]), 5, 0.5)
    assert meter.line(NAMES, batch_size=64)["images_per_s"] == pytest.approx(2 * 5 * 64 / 0.5)
    meter.count(rows([1, 1]), 5, 1.0)
    line = meter.line(NAMES, batch_size=64)
    assert line["images_per_s"] == pytest.approx(5 * 64 / 1.0)
    assert line["time_s"] == 1.5


def test_steps_that_warm_up_count_as_steps_but_neither_as_time_nor_for_the_speed():
    meter = Progress()
    meter.count(rows([4, 4]), 1, None)
    meter.count(rows([2, 2], [2, 2], [2, 2]), 1, 0.3)
    assert (meter.step, meter.batches, meter.seconds) == (4, 4, 0.3)
    line = meter.line(NAMES, batch_size=10)
    assert line["images_per_s"] == pytest.approx(100)
    assert line["g_loss"] == 2.5


def test_a_line_without_measured_time_has_no_speed():
    meter = Progress()
    meter.count(rows([1, 1]), 1, None)
    assert meter.line(NAMES, batch_size=10)["images_per_s"] is None


def test_the_time_of_a_batch_follows_what_was_measured():
    meter = Progress()
    assert meter.seconds_per_batch is None
    meter.count(rows([1, 1], [1, 1]), 2, 4.0)
    assert meter.seconds_per_batch == 1.0
    for _ in range(30):
        meter.count(rows([1, 1]), 2, 6.0)
    assert meter.seconds_per_batch == pytest.approx(3.0, rel=0.01)


def test_a_meter_goes_on_where_it_was_after_json():
    meter, never_stopped = Progress(), Progress()
    for one in (meter, never_stopped):
        one.count(rows([1, 2]), 3, None)
        one.count(rows([3, 4], [0.1, 0.3]), 3, 0.125)
    meter = Progress(**json.loads(json.dumps(asdict(meter))))
    assert meter == never_stopped
    for one in (meter, never_stopped):
        one.count(rows([5, 6]), 3, 0.25)
    assert meter.line(NAMES, 8) == never_stopped.line(NAMES, 8)
