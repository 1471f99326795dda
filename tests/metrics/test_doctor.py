"""The doctor's edges, on columns made up for them; real trainings are in test_doctor_trainings.py."""

import json

import numpy as np
import pytest

from ganlib import presets
from ganlib.catalog import losses
from ganlib.config import FIELDS, TrainConfig
from ganlib.metrics import doctor
from ganlib.metrics.doctor import advice
from ganlib.metrics.doctor.checks import CHECKS, HEALTHY
from ganlib.metrics.doctor.rules import swings
from ganlib.runs import records
from ganlib.runs.evaluation import Evaluation
from ganlib.runs.status import FAILED, FINISHED, INTERRUPTED, RUNNING, STOPPED, Status
from ganlib.utils import files
from tests.variants import ON_LOGITS

LOSSES = pytest.mark.parametrize("loss", ON_LOGITS)
RUNS = Status(RUNNING)

REMEDIES = [thing for thing in vars(advice).values() if isinstance(thing, advice.Remedy)]


def columns(lines=40, **values):
    """Columns of a training that goes well under the logistic losses, but for `values`."""
    usual = {"g_loss": 0.9, "d_loss": 1.1, "d_real": 0.6, "d_fake": -0.6, "g_grad_norm": 2.0, "d_grad_norm": 3.0}
    steps = {"step": 10.0 * np.arange(1, lines + 1), "epoch": np.arange(1, lines + 1) / 2}
    return steps | {name: np.broadcast_to(value, lines).astype(float) for name, value in {**usual, **values}.items()}


def diagnose(metrics, evaluations=(), status=RUNS, **choices):
    config = TrainConfig.from_dict({"dataset": "digits", **choices})
    return {found.name: found for found in doctor.diagnose(summary(config, metrics, evaluations, status))}


def summary(config, metrics, evaluations=(), status=RUNS, **facts):
    return doctor.RunSummary(config, metrics, records.sound(evaluations, Evaluation.from_json), status, **facts)


def evaluation(**values):
    """An evaluation of samples as varied as real ones, judged by a D that never saw either, but for `values`.

    A value lies in the middle of its interval.
    """
    even = [0.1] * 10
    ends = values.get("interval")
    middles = (
        {name: sum(each) / 2 for name, each in ends.items() if not isinstance(each, str)}
        if isinstance(ends, dict)
        else {}
    )
    return {
        "step": 500, "count": 2000, "seed": 0, "duplicates": 0.01, "sliced_wasserstein": 0.1,
        "floor": {"duplicates": 0.01}, "classes": even,
        "data_classes": even, "d_train": 1.0, "d_held_out": 1.0, "d_fake": -1.0, **middles, **values,
    }  # fmt: skip


# Too little to go by


@pytest.mark.parametrize("metrics", [{}, {"step": np.empty(0)}, columns(1), columns(19), {"step": np.arange(50.0)}])
def test_it_is_too_early_to_tell_without_enough_lines(metrics):
    found = diagnose(metrics)
    assert [(name, finding.severity) for name, finding in found.items()] == [("early", "warning")]
    assert found["early"].changes == {}


def test_enough_lines_that_show_nothing_odd_are_healthy():
    found = diagnose(columns(20))
    assert list(found) == ["healthy"]
    assert found["healthy"].severity == "ok"
    assert found["healthy"].steps == (110, 200)
    assert found["healthy"].meaning == losses.get("non_saturating").how_to_read


@LOSSES
@pytest.mark.parametrize("missing", ["d_loss", "g_loss", "d_real", "d_fake", "g_grad_norm", "d_grad_norm", "epoch"])
def test_a_missing_column_is_no_illness(loss, missing):
    metrics = {name: values for name, values in columns().items() if name != missing}
    assert "error" not in {finding.severity for finding in diagnose(metrics, loss=loss).values()}


@LOSSES
def test_lines_without_values_are_skipped(loss):
    metrics = columns(60)
    for name in metrics:
        metrics[name][::3] = np.nan
    found = diagnose(metrics, loss=loss)
    assert list(found) == ["healthy"]


def test_columns_of_another_length_are_left_out():
    assert "early" in diagnose({**columns(), "d_loss": np.ones(3), "g_loss": np.ones(3)})


# Numbers that look ill and are not


