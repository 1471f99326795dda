"""You in the discriminator's place: which images a game draws, and what D says of them."""

from types import SimpleNamespace

import numpy as np
import pytest

from ganlib.explore import discriminate
from ganlib.explore.discriminate import POOL, Game
from ganlib.runs import store
from ganlib.runs.folder import SHIPPED, Run
from ganlib.utils.errors import UserError

STEPS = [10, 100, 1000]
REAL = np.arange(200, 230, dtype=np.uint8).repeat(4).reshape(30, 2, 2, 1)


def networks(step: int, loss: str = "non_saturating") -> tuple[SimpleNamespace, SimpleNamespace]:
    """A generator whose grey levels are below 100, and a D that takes for real what is brighter than the step's."""
    config = SimpleNamespace(loss=loss)

    def generate(count: int, seed: int) -> np.ndarray:
        return np.random.default_rng(seed).integers(0, 100, (count, 1, 1, 1), np.uint8).repeat(2, 1).repeat(2, 2)

    def scores(images: np.ndarray, labels: np.ndarray | None = None) -> np.ndarray:
        return images.mean((1, 2, 3)) - {10: 150, 100: 50, 1000: 215}[step]

    return (
        SimpleNamespace(config=config, generate=generate, labels=lambda count, seed: None),
        SimpleNamespace(config=config, scores=scores),
    )


@pytest.mark.parametrize("seed", range(20))
def test_half_of_the_images_are_real_and_each_step_has_both_kinds(seed: int) -> None:
    game = discriminate.draw(networks, STEPS, REAL, seed=seed)
    assert game.steps == tuple(np.repeat(STEPS, 4))
    assert game.is_real.sum() == 6
    assert all(0 < each.sum() < 4 for each in game.is_real.reshape(3, 4))
    assert ((game.images.mean((1, 2, 3)) >= 200) == game.is_real).all()


def test_too_few_real_images_give_no_game() -> None:
    assert len(discriminate.draw(networks, STEPS, REAL[:4]).images) == 12
    with pytest.raises(UserError, match="takes 4 real images or more; here are 3"):
        discriminate.draw(networks, STEPS, REAL[:3])


def test_the_order_is_shuffled_and_never_nearly_alternates() -> None:
    games = [discriminate.draw(networks, STEPS, REAL, seed=seed).is_real for seed in range(200)]
    changes = [int((game[1:] != game[:-1]).sum()) for game in games]
    assert max(changes) <= 8
    assert np.mean(changes) == pytest.approx(6, abs=0.5)  # of 11, where half of the images are real
    assert np.mean(games, axis=0) == pytest.approx(np.full(12, 0.5), abs=4 * 0.5 / 200**0.5)
    assert len({game.tobytes() for game in games}) > 100


def test_the_seed_gives_the_game() -> None:
    one, same, other = (discriminate.draw(networks, STEPS, REAL, seed=seed) for seed in (1, 1, 2))
    np.testing.assert_array_equal(one.images, same.images)
    assert (one.images != other.images).any()


def test_the_verdicts_are_those_of_the_steps_own_discriminator() -> None:
    game = discriminate.draw(networks, STEPS, REAL, count=60, seed=3)
    brightness = game.images.mean((1, 2, 3)).reshape(3, 20)
    expected = brightness > np.array([[150], [50], [215]])
    np.testing.assert_array_equal(game.d_says_real, expected.ravel())
    assert game.d_errors[10] == 0
    assert game.d_errors[100] == pytest.approx(0.25, abs=4 * 0.25 / POOL**0.5)  # of 0 to 99, half lie above 50
    assert game.d_errors[1000] == pytest.approx(16 / 30 / 2)  # 200 to 215 of the 30 real levels


def test_least_squares_puts_the_border_at_one_half() -> None:
    below = discriminate.draw(lambda step: networks(step, "lsgan"), [1000], REAL, seed=0)
    assert below.d_errors[1000] == pytest.approx(16 / 30 / 2)
    halves = np.full((30, 2, 2, 1), 215, np.uint8)
    halves[:, 0] += np.array([0, 1], np.uint8)[:, None]  # on average 215.25: above 0, below one half
    assert discriminate.draw(lambda step: networks(step, "lsgan"), [1000], halves).d_errors[1000] == 0.5
    assert discriminate.draw(networks, [1000], halves).d_errors[1000] == 0


def test_errors_are_the_share_of_wrong_verdicts_by_step() -> None:
    truth = np.array([True, False, True, False])
    game = Game(REAL[:4], (5, 5, 9, 9), truth, truth, 0, {})
    assert game.errors([False, False, False, True]) == {5: 0.5, 9: 1.0}
    assert game.errors(game.d_says_real) == {5: 0.0, 9: 0.0}


@pytest.mark.parametrize(
    ("steps", "chosen"),
    [
        ([23, 46, 115, 299, 575, 1449, 2231], [23, 299, 2231]),
        ([100, 200, 500, 1100, 2500], [100, 500, 2500]),
        ([7, 9], [7, 9]),
    ],
)
def test_steps_lie_at_about_equal_ratios(steps: list[int], chosen: list[int]) -> None:
    assert discriminate.choose(steps) == chosen


def test_games_need_images_a_verdict_and_a_discriminator_at_two_steps(tmp_path) -> None:
    found = {run.id for run in store.list_shipped() if discriminate.is_playable(run)}
    assert {"mnist-quick", "digits-quick", "mnist-2d"} <= found
    assert not {"mnist-wgan-gp", "fashion-wgan", "fashion-gan-uniform"} & found
    assert not discriminate.is_playable(Run(tmp_path))


@pytest.mark.slow
def test_the_shipped_discriminator_is_fooled_more_often_as_its_generator_learns() -> None:
    from ganlib import data
    from ganlib.explore.sampler import Discriminator, Sampler

    run = Run(SHIPPED / "digits-quick")
    real = data.load("digits", "test")
    game = discriminate.draw(
        lambda step: (Sampler(run, step), Discriminator(run, step)),
        discriminate.choose(discriminate.snapshots(run)), real.images, real.labels,
    )  # fmt: skip
    early, middle, late = game.d_errors.values()
    assert early < 0.05 < middle < late < 0.45
