"""The doctor at real trainings: those that were made ill show their illness, and those that go well show none."""

from collections.abc import Callable

import pytest

from ganlib import presets
from ganlib.catalog import losses
from ganlib.explore.evaluate_run import evaluate_run
from ganlib.metrics import doctor
from ganlib.metrics.doctor.advice import FORK, NEW
from ganlib.runs import store
from ganlib.runs.folder import Run
from ganlib.runs.status import FAILED, FINISHED
from ganlib.training.fork import fork
from ganlib.training.start_or_resume import train
from ganlib.utils.errors import UserError

pytestmark = pytest.mark.slow

LABELLED = [name for name, loss in losses.LOSSES.items() if loss.d_balance is not None]
CRITICS = [name for name, loss in losses.LOSSES.items() if loss.is_critic]
MLP = {"generator": "mlp", "discriminator": "mlp", "initializer": "glorot_uniform"}

WELL = {name: {"loss": name, "max_steps": 500} for name in losses.LOSSES}
"""With the settings of each paper."""
WELL["minimax"]["d_learning_rate"] = 5e-5  # with its paper's, D wins on these digits: the lesson of this loss

STRONG_D = {"g_learning_rate": 2e-4, "d_learning_rate": 1e-2, "critic_steps": 5, "max_steps": 400}
WIDE_CLIP = {"loss": "wgan", "clip": 10.0, "max_steps": 250}
NARROW_CLIP = {"loss": "wgan", "clip": 1e-4, "max_steps": 250}
NO_PENALTY = {
    "loss": "wgan_gp",
    "penalty_weight": 0.0,
    "g_learning_rate": 2e-3,
    "d_learning_rate": 2e-3,
    "max_steps": 250,
}
CRITIC_AT_100_TIMES_THE_RATE = {"loss": "wgan_gp", "g_learning_rate": 0.1, "d_learning_rate": 0.1, "max_steps": 600}
RATES_100_TIMES = {"g_learning_rate": 0.02, "d_learning_rate": 0.02, "max_steps": 250, **MLP}
LSGAN_BY_PLAIN_DESCENT = {
    "loss": "lsgan", "g_optimizer": "sgd", "d_optimizer": "sgd", "g_learning_rate": 1.0, "d_learning_rate": 1.0,
    "max_steps": 250, **MLP,
}  # fmt: skip
HARDLY_LEARNING = {"g_learning_rate": 1e-6, "d_learning_rate": 1e-6, "max_steps": 250}
G_TOO_FAST = {"g_learning_rate": 5e-2, "d_learning_rate": 2e-3, "discriminator_norm": "none", "max_steps": 600}
FEW_IMAGES = {"split": "test", "max_steps": 1200}  # 297 of them


@pytest.fixture(scope="module")
def patient(tmp_path_factory: pytest.TempPathFactory) -> Callable[..., Run]:
    """Train a run on the digits and return it; the same settings are trained once for all tests."""
    folder = tmp_path_factory.mktemp("patients")
    trained: dict[str, Run] = {}

    def patient(**changes: object) -> Run:
        key = repr(sorted(changes.items()))
        if key not in trained:
            settings = {
                "max_seconds": 0.0,
                "sample_every": 0,
                "sample_seconds": 0.0,
                "evaluate_every": 0,
                "epochs": 10_000,
                **changes,
            }
            config = presets.get("digits-quick").config.changed(**settings)
            trained[key] = run = store.create(config, {}, f"patient-{len(trained)}", folder)
            _train(run)
        return trained[key]

    return patient


def _train(run: Run) -> None:
    with run.held():
        try:
            train(run)
        except UserError:
            assert run.status().state == FAILED


def severities(run: Run) -> dict[str, str]:
    return {finding.name: finding.severity for finding in doctor.examine(run)}


def the(name: str, run: Run) -> doctor.Finding:
    return next(finding for finding in doctor.examine(run) if finding.name == name)


@pytest.mark.parametrize("loss", WELL)
def test_a_training_that_goes_well_is_called_so_under_every_loss(patient, loss):
    assert severities(patient(**WELL[loss])) == {"healthy": "ok"}


@pytest.mark.parametrize("loss", CRITICS)
def test_a_negative_critics_loss_is_no_illness(patient, loss):
    run = patient(**WELL[loss])
    assert run.metrics()["d_loss"][-1] < 0
    assert severities(run) == {"healthy": "ok"}
    assert "negative" in the("healthy", run).meaning


@pytest.mark.parametrize("loss", [name for name in LABELLED if name != "dragan"])
def test_a_discriminator_far_too_strong_is_saturated(patient, loss):
    run = patient(loss=loss, **STRONG_D)
    assert severities(run)["saturated"] == "error"
    found = the("saturated", run)
    assert losses.get(loss).when_d_saturates in found.meaning
    assert found.steps[1] == 400
    assert "critic" not in found.title.lower()
    assert found.changes


def test_the_gradient_vanishes_under_the_minimax_loss_alone(patient):
    assert severities(patient(loss="minimax", **STRONG_D))["vanishing"] == "error"
    assert the("vanishing", patient(loss="minimax", **STRONG_D)).changes["loss"] == "non_saturating"
    for loss in ("non_saturating", "hinge"):
        assert "vanishing" not in severities(patient(loss=loss, **STRONG_D))