def test_losses_near_log_2_are_an_equilibrium():
    found = diagnose(columns(g_loss=np.log(2), d_loss=2 * np.log(2), d_real=0.1, d_fake=-0.1))
    assert list(found) == ["healthy"]
    assert "balance" in found["healthy"].meaning


@pytest.mark.parametrize("loss", ["wgan", "wgan_gp"])
@pytest.mark.parametrize("level", [-0.001, -0.5, -5.0])
def test_a_critics_loss_may_be_negative(loss, level):
    metrics = columns(d_loss=level, g_loss=level, d_real=-level, d_fake=0.0, g_grad_norm=0.01)
    found = diagnose({**metrics, "clip_share": np.full(40, 0.4), "penalty": np.full(40, 0.1)}, loss=loss)
    assert list(found) == ["healthy"]


def test_penalties_are_no_part_of_ds_lead():
    lost = columns(d_loss=5.01, d_real=9.0, d_fake=-9.0)
    assert diagnose({**lost, "penalty": np.full(40, 5.0)}, loss="dragan")["saturated"].severity == "error"


def test_what_r1_adds_to_a_penalty_is_no_slope():
    metrics = {**columns(d_loss=-1.0, d_real=1.0, d_fake=-1.0), "penalty": np.full(40, 50.0)}
    assert "exploding" in diagnose(metrics, loss="wgan_gp")
    assert "exploding" not in diagnose(metrics, loss="wgan_gp", r1_gamma=100.0)


def test_label_smoothing_leaves_d_a_loss_even_if_it_has_won():
    lowest = -0.1 * np.log(0.1) - 0.9 * np.log(0.9)
    metrics = columns(d_loss=lowest + 0.01, d_real=2.2, d_fake=-9.0)
    assert diagnose(metrics, label_smoothing=0.1)["saturated"].severity == "error"
    assert "saturated" not in diagnose({**metrics, "d_loss": np.full(40, lowest + 0.4)}, label_smoothing=0.1)


def test_ds_short_lead_is_forgotten():
    metrics = columns(200)
    metrics["d_loss"][40:60] = 0.001
    assert list(diagnose(metrics)) == ["healthy"]


def test_a_slow_lead_of_d_is_watched_and_no_illness():
    found = diagnose(columns(d_loss=0.15, d_real=3.0, d_fake=-3.0))["saturated"]
    assert (found.severity, found.title, found.changes) == ("warning", "D is far ahead", {})


def test_a_d_that_has_won_is_no_illness_while_pictures_get_better():
    lost = columns(d_loss=0.001, d_real=9.0, d_fake=-9.0)
    before, better, same = (
        evaluation(step=step, interval={"frechet_distance": ends})
        for step, ends in ((300, [40, 44]), (500, [20, 22]), (500, [39, 43]))
    )
    assert diagnose(lost, [before, better])["saturated"].severity == "warning"
    assert diagnose(lost, [before, same])["saturated"].severity == "error"


def test_a_gradient_that_gets_small_at_the_balance_has_not_vanished():
    metrics = columns(g_grad_norm=np.geomspace(10, 0.001, 40))
    assert "vanishing" not in diagnose(metrics)
    assert "vanishing" in diagnose({**metrics, "d_loss": np.full(40, 0.05)})


# Failures


def test_a_failure_for_other_reasons_is_no_lost_number():
    assert "not_a_number" not in diagnose(columns(), status=Status(FAILED, message="The disk is full."))


def test_a_last_line_without_a_number_is_one_if_the_run_failed():
    metrics = columns(3)
    metrics["d_loss"][-1] = np.nan
    assert list(diagnose(metrics, status=Status(FAILED))) == ["not_a_number"]
    assert list(diagnose(metrics)) == ["early"]


def test_the_end_of_a_short_run_is_not_too_early():
    limits = {"max_steps": 120, "max_seconds": 0.0}
    found = diagnose(columns(12), status=Status(FINISHED, step=120), **limits)["too_short"]
    assert found.evidence == "The run ended after 120 steps, too few for the curves to tell: 12 of 20 measurements."
    # Recognisable pictures take 400 steps with these networks and this loss, and half as many more are advised.
    assert (found.advice, found.changes["max_steps"], found.apply) == ("Train 5 times as long.", 600, "fork")
    assert diagnose(columns(12), status=Status(RUNNING, step=120))["early"].evidence.startswith(
        "Collecting data: 12 of"
    )


