from pathlib import Path
from typing import Any

import pytest

from ganlib import presets
from ganlib.catalog import losses, networks
from ganlib.catalog.minimum_steps import MEASURED, minimum_steps
from ganlib.cli.training import as_sets, settings
from ganlib.config import TrainConfig
from ganlib.runs import store
from ganlib.runs.folder import Run
from ganlib.runs.status import FINISHED, Status
from ganlib.training import estimate

MNIST = 60_000


@pytest.fixture
def config() -> TrainConfig:
    return presets.get("mnist-quick").config.changed(max_seconds=0.0, max_steps=0, epochs=20)


def finished(folder: Path, name: str, config: TrainConfig, speed: float, seconds: float = 60.0, last: float = 0) -> Run:
    """Make a run that trained at a speed, in images/s, and whose last stretch went at another."""
    run = store.create(config, {}, name, folder)
    step = round(speed * seconds / (config.batch_size * config.critic_steps))
    run.write_status(Status(FINISHED, step=step, images_per_s=last, seconds=seconds))
    return run


def test_without_limits_the_epochs_end_it(config: TrainConfig) -> None:
    found = estimate.estimate(config)

    assert found.ended_by == "epochs"
    assert found.steps == MNIST // config.batch_size * config.epochs
    assert found.epochs == config.epochs
    assert found.seconds == pytest.approx(found.steps * config.batch_size / found.images_per_s)
    assert found.source is None


def test_the_time_limit_ends_what_would_take_longer(config: TrainConfig) -> None:
    found = estimate.estimate(config.changed(max_seconds=10.0))

    assert found.ended_by == "max_seconds"
    assert found.seconds == pytest.approx(10.0, abs=0.1)


