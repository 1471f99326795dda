"""Networks that learn nothing any more: their curves only scatter with the choice of images, and that is no illness."""

import numpy as np
import pytest
from scipy.signal import lfilter

from ganlib.catalog import losses
from ganlib.config import TrainConfig
from ganlib.metrics import doctor
from ganlib.metrics.doctor import RunSummary
from ganlib.runs import store
from ganlib.runs.evaluation import Evaluation
from ganlib.runs.status import RUNNING, Status
from tests.variants import ON_LOGITS, slow_unless

CORRELATIONS = [-0.4, 0.0, 0.5]  # of neighbouring steps; what the models that ship show is in between
SEEDS = 20

LEVELS = {"minimax": (0.6, -0.6), "non_saturating": (0.6, -0.6), "dragan": (0.4, -0.4), "hinge": (1.3, -1.2),
          "lsgan": (0.7, 0.3), "wgan": (0.007, 0.003), "wgan_gp": (0.8, 0.5)}  # fmt: skip
"""D's mean output for real and for fake images, late in trainings that went well."""

SPREADS = {"wgan": 0.005, "wgan_gp": 2.8, "lsgan": 0.35}
"""Standard deviation of D's output over images; where it is not named, 1.5."""

LOST = {"hinge": (0.9, 1.5), "lsgan": (0.14, 0.2)}
"""Mean of D's loss and its spread over images, or 1.05 and 1."""


def scattered(rng, lines, correlation):
    """Lines of mean 0 and deviation 1, each correlated with the one before."""
    shocks = rng.normal(size=lines + 20)
    return lfilter([np.sqrt(1 - correlation**2)], [1, -correlation], shocks)[20:]


def frozen(loss, lines, images, correlation, seed):
    """The metrics of networks that stand still, each line a mean over so many images."""
    rng = np.random.default_rng([seed, lines, images])
    facts, error = losses.get(loss), 1 / np.sqrt(images)

    def line(level, spread):
        return level + spread * error * scattered(rng, lines, correlation)

    real, fake = (line(level, SPREADS.get(loss, 1.5)) for level in LEVELS[loss])
    steps = 10.0 * np.arange(1, lines + 1)
    columns = {"step": steps, "epoch": steps / 100, "d_real": real, "d_fake": fake, "g_loss": -fake}
    columns["d_loss"] = fake - real if facts.is_critic else line(*LOST.get(loss, (1.05, 1.0)))
    lengths = np.exp(0.2 * scattered(rng, lines, correlation)) * (0.012 if facts.clips else 3.0)
    columns |= {"g_grad_norm": lengths, "d_grad_norm": lengths}
    if facts.clips:
        columns["clip_share"] = line(0.3, 0.2)
    if facts.penalty:
        columns["penalty"] = 0.5 * np.exp(0.3 * scattered(rng, lines, correlation))
        columns["d_loss"] = columns["d_loss"] + columns["penalty"]
    return columns


@pytest.mark.parametrize("correlation", slow_unless((0.0).__eq__, CORRELATIONS))
@pytest.mark.parametrize("loss", ON_LOGITS)
def test_networks_that_stand_still_are_not_ill(loss, correlation):
    config = TrainConfig.from_dict({"dataset": "mnist", "loss": loss})
    few = config.changed(batch_size=4)
    for seed in range(SEEDS):
        for lines, choices in ((220, config), (220, few), (20, few)):
            metrics = frozen(loss, lines, 10 * choices.batch_size, correlation, seed)
            found = doctor.diagnose(RunSummary(choices, metrics, [], Status(RUNNING)))
            assert "error" not in {finding.severity for finding in found}, (seed, lines, found)


@pytest.mark.parametrize("loss", ON_LOGITS)
def test_networks_that_stand_still_with_good_samples_are_not_ill(loss):
    """Evaluations scatter as well: D is asked about 1,000 images of each kind, and classes counted in 300 samples."""
    config = TrainConfig.from_dict({"dataset": "mnist", "loss": loss})
    real, fake = LEVELS[loss]
    for seed in range(SEEDS):
        rng = np.random.default_rng(seed)
        asked = rng.normal([real, real, fake], SPREADS.get(loss, 1.5) / np.sqrt(1000), (3, 3))
        even = np.full(10, 0.1)
        even[0], even[1] = 0.03, 0.17
        lines = [
            {
                "step": 500 * (number + 1), "count": 300, "seed": 0,
                "classes": (rng.multinomial(300, even) / 300).tolist(),
                "data_classes": even.tolist(), "duplicates": rng.binomial(300, 0.01) / 300,
                "floor": {"duplicates": 0.01},
                "d_train": train, "d_held_out": held_out, "d_fake": made,
                "frechet_distance": (distance := 3.5 + rng.normal() / 10),
                "interval": {"frechet_distance": [distance - 0.3, distance + 0.3]},
            }
            for number, (train, held_out, made) in enumerate(asked.tolist())
        ]  # fmt: skip
        found = [Evaluation.from_json(line) for line in lines]
        found = doctor.diagnose(RunSummary(config, frozen(loss, 220, 640, 0.0, seed), found, Status(RUNNING)))
        assert "error" not in {finding.severity for finding in found}, (seed, found)


def test_a_lead_that_swings_beyond_the_scatter_is_an_oscillation():
    """The same scatter, and a slow wave of the critic's gap as large as the gap."""
    columns = frozen("wgan_gp", 220, 640, 0.0, 0)
    columns["d_real"] = columns["d_real"] + 3 * np.sin(np.arange(220) / 4)
    config = TrainConfig.from_dict({"dataset": "mnist", "loss": "wgan_gp"})
    found = {
        finding.name: finding.severity for finding in doctor.diagnose(RunSummary(config, columns, [], Status(RUNNING)))
    }
    assert found == {"oscillation": "error"}


@pytest.mark.parametrize("shipped_run", store.list_shipped(), ids=lambda run: run.id)
def test_the_curves_of_no_model_that_ships_are_ill_at_any_moment(shipped_run):
    columns, config = shipped_run.metrics(), shipped_run.config
    for lines in range(20, len(columns["step"]), 20):
        so_far = {name: values[:lines] for name, values in columns.items()}
        found = doctor.diagnose(RunSummary(config, so_far, [], Status(RUNNING)))
        assert "error" not in {finding.severity for finding in found}, (lines, found)


@pytest.mark.parametrize("shipped_run", store.list_shipped(), ids=lambda run: run.id)
def test_no_model_that_ships_is_ill_overfitted_or_noise(shipped_run):
    found = doctor.examine(shipped_run)
    assert "error" not in {finding.severity for finding in found}
    assert not {finding.name for finding in found} & {"overfitted", "noise"}