@pytest.mark.parametrize("state", [FINISHED, STOPPED, INTERRUPTED])
@pytest.mark.parametrize("metrics", [{}, columns(3), {"step": np.arange(50.0)}])
def test_nothing_is_too_early_once_a_run_has_ended(state, metrics):
    assert list(diagnose(metrics, status=Status(state, step=30))) == ["too_short"]


def test_a_young_d_may_have_won_for_the_moment():
    lost = columns(39, d_loss=0.001, d_real=9.0, d_fake=-9.0)
    assert diagnose(lost)["saturated"].severity == "warning"
    assert diagnose(columns(40, d_loss=0.001, d_real=9.0, d_fake=-9.0))["saturated"].severity == "error"


# Training images


@pytest.mark.parametrize(("line", "losses"), [(2, (1e4, 1.1)), (30, (0.9, 500.0))])
def test_a_loss_that_once_jumped_is_told_in_place_of_calm_curves(line, losses):
    metrics = columns(200)
    metrics["g_loss"][line], metrics["d_loss"][line] = losses
    found = diagnose(metrics)
    assert [(name, each.severity) for name, each in found.items()] == [("jumps", "warning")]
    assert f"to {max(losses):,.0f} at step {10 * (line + 1)}" in found["jumps"].evidence
    assert found["jumps"].steps == (10 * (line + 1),) * 2


def test_a_start_eight_times_the_balance_is_no_jump():
    metrics = columns(200)
    metrics["g_loss"][0], metrics["d_loss"][0] = 8 * 0.9, 8 * 1.1
    assert list(diagnose(metrics)) == ["healthy"]


@pytest.mark.parametrize(("alike", "severity"), [(1.0, "error"), (0.6, "warning"), (0.0, None), (float("nan"), None)])
def test_images_that_are_all_alike_are_said_to_be_so(alike, severity):
    found = doctor.diagnose(summary(TrainConfig(), columns(), alike=alike))
    assert [finding.severity for finding in found if finding.about == "data"] == ([severity] if severity else [])


# Sample quality

REAL = {"frechet_distance": 0.2, "coverage": 0.97, "density": 1.0, "sliced_wasserstein": 0.01, "duplicates": 0.01}
NOISE = {"frechet_distance": 800.0, "coverage": 0.0, "density": 0.0, "sliced_wasserstein": 0.36}


def graded(real=REAL, noise=NOISE, **values):
    return evaluation(floor=real, noise=noise, **values)


@pytest.mark.parametrize(
    ("grade", "line"),
    [
        ("noise", graded(frechet_distance=120.0, coverage=0.008, density=0.007)),
        ("rough", graded(frechet_distance=120.0, coverage=0.008, density=1.2)),  # one good picture over and over
        ("rough", graded(frechet_distance=11.6, coverage=0.3, density=0.5)),
        ("good", graded(frechet_distance=2.4, coverage=0.7, density=0.8)),
        ("as_real", graded(frechet_distance=0.2, coverage=0.97, density=1.0)),
        ("noise", graded(sliced_wasserstein=0.3)),
        ("above_noise", graded(sliced_wasserstein=0.03)),
    ],
)
def test_samples_are_graded_beside_the_dynamics(grade, line):
    found = diagnose(columns(), [line])
    assert set(found) == {"healthy", grade}
    assert [finding.about for finding in found.values() if finding.name == grade] == ["quality"]


@pytest.mark.parametrize("noise", [{}, {"coverage": "a"}, {**NOISE, "coverage": 0.97}, REAL])
def test_without_noise_to_compare_with_nothing_is_graded(noise):
    assert list(
        diagnose(columns(), [graded(noise=noise, frechet_distance=3.0, coverage=0.5, sliced_wasserstein=None)])
    ) == ["healthy"]


def test_noise_is_a_problem_only_once_the_run_has_ended():
    line = graded(frechet_distance=600.0, coverage=0.0, density=0.0)
    assert diagnose(columns(), [line])["noise"].severity == "warning"
    ended = diagnose(columns(), [line], Status(FINISHED, step=600), max_steps=600)["noise"]
    assert (ended.severity, ended.changes["max_steps"]) == ("error", 1200)
    assert diagnose(columns(), [line], Status(FINISHED, step=5000))["noise"].severity == "warning"  # long ago
    lost = columns(d_loss=0.001, d_real=9.0, d_fake=-9.0)
    assert not diagnose(lost, [line], Status(FINISHED, step=600))["noise"].changes


