import numpy as np
import pytest

from ganlib.training.schedule import Schedule
from ganlib.utils.errors import UserError

CASES = pytest.mark.parametrize(
    ("images", "batch_size", "epochs", "critic_steps"),
    [(10, 5, 3, 1), (11, 5, 3, 1), (23, 4, 4, 5), (7, 7, 5, 2), (100, 9, 2, 3), (12, 4, 1, 5), (13, 2, 7, 4)],
)


def walk(schedule, critic_steps):
    """Yield the schedule step by step, as a loop without any cleverness would go through it."""
    seen = 0
    while schedule.steps_left(seen, critic_steps) > 0:
        yield seen, schedule.order(seen, 1, critic_steps)[0]
        seen += critic_steps


def test_too_few_images_for_a_batch_say_what_to_do():
    with pytest.raises(UserError, match=r"batch of 64 images.*data set of 63; set batch_size to 63 or less"):
        Schedule(63, 64, 1, 0)


def test_a_single_full_batch_is_enough():
    assert Schedule(64, 64, 1, 0).batches == 1


@CASES
def test_each_epoch_is_a_permutation_without_the_last_partial_batch(images, batch_size, epochs, critic_steps):
    schedule = Schedule(images, batch_size, epochs, seed=1)
    whole = images // batch_size
    assert schedule.batches_per_epoch == whole
    for epoch in range(epochs):
        order = schedule.order(epoch * whole, whole, 1)
        assert order.shape == (whole, 1, batch_size)
        assert order.dtype == np.int32
        assert len(np.unique(order)) == whole * batch_size
        assert 0 <= order.min() <= order.max() < images


@CASES
def test_steps_counted_one_by_one(images, batch_size, epochs, critic_steps):
    """`steps_left`, `steps_to_epoch_end` and `epoch` against a loop that counts batches."""
    schedule = Schedule(images, batch_size, epochs, seed=1)
    whole = images // batch_size
    steps = list(walk(schedule, critic_steps))
    assert len(steps) == schedule.steps_left(0, critic_steps) == whole * epochs // critic_steps
    for number, (seen, _) in enumerate(steps):
        assert schedule.steps_left(seen, critic_steps) == len(steps) - number
        assert schedule.epoch(seen) == pytest.approx(seen / whole)
        steps_to_end, after = 1, seen + critic_steps
        while after // whole == seen // whole:
            steps_to_end, after = steps_to_end + 1, after + critic_steps
        assert schedule.steps_to_epoch_end(seen, critic_steps) == steps_to_end


@CASES
def test_steps_use_every_batch_once_and_in_turn(images, batch_size, epochs, critic_steps):
    """Several batches a step go on into the next epoch instead of starting it anew."""
    schedule = Schedule(images, batch_size, epochs, seed=1)
    taken = [batch for _, step in walk(schedule, critic_steps) for batch in step]
    one_by_one = schedule.order(0, schedule.batches_per_epoch * schedule.epochs, 1)[:, 0]
    np.testing.assert_array_equal(np.reshape(taken, (-1, batch_size)), one_by_one[: len(taken)])


@CASES
def test_many_steps_at_once_are_the_same_as_one_by_one(images, batch_size, epochs, critic_steps):
    schedule = Schedule(images, batch_size, epochs, seed=1)
    singles = [step for _, step in walk(schedule, critic_steps)]
    if singles:
        np.testing.assert_array_equal(schedule.order(0, len(singles), critic_steps), singles)
        start = len(singles) // 2
        rest = schedule.order(start * critic_steps, len(singles) - start, critic_steps)
        np.testing.assert_array_equal(rest, singles[start:])


def test_every_epoch_has_an_order_of_its_own():
    schedule = Schedule(50, 10, 3, seed=0)
    first, second, third = (schedule.order(5 * epoch, 5, 1) for epoch in range(3))
    assert not np.array_equal(first, second)
    assert not np.array_equal(second, third)


def test_the_dropped_images_differ_between_epochs():
    """Else the same few images would never be seen."""
    schedule = Schedule(13, 4, 60, seed=0)
    assert set(schedule.order(0, schedule.batches_per_epoch * schedule.epochs, 1).ravel()) == set(range(13))


def test_the_order_comes_from_the_seed_alone():
    orders = [Schedule(50, 10, 3, seed).order(0, 15, 1) for seed in (0, 0, 1)]
    np.testing.assert_array_equal(orders[0], orders[1])
    assert not np.array_equal(orders[0], orders[2])


def test_the_order_does_not_depend_on_what_was_asked_before():
    fresh = Schedule(50, 10, 9, seed=3).order(37, 2, 1)
    asked = Schedule(50, 10, 9, seed=3)
    asked.order(0, 45, 1).fill(-1)
    np.testing.assert_array_equal(asked.order(37, 2, 1), fresh)


def test_each_image_is_equally_likely_in_each_place():
    schedule = Schedule(4, 4, 2000, seed=0)
    firsts = schedule.order(0, 2000, 1)[:, 0, 0]
    np.testing.assert_allclose(np.bincount(firsts, minlength=4) / 2000, 0.25, atol=0.04)