def test_the_last_step_allowed_ends_it_and_critic_steps_count_as_images(config: TrainConfig) -> None:
    found = estimate.estimate(config.changed(max_steps=100, critic_steps=5))

    assert (found.ended_by, found.steps) == ("max_steps", 100)
    assert found.epochs == pytest.approx(500 / (MNIST // config.batch_size))


def test_first_step_counts_however_short_the_time(config: TrainConfig) -> None:
    assert estimate.estimate(config.changed(max_seconds=0.001)).steps == 1


def test_run_with_the_same_settings_tells_the_speed(tmp_path: Path, config: TrainConfig) -> None:
    run = finished(tmp_path, "same", config, 1234.0, last=7.0)
    other = finished(tmp_path, "other", config.changed(generator="dcgan"), 77.0)

    found = estimate.estimate(config, [other, run])

    assert (found.images_per_s, found.source) == (pytest.approx(1234.0, rel=0.01), "same")


def test_of_runs_with_the_same_settings_the_newest_tells(tmp_path: Path, config: TrainConfig) -> None:
    found = [finished(tmp_path, name, config, speed) for name, speed in (("new", 3000.0), ("old", 1000.0))]

    assert estimate.estimate(config, found).source == "new"


def test_run_with_other_settings_tells_how_fast_the_machine_is(tmp_path: Path, config: TrainConfig) -> None:
    other = config.changed(generator="dcgan", discriminator="dcgan")
    rough = estimate.estimate(config)
    twice_as_fast = finished(tmp_path, "other", other, 2 * estimate.estimate(other).images_per_s)

    assert estimate.estimate(config, [twice_as_fast]).images_per_s == pytest.approx(2 * rough.images_per_s, rel=0.01)


def test_runs_that_tell_nothing_are_passed_over(tmp_path: Path, config: TrainConfig) -> None:
    short = finished(tmp_path, "short", config, 9.0, seconds=0.5)
    waiting = finished(tmp_path, "waiting", config, 0.0)
    few = finished(tmp_path, "few-steps", config, 10 * config.batch_size / 60)
    damaged = finished(tmp_path, "damaged", config, 9.0)
    (damaged.path / "config.json").write_text("{")

    assert estimate.estimate(config, [short, waiting, few, Run(damaged.path)]).source is None


@pytest.mark.parametrize(
    ("limits", "remedy"),
    [
        ({"max_seconds": 5.0}, {"max_seconds": 10.0}),
        ({"max_steps": 100}, {"max_steps": 600}),
        ({"max_steps": 100, "max_seconds": 5.0}, {"max_steps": 600, "max_seconds": 10.0}),
        ({"epochs": 1, "critic_steps": 5}, {"epochs": 4}),
        ({"max_seconds": 100.0}, None),
    ],
)
def test_a_training_that_is_too_short_is_told_with_what_makes_it_long_enough(
    config: TrainConfig, limits: dict[str, Any], remedy: dict[str, Any] | None
) -> None:
    chosen = config.changed(**limits)
    found = estimate.shortfall(chosen, estimate.estimate(chosen))

    assert (dict(found.remedy) if found else None) == remedy
    if found:
        longer = chosen.changed(**found.remedy)
        assert estimate.shortfall(longer, estimate.estimate(longer)) is None
        assert f"at least {found.least:,}" in found.sentence


def test_steps_that_networks_have_behind_them_count(config: TrainConfig) -> None:
    short = config.changed(max_steps=100)
    found = estimate.shortfall(short, estimate.estimate(short), 250)

    assert found is not None
    assert (found.steps, dict(found.remedy)) == (350, {"max_steps": 350})
    assert estimate.shortfall(short, estimate.estimate(short), 300) is None


def test_the_papers_wgan_gp_does_not_get_there_in_a_minute(config: TrainConfig) -> None:
    chosen = config.changed(loss="wgan_gp", max_seconds=60.0)

    assert estimate.shortfall(chosen, estimate.estimate(chosen))


@pytest.mark.parametrize("generator", networks.GENERATORS)
@pytest.mark.parametrize("loss", losses.LOSSES)
def test_every_network_and_loss_has_a_least_number_of_steps(generator: str, loss: str) -> None:
    assert {row.generator for row in MEASURED} == set(networks.GENERATORS)
    assert {row.loss for row in MEASURED} == set(losses.LOSSES)
    assert minimum_steps(generator, loss, 2e-4) >= 100


def test_a_network_or_loss_that_was_never_measured_takes_what_others_do() -> None:
    assert minimum_steps("new", "new", 2e-4) == min(row.steps for row in MEASURED)
    assert minimum_steps("new", "wgan_gp", 1e-4) == 2400
    assert minimum_steps("mlp", "new", 1e-4) == 5600


def test_every_network_was_measured() -> None:
    assert set(networks.GENERATOR_COSTS) == set(networks.GENERATORS)
    assert set(networks.DISCRIMINATOR_COSTS) == set(networks.DISCRIMINATORS)


@pytest.mark.parametrize(
    ("seconds", "said"),
    [(0.2, 5), (12, 10), (58, 60), (73, 60), (100, 90), (1000, 900), (1100, 1200), (10_000, 10_800)],
)
def test_estimate_is_said_without_false_precision(seconds: float, said: float) -> None:
    assert estimate.rounded(seconds) == said


@pytest.mark.parametrize(("warm", "is_alone", "is_soon"), [("1", True, True), ("1", False, False), ("0", True, False)])
def test_a_training_begins_sooner_where_a_process_waits_for_it(
    monkeypatch: pytest.MonkeyPatch, warm: str, is_alone: bool, is_soon: bool
) -> None:
    monkeypatch.setenv("GANLIB_WARM", warm)
    assert (estimate.getting_ready(is_alone) < estimate.GETTING_READY) == is_soon


def test_what_is_long_enough_is_told_exactly_as_set_takes_it() -> None:
    found = {"max_steps": 1_234_567, "max_seconds": 1_234_567.0, "g_learning_rate": 2.0123456789e-4}
    texts = as_sets(found).replace("--set ", "").split()
    assert settings(texts) == found