def test_noise_has_no_classes_to_miss():
    eights = {"classes": [0.0] * 8 + [1.0, 0.0], "frechet_distance": 600.0, "coverage": 0.0}
    assert "collapse" not in diagnose(columns(), [graded(**eights, density=0.0)])
    assert "collapse" in diagnose(columns(), [graded(**eights, density=1.5)])


# Evaluations

GOES_ON = evaluation(step=200, interval={"frechet_distance": [20, 22]})


def test_a_fair_evaluation_is_healthy():
    assert list(diagnose(columns(), [evaluation()])) == ["healthy"]


def test_missing_classes_are_named():
    lost = evaluation(classes=[0.2, 0.2, 0.2, 0.2, 0.185, 0.005, 0.0, 0.005, 0.0, 0.005])
    found = diagnose(columns(), [GOES_ON, lost])["collapse"]
    assert found.severity == "error"
    assert found.evidence == "Fewer than 1 % of 2,000 samples are taken for 5, 6, 7, 8 or 9."
    assert found.steps == (500, 500)


def test_one_missing_class_is_watched():
    lost = evaluation(classes=[0.2, *[0.1] * 8, 0.0])
    assert diagnose(columns(), [GOES_ON, lost])["collapse"].severity == "warning"


def test_a_class_that_real_images_lack_too_is_not_missed():
    shares = [0.2, *[0.1] * 8, 0.0]
    assert "collapse" not in diagnose(columns(), [evaluation(classes=shares, data_classes=shares)])


def test_too_few_samples_say_nothing_of_classes():
    assert "collapse" not in diagnose(columns(), [evaluation(classes=[1.0, *[0.0] * 9], count=100)])


def test_repeats_count_above_those_of_real_images():
    assert diagnose(columns(), [GOES_ON, evaluation(duplicates=0.9)])["collapse"].severity == "error"
    assert "collapse" not in diagnose(columns(), [GOES_ON, evaluation(duplicates=0.9, floor={"duplicates": 0.9})])


def test_of_a_few_samples_no_collapse_is_certain():
    assert diagnose(columns(), [GOES_ON, evaluation(duplicates=0.9, count=100)])["collapse"].severity == "warning"


def test_a_generator_that_may_still_be_spreading_out_is_watched():
    repeats = evaluation(duplicates=0.9, interval={"frechet_distance": [9, 10]})
    first, better = (diagnose(columns(), lines)["collapse"] for lines in ([repeats], [GOES_ON, repeats]))
    assert (first.severity, better.severity) == ("warning", "warning")
    assert "second evaluation" in first.evidence
    assert "become better since step 200" in better.evidence
    worse = evaluation(duplicates=0.9, interval={"frechet_distance": [40, 42]})
    assert diagnose(columns(), [GOES_ON, worse])["collapse"].severity == "error"


def test_without_a_classifier_another_distance_tells_whether_pictures_get_better():
    before, after = (
        evaluation(step=step, duplicates=0.9, interval={"sliced_wasserstein": ends})
        for step, ends in ((200, [0.4, 0.5]), (500, [0.1, 0.2]))
    )
    assert diagnose(columns(), [before, after])["collapse"].severity == "warning"
    assert diagnose(columns(), [{**after, "step": 200}, {**before, "step": 500}])["collapse"].severity == "error"


def test_pictures_are_compared_with_those_of_half_the_way():
    lines = [evaluation(step=step) for step in (100, 200, 400, 500, 900, 1000)]

    def earlier(count):
        found = summary(TrainConfig(), columns(), lines[:count]).compared
        return found and found[0].step

    assert [earlier(count) for count in range(7)] == [None, None, 100, 200, 200, 400, 500]


def test_only_evaluations_of_as_many_samples_are_compared():
    """More samples alone bring the distance down."""
    small, fewer, more = (
        evaluation(step=step, count=count, duplicates=0.9, interval={"frechet_distance": ends})
        for step, count, ends in ((200, 2000, [20, 22]), (400, 2000, [19, 21]), (500, 10_000, [9, 10]))
    )
    assert diagnose(columns(), [small, more])["collapse"].severity == "warning"
    assert "second evaluation" in diagnose(columns(), [small, more])["collapse"].evidence
    assert diagnose(columns(), [small, fewer, more])["collapse"].severity == "error"