@pytest.mark.parametrize("loss", ["minimax", "lsgan"])
def test_learning_rates_a_hundred_times_too_large_kill_the_gradient(patient, loss):
    run = patient(loss=loss, **RATES_100_TIMES)
    assert severities(run)["vanishing"] == "error"


def test_a_critic_that_nothing_holds_explodes(patient):
    run = patient(**NO_PENALTY)
    assert severities(run)["exploding"] == "error"
    assert the("exploding", run).changes == {"penalty_weight": 10.0}
    assert severities(patient(**CRITIC_AT_100_TIMES_THE_RATE))["exploding"] == "error"


def test_a_lead_that_changes_hands_again_and_again_is_an_oscillation(patient):
    run = patient(**CRITIC_AT_100_TIMES_THE_RATE)
    assert severities(run)["oscillation"] == "error"


def test_clipping_is_too_loose_where_it_holds_nothing(patient):
    run = patient(**WIDE_CLIP)
    assert severities(run)["clipping_loose"] == "error"
    assert the("clipping_loose", run).changes == {"clip": 0.01}


def test_clipping_is_too_tight_where_it_leaves_no_gradient(patient):
    run = patient(**NARROW_CLIP)
    assert severities(run) == {"clipping_tight": "error"}
    assert the("clipping_tight", run).changes == {"clip": 0.01}


def test_weights_at_the_bound_are_no_illness_under_clipping(patient):
    run = patient(**WELL["wgan"])
    assert run.metrics()["clip_share"][-1] > 0.5
    assert severities(run) == {"healthy": "ok"}


def test_a_training_that_failed_at_a_number_is_told_from_one_that_went_on(patient):
    run = patient(**LSGAN_BY_PLAIN_DESCENT)
    assert severities(run) == {"not_a_number": "error"}
    found = the("not_a_number", run)
    assert found.evidence.startswith("A loss became infinite or not a number at step")
    assert found.apply == NEW


def test_a_discriminator_that_hardly_learns_tells_nothing_apart(patient):
    run = patient(**HARDLY_LEARNING)
    assert severities(run) == {"undecided": "warning"}


def test_a_collapsed_generator_is_found_out_by_its_classes_and_twins(patient):
    run = patient(**G_TOO_FAST)
    assert "collapse" not in severities(run)  # the curves do not tell
    evaluate_run(run, 800, step=max(step for step, _ in run.snapshots() if step <= 300))
    assert severities(run)["collapse"] == "warning"  # it may still be spreading out
    evaluate_run(run, 800)
    assert severities(run)["collapse"] == "error"
    found = the("collapse", run)
    assert "near-duplicate" in found.evidence
    assert severities(run)["noise"] == "error"  # it collapsed to nothing real, so no class is spoken of
    assert "taken for" not in found.evidence
    assert found.chart == "distances"


def test_a_varied_generator_is_not_called_collapsed(patient):
    run = patient(**{**WELL["non_saturating"], "max_steps": 1500, "g_learning_rate": 2e-3, "d_learning_rate": 2e-3})
    evaluate_run(run, 800)
    assert not severities(run).keys() & {"collapse", "overfitted"}


def test_a_discriminator_that_saw_few_images_often_knows_them_by_heart(patient):
    run = patient(**FEW_IMAGES)
    evaluate_run(run, 800)
    assert severities(run)["overfitted"] == "error"


@pytest.mark.parametrize(
    ("name", "settings"),
    [
        ("saturated", {"loss": "non_saturating", **STRONG_D}),
        ("saturated", {"loss": "minimax", **STRONG_D}),
        ("clipping_loose", WIDE_CLIP),
        ("clipping_tight", NARROW_CLIP),
        ("exploding", NO_PENALTY),
        ("exploding", CRITIC_AT_100_TIMES_THE_RATE),
        ("not_a_number", LSGAN_BY_PLAIN_DESCENT),
    ],
)
def test_what_the_doctor_advises_cures(patient, name, settings):
    advice = the(name, patient(**settings))
    assert advice.apply == NEW
    cured = patient(**patient(**settings).config.changed(**advice.changes).to_dict())
    assert "error" not in severities(cured).values()


@pytest.mark.parametrize(("name", "finding"), presets.BROKEN.items())
def test_a_preset_that_fails_on_purpose_is_named_by_its_finding(name, finding, tmp_path):
    config = presets.get(name).config.changed(evaluate_every=0)
    run = store.create(config, {"preset": name}, None, tmp_path)
    _train(run)
    assert run.status().state == FINISHED
    for step in (config.max_steps // 2, config.max_steps):  # as a training of 15 seconds is evaluated, twice
        evaluate_run(run, 800, step=max(each for each, _ in run.snapshots() if each <= step))
    assert severities(run)[finding] == "error"
    assert the(finding, run).changes


def test_advice_to_go_on_with_a_fork_can_be_followed(patient, tmp_path):
    run = patient(**HARDLY_LEARNING)
    advice = the("undecided", run)
    assert advice.apply == FORK
    child = fork(run, None, advice.changes, folder=tmp_path)
    _train(child)
    assert child.status().state == FINISHED
    assert child.status().step > run.status().step