def test_the_newest_evaluation_counts_and_none_of_the_first_steps():
    gone = evaluation(step=1000, duplicates=0.9)
    assert "collapse" in diagnose(columns(), [gone, evaluation()])
    assert "collapse" not in diagnose(columns(), [evaluation(duplicates=0.9), evaluation(step=1000)])
    assert "collapse" not in diagnose(columns(), [evaluation(step=100, duplicates=0.9)])


@pytest.mark.parametrize(("held_out", "severity"), [(-0.9, "error"), (0.0, "warning"), (0.2, None), (1.5, None)])
def test_unseen_real_images_that_look_fake_show_a_d_that_learned_by_heart(held_out, severity):
    found = diagnose(columns(), [evaluation(d_held_out=held_out)]).get("overfitted")
    assert (found.severity if found else None) == severity
    assert found is None or found.chart == "outputs"


def test_one_odd_evaluation_does_not_make_d_overfitted():
    odd = evaluation(step=1500, d_held_out=-0.9)
    assert "overfitted" not in diagnose(columns(), [evaluation(), evaluation(step=1000), odd])


def test_a_d_that_tells_nothing_apart_has_learned_nothing_by_heart():
    assert "overfitted" not in diagnose(columns(), [evaluation(d_train=0.05, d_held_out=-0.02, d_fake=0.0)])


@pytest.mark.parametrize(
    "damage",
    [
        {"step": "500"}, {"step": None}, {"step": float("nan")}, {"count": None}, {"classes": {"0": 1}},
        {"classes": [0.1]}, {"classes": ["a"] * 10}, {"data_classes": None}, {"floor": [1, 2]}, {"floor": {}},
        {"duplicates": "many"}, {"duplicates": float("inf")}, {"interval": 3}, {"interval": {"frechet_distance": "ab"}},
        {"d_train": None}, {"d_held_out": [1]}, {"d_fake": 10**400},
    ],
)  # fmt: skip
def test_damaged_evaluations_are_survived(damage):
    line = evaluation(**damage)
    assert list(diagnose(columns(), [line, line, *[{}] * 2])) == ["healthy"]


# Advice


@LOSSES
@pytest.mark.parametrize("extreme", ["low", "high", "default"])
def test_changes_are_valid_for_every_config(loss, extreme):
    names = ("g_learning_rate", "d_learning_rate", "clip", "penalty_weight", "critic_steps")
    config = TrainConfig.from_dict({"loss": loss, **{name: getattr(FIELDS[name], extreme) for name in names}})
    for remedy in REMEDIES:
        found = advice.prescribe([remedy], config)
        changed = config.changed(**found.changes)
        assert (changed != config) == bool(found.changes)
        assert found.text.endswith(".")
        assert "{" not in found.text


def test_a_change_that_the_config_refuses_is_not_advised():
    config = TrainConfig.from_dict({"dataset": "digits"})
    refused = advice.Remedy("Take no images at all.", lambda config, usual: {"batch_size": 0}, advice.NEW)
    found = advice.prescribe([refused, advice.SLOWER_D], config)
    assert found.changes == {"d_learning_rate": config.d_learning_rate / 4}


def test_another_loss_gives_up_what_it_cannot_bear():
    given = {"discriminator_norm": "batch", "label_smoothing": 0.1, "label_flips": 0.1}
    config = TrainConfig.from_dict({"dataset": "digits", **given})
    found = advice.prescribe([advice.PENALISED_LOSS], config).changes
    expected = {"loss": "wgan_gp", "discriminator_norm": "auto", "label_smoothing": 0.0, "label_flips": 0.0}
    assert found == expected


def test_a_fork_of_a_finished_run_is_given_more_to_do():
    tells_nothing = columns(d_loss=1.386, d_real=0.0, d_fake=0.0)
    choices = {"g_learning_rate": 1e-3, "d_learning_rate": 1e-4, "epochs": 9000, "max_seconds": 60.0}
    faster = {"d_learning_rate": 1e-3}
    assert diagnose(tells_nothing, status=Status(STOPPED), **choices)["undecided"].changes == faster
    longer = diagnose(tells_nothing, status=Status(FINISHED), **choices)["undecided"].changes
    assert longer == {**faster, "epochs": 10_000, "max_seconds": 120.0}


def test_illnesses_come_first():
    metrics = columns(d_loss=0.15, d_real=3.0, d_fake=-3.0)
    found = diagnose(metrics, [GOES_ON, evaluation(duplicates=0.9)])
    assert [(name, finding.severity) for name, finding in found.items()] == [
        ("collapse", "error"),
        ("saturated", "warning"),
    ]


# The table


@LOSSES
def test_each_finding_has_its_words_under_every_loss(loss):
    facts = losses.get(loss)
    for check in {**CHECKS, **HEALTHY}.values():
        assert check.meaning.format(loss=facts).endswith(".")
        for title in (check.title, *(check.while_watched or ())[:1]):
            assert "{" not in title.format(adversary=facts.adversary)


@pytest.mark.parametrize("loss", [name for name, facts in losses.LOSSES.items() if facts.has_labels])
def test_ds_lowest_loss_is_what_no_output_goes_below(loss):
    """By brute force over D's outputs for real images and for fake ones."""
    outputs = np.linspace(-20, 20, 4001)
    labelled = {"lsgan": (np.square(outputs - 1) / 2, np.square(outputs) / 2)}.get(
        loss, (np.logaddexp(0, -outputs), np.logaddexp(0, outputs))
    )
    for smoothing, flips in ((0.0, 0.0), (0.1, 0.0), (0.3, 0.0), (0.0, 0.2), (0.1, 0.2)):
        as_real = (1 - smoothing) * labelled[0] + smoothing * labelled[1]
        real, fake = ((1 - p) * as_real + p * labelled[1] for p in (flips, 1 - flips))
        np.testing.assert_allclose(losses.get(loss).d_lowest(smoothing, flips), real.min() + fake.min(), atol=1e-4)


def test_swings_count_movements_of_a_size_and_not_small_waves():
    wave = np.sin(np.linspace(0, 6 * np.pi, 200))
    assert swings(wave, 1.5) == 5  # six extremes
    assert swings(wave, 2.5) == 0
    assert swings(np.linspace(0, 9, 50), 1.5) == 1
    assert swings(np.r_[np.nan, wave, np.nan], 1.5) == 5
    assert swings(np.empty(0), 1.0) == 0


def test_what_is_recent_is_a_quarter_but_no_less_than_10_lines_and_no_more_than_50():
    def recent(lines):
        found = summary(TrainConfig(), columns(lines))
        return len(found.steps[found.recent])

    assert [recent(lines) for lines in (5, 20, 100, 1000)] == [5, 10, 25, 50]


# Run folders


def write(run, metrics):
    lines = [dict(zip(metrics, map(float, row), strict=True)) for row in zip(*metrics.values(), strict=True)]
    files.append_lines(run.path / "metrics.jsonl", lines)


def test_a_run_is_examined_by_its_folder(make_run):
    run = make_run()
    assert [finding.name for finding in doctor.examine(run)] == ["early"]
    write(run, columns())
    with (run.path / "metrics.jsonl").open("a") as file:
        file.write('{"step": 410, "g_lo')
    assert [finding.name for finding in doctor.examine(run)] == ["healthy"]


def test_a_damaged_run_gets_no_findings(make_run):
    run = make_run()
    (run.path / "config.json").write_text("{")
    assert doctor.examine(run) == []


def test_advice_starts_from_what_was_changed_while_the_run_trained(make_run):
    run = make_run(g_learning_rate=1e-3, d_learning_rate=1e-3)
    write(run, columns(d_loss=0.001, d_real=9.0, d_fake=-9.0))
    run.add_event("changed", 100, id="1", settings={"d_learning_rate": 8e-4})
    run.add_event("changed", 100, id="2", settings={"d_learning_rate": "fast"})
    run.add_event("changed", 100, id="3", settings=["d_learning_rate"])
    (found,) = doctor.examine(run)
    assert found.changes == {"d_learning_rate": 2e-4}
    assert json.dumps(found.changes)


# Noise, the newest evaluation, a preset


@pytest.mark.parametrize(
    ("distance", "words"), [(1600.0, "farther from real"), (800.0, "about as far from real"), (600.0, "nearer to real")]
)
def test_noise_is_said_to_be_as_far_from_real_images_as_it_is(distance, words):
    found = diagnose(columns(), [graded(frechet_distance=distance, coverage=0.0, density=0.0)])["noise"]
    assert words in found.evidence
    assert "hardly nearer" not in found.meaning


def test_the_collapse_of_noise_is_told_without_classes():
    eights = {"classes": [0.0] * 8 + [1.0, 0.0], "frechet_distance": 600.0, "coverage": 0.0, "density": 0.0}
    found = diagnose(columns(), [graded(**eights, duplicates=0.9)])
    assert {"noise", "collapse"} <= set(found)
    assert "taken for" not in found["collapse"].evidence
    assert {found[name].chart for name in ("noise", "collapse")} == {"distances"}


@pytest.mark.parametrize(("share", "is_ignored"), [(1.5, False), (-0.5, True)])
def test_a_share_that_cannot_be_breaks_nothing(share, is_ignored):
    counts, floor = [[90, 10], [10, 90]], {"class_accuracy": 0.9}
    line = evaluation(step=5000, class_accuracy=share, confusion=counts, floor=floor)
    assert ("ignores_classes" in diagnose(columns(), [line])) is is_ignored


def test_one_evaluation_counts_for_all_rules():
    small, many = (evaluation(count=count, duplicates=share) for count, share in ((100, 0.9), (2000, 0.01)))
    broken = evaluation(step=600, duplicates=0.9, frechet_distance=float("nan"), sliced_wasserstein=None)
    for lines in ([many, small], [small, many], [many, broken]):
        assert summary(TrainConfig(), columns(), lines).newest == Evaluation.from_json(many)
        assert "collapse" not in diagnose(columns(), lines)


def test_a_run_from_a_preset_goes_back_to_the_rates_of_the_preset():
    preset = presets.get("digits-quick").config
    config = preset.changed(g_learning_rate=0.1, d_learning_rate=0.1)
    assert advice.prescribe([advice.PAPER], config, preset).changes["g_learning_rate"] == preset.g_learning_rate
    paper = losses.get(config.loss).defaults["g_learning_rate"]
    assert advice.prescribe([advice.PAPER], config).changes["g_learning_rate"] == paper


# Points in the plane


def points_evaluation(step, *lost, modes=8, good=0.96):
    shares = [0.0 if place in lost else good / (modes - len(lost)) for place in range(modes)]
    return {"step": step, "count": 2000, "seed": 0, "jensen_shannon": 0.1, "good_share": good, "modes": shares,
            "interval": {"jensen_shannon": [0.09, 0.11]}, "floor": {"good_share": 0.99}}  # fmt: skip


def on_points(*evaluations, dataset="ring", status=RUNS, **metrics):
    choices = {"dataset": dataset, "generator": "points", "discriminator": "points"}
    return diagnose(columns(**metrics), evaluations, status, **choices)


def test_lost_modes_are_named():
    found = on_points(points_evaluation(4000, 1, 2))["lost_modes"]
    assert (found.severity, found.about) == ("error", "quality")
    assert "none is within three standard deviations of 2 of 8 modes: 45°; 90°." in found.evidence
    assert "points" in found.meaning
    few = on_points(points_evaluation(4000, 3, modes=25), dataset="grid")["lost_modes"]
    assert (few.severity, "row 5, column 4." in few.evidence) == ("warning", True)


def test_modes_may_still_be_found_while_it_trains():
    evaluations = points_evaluation(2000, 0, 1, 2, 3), points_evaluation(4000, 1, 2)
    assert on_points(*evaluations)["lost_modes"].severity == "warning"
    assert on_points(*evaluations, status=Status(FINISHED, step=4000))["lost_modes"].severity == "error"


def test_all_modes_found_is_told_and_a_d_that_tells_nothing_apart_is_then_no_trouble():
    at_balance = {"g_loss": np.log(2), "d_loss": 2 * np.log(2), "d_real": 0.0, "d_fake": 0.0}
    assert "undecided" in on_points(points_evaluation(4000, 1), **at_balance)
    found = on_points(points_evaluation(4000), **at_balance)
    assert set(found) == {"all_modes", "healthy"}
    assert "all 8 modes; 96 % of the samples are good, of real points 99 %" in found["all_modes"].evidence
    assert on_points(points_evaluation(4000, good=0.4))["all_modes"].severity == "warning"


def test_of_points_nothing_is_said_of_images():
    assert "real points score" in on_points()["healthy"].evidence


# Stacked digits


def stacked(found, real=1000, **values):
    """An evaluation of stacked digits that counted modes; a repeat may find 5 more or fewer."""
    interval = {"stacked_modes": [found - 5, found + 5]}
    return evaluation(
        stacked_modes=found, interval=interval, floor={"duplicates": 0.01, "stacked_modes": real}, **values
    )


def test_few_combinations_of_digits_are_found_out():
    told = {"dataset": "stacked-mnist"}
    ended = diagnose(columns(), [stacked(120)], Status(FINISHED, step=500), **told)["few_combinations"]
    assert (ended.severity, ended.about) == ("error", "quality")
    assert "samples show 120 of 1,000 combinations of three digits, as many real images 1,000" in ended.evidence
    assert ended.changes == {"pack": 2}
    assert diagnose(columns(), [stacked(120)], **told)["few_combinations"].severity == "warning"
    assert (
        diagnose(columns(), [stacked(700)], Status(FINISHED, step=500), **told)["few_combinations"].severity
        == "warning"
    )


@pytest.mark.parametrize("line", [stacked(960), stacked(896), stacked(400, real=440), evaluation()])
def test_as_many_combinations_as_real_images_show_are_no_finding(line):
    assert "few_combinations" not in diagnose(columns(), [line], dataset="stacked-mnist")


# Asked classes


def asked(right, real=0.98, **values):
    """An evaluation of a conditional run of ten classes, 200 samples each, of which a share is drawn as asked."""
    wrong = (1 - right) / 9
    confusion = [[200 * (right if row == column else wrong) for column in range(10)] for row in range(10)]
    floor = {"duplicates": 0.01, "class_accuracy": real}
    return evaluation(class_accuracy=right, confusion=confusion, floor=floor, **values)


def test_a_generator_that_ignores_the_class_it_is_asked_for_is_found_out():
    found = diagnose(columns(), [asked(0.12)], Status(FINISHED, step=500), conditioning="concat")["ignores_classes"]
    assert found.severity == "error"
    assert "12 % for the class that was asked for, of real images 98 %" in found.evidence
    assert found.changes == {"conditioning": "projection"}
    assert diagnose(columns(), [asked(0.12)], conditioning="concat")["ignores_classes"].severity == "warning"
    assert diagnose(columns(), [asked(0.75)], conditioning="concat")["ignores_classes"].severity == "warning"


@pytest.mark.parametrize(
    "line", [asked(0.95), asked(0.8, real=0.85), asked(0.12, step=100), evaluation(), evaluation(confusion=[[1, 2]])]
)
def test_a_generator_that_draws_what_it_is_asked_for_is_left_alone(line):
    assert "ignores_classes" not in diagnose(columns(), [line], conditioning="concat")


# Codes of an InfoGAN


def told(category=2.2, one=0.8, two=0.6, lines=80):
    return columns(lines, information_category=category, information_code_1=one, information_code_2=two, code_loss=0.2)


@pytest.mark.parametrize(("ignored", "name"), [({"category": 1.0}, "category"), ({"one": 0.1}, "code 1")])
def test_a_code_that_nobody_can_read_off_images_is_found_out(ignored, name):
    found = diagnose(told(**ignored), status=Status(FINISHED, step=800), conditioning="infogan")["ignores_codes"]
    assert found.severity == "error"
    assert f"Of the {name}, Q reads at most" in found.evidence
    assert "code 2" not in found.evidence
    augmented = {"conditioning": "infogan", "augment": "diffaugment"}
    ended = diagnose(told(**ignored), status=Status(FINISHED, step=800), **augmented)["ignores_codes"]
    assert ended.changes == {"augment": "none"}
    assert diagnose(told(**ignored), conditioning="infogan")["ignores_codes"].severity == "warning"


def test_codes_that_are_read_off_and_young_runs_are_left_alone():
    assert "ignores_codes" not in diagnose(told(), conditioning="infogan")
    assert "ignores_codes" not in diagnose(told(category=1.0, lines=40), conditioning="infogan")


def test_what_is_missing_of_codes_does_not_count_as_ds_loss():
    beside = summary(TrainConfig(dataset="digits", conditioning="infogan"), columns(d_loss=1.3, code_loss=0.2))
    assert beside.left == pytest.approx(summary(TrainConfig(dataset="digits"), columns(d_loss=1.1)).left)
