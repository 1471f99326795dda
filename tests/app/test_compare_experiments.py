"""Experiments: before they start, while they go on, and when they are over."""

import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from ganlib import data, presets
from ganlib.catalog.metrics import METRICS
from ganlib.config import FIELDS
from ganlib.experiments import launch, ready_made, results
from ganlib.experiments.plan import MOST_VALUES, VARIABLE, Budget, Plan, plan, plan_presets
from ganlib.experiments.sweep import sweep
from ganlib.runs import queue, store
from ganlib.runs.folder import Run
from ganlib.runs.status import FAILED, FINISHED, PAUSED, QUEUED, RUNNING, STOPPED, Status
from ganlib.training import estimate
from ganlib.utils import files, images
from ganlib.utils.errors import UserError
from tests.app.shown import again, parameter, texts
from ui.common import page_layout
from ui.compare import builder, code, curves, experiment_view, experiments, starting

pytestmark = pytest.mark.usefixtures("home")

PAGE = Path(__file__).parents[2] / "pages" / "compare.py"
DIGITS = presets.get("digits-quick").config
NUMBERS = [name for name, info in VARIABLE.items() if type(info.default) in (int, float)]


@pytest.fixture(autouse=True)
def here(monkeypatch: pytest.MonkeyPatch) -> set[str]:
    """The data sets that are on this machine, for a test to change."""
    names = {"digits", "mnist", "fashion-mnist", "svhn"}
    monkeypatch.setattr(data, "where", lambda name, split="train": "here" if name in names else None)
    return names


def two_losses(seeds: int = 2, **options: Any) -> Plan:
    return plan("digits-quick", DIGITS, "loss", ["non_saturating", "lsgan"], seeds, **options)


def started(chosen: Plan, states: Sequence[str] = (), evaluations: int = 1) -> list[Run]:
    """Start an experiment and pretend that its first runs came to these states; no process is started."""
    made = launch.start(chosen)
    for number, (one, state) in enumerate(zip(made, states, strict=False)):
        one.write_status(Status(state, step=100, total_steps=100, epoch=3.6, seconds=5.0, message="Too fast."))
        rows = [{"step": step, "epoch": step / 28, "g_loss": 1.0 + number, "d_loss": 2.0} for step in (50, 100)]
        files.append_lines(one.path / "metrics.jsonl", rows)
        (one.path / "samples").mkdir()
        sample_grid = images.sample_grid(np.full((64, 8, 8, 1), 40, np.uint8))
        (one.path / "samples" / "last.png").write_bytes(images.png_bytes(sample_grid))
        files.append_lines(one.path / "samples" / "index.jsonl", [{"file": "last.png", "step": 100, "epoch": 3.6}])
        for place in range(evaluations):
            line = {"count": 2000, "seed": 0, "frechet_distance": 10.0 + number, "floor": {"frechet_distance": 0.4}}
            files.append_lines(one.path / "evaluations.jsonl", [{"step": 50 * (place + 1), **line}])
    return made


def opened(**params: str) -> AppTest:
    app = AppTest.from_file(str(PAGE), default_timeout=30)
    app.query_params.update({"view": "experiments", **params})
    return again(app)


def rows(app: AppTest, number: int) -> dict[str, list[str]]:
    """Return a table as its first column -> the rest, without the marks of Markdown."""
    plain = [[str(cell).replace("\\", "") for cell in row] for row in app.table[number].value.values.tolist()]
    return {row[0].strip("*"): row[1:] for row in plain}


def button(app: AppTest, key: str) -> Any:
    found = [one for one in app.button if one.key == key]
    return found[0] if found else None


# All of them


def test_without_experiments_the_page_says_what_one_is() -> None:
    app = opened()

    assert "**No experiment yet.**" in texts(app)
    assert all(f"**{one.title}**" in texts(app) for one in ready_made.READY.values())


def test_experiments_are_listed_with_states_and_owner_and_opened_by_a_click() -> None:
    chosen = two_losses(title="Mine *and* <b>yours</b>")
    launch.start(chosen, owner="ann")
    app = opened()
    assert "**Mine *and* <b>yours</b>**" in texts(app)
    assert "2 values, 2 seeds · 4 queued · ann" in texts(app)

    button(app, f"compare_open_{chosen.id}").click()
    again(app)

    assert parameter(app, "exp") == chosen.id
    assert app.header[0].value.replace("\\", "") == "Mine *and* <b>yours</b>"


def test_a_link_to_an_experiment_needs_no_view() -> None:
    chosen = two_losses(seeds=1)
    started(chosen)

    assert opened(view="", exp=chosen.id).header


def test_unknown_experiment_is_one_sentence() -> None:
    app = opened(exp="<b>gone</b>")

    assert "no experiment '<b>gone</b>'" in texts(app, "warning")
    assert button(app, "compare_back")


def test_changing_the_view_forgets_the_experiment() -> None:
    chosen = two_losses(seeds=1)
    started(chosen)
    app = opened(exp=chosen.id)

    app.segmented_control(key="compare_view").set_value("side-by-side")
    again(app)

    assert parameter(app, "exp") is None
    assert not app.header


# Ready ones


def test_a_card_prepares_and_starts_nothing(home: Path) -> None:
    app = opened()

    button(app, "compare_short_fashion-loss").click()
    again(app)

    assert (parameter(app, "ready"), parameter(app, "length")) == ("fashion-loss", "short")
    assert button(app, "compare_start_ready").label == "Start 2 runs"
    assert rows(app, 0)["Loss"] == ["Non-saturating", "WGAN-GP (gradient penalty)"]
    assert store.list_runs() == []


def test_a_link_holds_length_and_seeds() -> None:
    app = opened(ready="mnist-systems", length="full", seeds="2")

    assert app.metric[0].value == "6"
    assert app.metric[1].value == "3 × 2"
    assert "In full" in texts(app)
    assert "no single one explains" in texts(app, "warning")


def test_the_short_version_tells_what_it_changes() -> None:
    told = texts(opened(ready="mnist-systems"))
    assert "3,200 steps a run with the compact networks" in told
    assert "Advanced differs from the baseline in its networks alone" in told


@pytest.mark.parametrize("params", [{"length": "x"}, {"seeds": "99"}, {"seeds": "-1"}], ids=str)
def test_nonsense_about_a_ready_one_is_corrected(params: dict[str, str]) -> None:
    assert int(opened(ready="critic-steps", **params).metric[0].value) in (2, 10)


def test_unknown_ready_one_is_one_sentence() -> None:
    assert "no ready experiment" in texts(opened(ready="gone"), "warning")


def test_starting_queues_all_and_leads_to_the_experiment() -> None:
    app = opened(ready="critic-steps", seeds="2", me="ann")

    button(app, "compare_start_ready").click()
    again(app)

    (found,) = results.find()
    assert parameter(app, "exp") == found.id
    assert parameter(app, "ready") is None
    assert found.states() == {QUEUED: 4}
    assert {one.about().owner for one in found.runs} == {"ann"}


def test_a_double_click_starts_one_experiment(monkeypatch: pytest.MonkeyPatch) -> None:
    session: dict[str, Any] = {}
    monkeypatch.setattr(starting.st, "session_state", session)
    monkeypatch.setattr(starting.user, "name", lambda: "")

    first, second = (starting.start_once(two_losses(seeds=1)) for _ in range(2))
    session["compare_started"] = (first, time.monotonic() - 2 * page_layout.DOUBLE_CLICK_SECONDS)
    third = starting.start_once(two_losses(seeds=1))

    assert first == second != third
    assert len(results.find()) == 2


def test_limits_are_told_before(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GANLIB_MAX_RUNS", "3")
    app = opened(ready="critic-steps", seeds="2")

    assert "needs 4 runs, but only 3 more are allowed" in texts(app, "error")
    assert button(app, "compare_start_ready").disabled


def test_missing_images_are_offered_and_nothing_can_start(here: set[str]) -> None:
    here.discard("fashion-mnist")
    app = opened(ready="fashion-loss")

    assert "Fashion-MNIST's training images are not on this machine yet" in texts(app, "info")
    assert button(app, "offer_download")
    assert button(app, "compare_start_ready").disabled


def test_in_a_class_a_name_is_needed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GANLIB_CLASS", "1")

    assert button(opened(ready="critic-steps"), "compare_start_ready").disabled
    assert not button(opened(ready="critic-steps", me="ann"), "compare_start_ready").disabled


# The builder


def test_the_builder_proposes_two_losses_and_tells_all_that_differs() -> None:
    app = opened()

    assert button(app, "compare_start_built").label == "Start 4 runs"
    assert rows(app, 0)["Loss"] == ["Non-saturating", "Least squares"]
    assert list(rows(app, 0)) == ["Loss"]
    assert "Exactly one thing" in texts(app)


def test_a_loss_can_bring_its_papers_settings_which_stand_in_the_address() -> None:
    app = opened()

    app.segmented_control(key="compare_way").set_value("paper")
    again(app)

    assert parameter(app, "settings") == "paper"
    for shown in (app, opened(settings="paper")):
        assert "Non-saturating brings: G learning rate 0.0002" in texts(shown)
        assert "Least squares brings: G learning rate 0.0002" in texts(shown)
        assert list(rows(shown, 0)) == ["Loss"]  # both papers have one rate


def test_what_a_loss_cannot_do_without_is_told() -> None:
    app = opened()

    app.multiselect(key="compare_values_digits-quick_loss").set_value(["non_saturating", "wgan", "wgan_gp"])
    again(app)

    assert "WGAN (weight clipping) brings: Clipping bound 0.01." in texts(app)
    assert "WGAN-GP (gradient penalty) brings: Penalty weight 10, no normalisation in D." in texts(app)


def test_too_few_steps_are_warned_of_before_the_start() -> None:
    app = opened()
    assert "hardly be recognisable" not in texts(app, "warning")

    app.number_input(key="compare_steps").set_value(50)
    again(app)

    assert "Least squares: The pictures will hardly be recognisable" in texts(app, "warning")


def test_a_number_is_varied_around_the_base() -> None:
    app = opened()
    app.selectbox(key="compare_field").set_value("g_learning_rate")
    again(app)
    assert rows(app, 0)["G learning rate"] == ["0.001", "0.002", "0.004"]

    app.multiselect(key="compare_values_digits-quick_g_learning_rate").set_value(["0.002", "0.008"])
    again(app)

    assert button(app, "compare_start_built").label == "Start 4 runs"


def test_one_value_is_no_experiment() -> None:
    app = opened()

    app.multiselect(key="compare_values_digits-quick_loss").set_value(["hinge"])
    again(app)

    assert "compares 2 to 8 different values" in texts(app, "info")
    assert not button(app, "compare_start_built")


def test_a_switch_is_compared_off_and_on() -> None:
    app = opened()

    app.selectbox(key="compare_field").set_value("spectral_norm")
    again(app)

    assert rows(app, 0)["Spectral normalisation"] == ["off", "on"]


def test_what_does_not_go_together_is_one_sentence_in_words() -> None:
    app = opened()

    app.selectbox(key="compare_field").set_value("label_smoothing")
    app.selectbox(key="compare_base").set_value("fashion-wgan")
    again(app)

    assert "label_smoothing" not in texts(app, "info")
    assert "Label smoothing" in texts(app, "info")


@pytest.mark.parametrize("budget", ["steps", "seconds", "epochs", "own"])
def test_the_budget_is_that_of_every_run(budget: str) -> None:
    app = opened()
    app.segmented_control(key="compare_budget").set_value(budget)
    again(app)

    button(app, "compare_start_built").click()
    again(app)

    limits = {
        "steps": (2300, 0.0, 10_000), "seconds": (0, 120.0, 10_000), "epochs": (0, 0.0, 5), "own": (2300, 120.0, 1000)
    }  # fmt: skip
    (found,) = results.find()
    found_limits = {(one.config.max_steps, one.config.max_seconds, one.config.epochs) for one in found.runs}
    assert found_limits == {limits[budget]}


@pytest.mark.parametrize("name", NUMBERS)
def test_proposals_hold_the_base_lie_within_bounds_and_make_an_experiment(name: str) -> None:
    info = FIELDS[name]
    for preset in presets.of_images().values():
        base = getattr(preset.config, name)
        found = builder.proposals(info, base)
        assert base in found
        assert 2 <= len(found) <= MOST_VALUES
        assert found == sorted(set(found))
        assert [info.checked(value) for value in found] == found


@pytest.mark.parametrize("typed", ["x", "-1", "1e9", ""])
def test_what_is_typed_as_a_number_is_checked(typed: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(builder.st, "multiselect", lambda *args, **options: [typed])

    with pytest.raises(UserError):
        builder.ask_values(FIELDS["g_learning_rate"], 2e-4, "key")


# The estimate


def test_the_forecast_adds_up_all_runs(monkeypatch: pytest.MonkeyPatch) -> None:
    chosen = plan("digits-quick", DIGITS, "latent_dim", [2, 8], seeds=3, budget=Budget(seconds=20))

    assert starting.forecast(chosen).seconds == pytest.approx(6 * (20 + estimate.GETTING_READY), rel=0.01)
    monkeypatch.setenv("GANLIB_SLOTS", "2")
    assert starting.forecast(chosen).seconds == pytest.approx(3 * (20 + estimate.GETTING_READY), rel=0.01)


# One experiment


def test_an_experiment_that_waits_says_how_long_it_takes() -> None:
    chosen = two_losses()
    started(chosen)
    app = opened(exp=chosen.id)

    assert "No pictures yet" in texts(app)
    assert list(rows(app, 0)) == ["Loss"]
    assert not app.get("plotly_chart")
    assert button(app, "compare_stop")


def test_states_are_told_run_by_run_and_as_a_whole(monkeypatch: pytest.MonkeyPatch) -> None:
    told: list[tuple[float, str]] = []
    monkeypatch.setattr(experiment_view.st, "progress", lambda value, text="": told.append((value, text)))
    made = started(two_losses(budget=Budget(seconds=20)), [FINISHED, STOPPED])
    statuses = {member: member.run.status() for member in results.find()[0].members}

    experiment_view._standing(statuses)

    assert len(made) == 4
    assert told[0][0] == 0.5
    assert told[0][1].startswith("2 of 4 runs have ended · about 55 s left · waiting for its turn")


def test_an_experiment_that_is_over_shows_sheets_bands_and_numbers() -> None:
    chosen = two_losses()
    started(chosen, [FINISHED] * 4, evaluations=2)
    app = opened(exp=chosen.id)

    alternatives = [picture.alt for element in app.get("image") for picture in element.proto.imgs]
    assert "Grid of 64 images: Loss Least squares, seed 2, step 100" in alternatives
    assert len(alternatives) == 4
    assert len(app.get("plotly_chart")) == 3
    assert rows(app, 0)["Fréchet distance ↓"] == ["11.0 (10.0 to 12.0)", "12.0 (11.0 to 13.0)", "0.4"]
    assert rows(app, 2)["Steps"] == ["100", "100"]
    assert "different scales" in texts(app)
    assert not button(app, "compare_stop")


def test_where_several_settings_differ_no_value_is_the_best() -> None:
    chosen = plan("digits-quick", DIGITS, "loss", ["non_saturating", "wgan_gp"], 2, settings="paper")
    started(chosen, [FINISHED] * 4)
    app = opened(exp=chosen.id)

    assert "The setting in bold was varied" in texts(app, "warning")
    assert rows(app, 0)["Fréchet distance ↓"] == ["11.0 (10.0 to 12.0)", "12.0 (11.0 to 13.0)", "0.4"]
    assert "no value is called the best" in texts(app)
    assert "no answer" in texts(app)


def test_one_evaluation_a_run_is_a_number_and_no_curve() -> None:
    chosen = two_losses(seeds=1)
    started(chosen, [FINISHED] * 2)
    app = opened(exp=chosen.id)

    assert len(app.get("plotly_chart")) == 2
    assert "Fréchet distance ↓" in rows(app, 0)


def test_the_metric_that_is_drawn_is_in_the_address(monkeypatch: pytest.MonkeyPatch) -> None:
    drawn: list[str] = []
    monkeypatch.setattr(curves, "show_metric", lambda name, *args: drawn.append(name))
    chosen = two_losses(seeds=1)
    for one in started(chosen, [FINISHED] * 2, evaluations=0):
        lines = [{"step": step, "count": 2000, "seed": 0, **dict.fromkeys(METRICS, 0.5)} for step in (50, 100)]
        files.append_lines(one.path / "evaluations.jsonl", lines)
    for asked in ("recall", "nonsense"):
        opened(exp=chosen.id, metric=asked)

    assert drawn == ["recall", "frechet_distance"]


def test_failed_runs_are_told_once_for_one_reason() -> None:
    chosen = two_losses()
    made = started(chosen, [FAILED] * 2)
    app = opened(exp=chosen.id)

    assert [one.value.replace("\\", "") for one in app.warning] == [f"**{made[0].id}, {made[1].id}** failed: Too fast."]


def test_deleted_runs_leave_a_gap() -> None:
    chosen = two_losses()
    store.delete(started(chosen, [FINISHED] * 4)[1])

    assert "Deleted" in texts(opened(exp=chosen.id))


def test_damaged_settings_are_no_error() -> None:
    chosen = two_losses(seeds=1)
    made = started(chosen, [FINISHED] * 2)
    record = made[0].record | {"loss": "nonsense"}
    files.write_json(made[0].path / "config.json", record)

    assert "cannot be compared" in texts(opened(exp=chosen.id))


def test_stopping_takes_the_waiting_ones_first(monkeypatch: pytest.MonkeyPatch) -> None:
    stopped: list[str] = []
    monkeypatch.setattr(queue, "stop", lambda run: stopped.append(run.id))
    chosen = two_losses()
    made = started(chosen, [FINISHED, PAUSED])
    with made[1].held():
        app = opened(exp=chosen.id)
        button(app, "compare_stop").click()
        again(app)

    assert stopped == [made[2].id, made[3].id, made[1].id]


def test_in_a_class_only_the_owner_may_stop_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GANLIB_CLASS", "1")
    chosen = two_losses(seeds=1)
    launch.start(chosen, owner="ann")

    assert not button(opened(exp=chosen.id, me="ben"), "compare_stop")
    assert button(opened(exp=chosen.id, me="ann"), "compare_stop")


def test_its_first_seed_can_be_seen_side_by_side() -> None:
    chosen = two_losses()
    made = started(chosen, [FINISHED] * 4)
    app = opened(exp=chosen.id)

    button(app, "compare_to_side").click()
    again(app)

    assert parameter(app, "runs") == f"{made[0].id},{made[1].id}"
    assert len(app.get("image")) == 2


def test_presets_are_compared_by_their_titles() -> None:
    chosen = plan_presets(["digits-quick", "mnist-quick"])
    started(chosen, [FINISHED] * 2)
    app = opened(exp=chosen.id)

    assert "Digits, quick" in texts(app)
    assert "several settings differ at once" in texts(app, "warning")


def test_the_code_leaves_a_figure_and_writes_the_report(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ganlib.experiments.report._packed_plotly", lambda: "")
    monkeypatch.chdir(tmp_path)
    chosen = two_losses(seeds=1)
    started(chosen, [FINISHED] * 2)
    found: dict[str, Any] = {}

    exec(code.experiment(chosen.id), found)

    assert [trace.name for trace in found["figure"].data] == ["Non-saturating", "Least squares"]
    assert (tmp_path / f"{chosen.id}.html").read_text().startswith("<!doctype html>")


def test_forecasts_of_the_cards_are_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    experiments._seconds.clear()
    asked: list[Plan] = []

    def forecast(chosen: Plan) -> starting.Forecast:
        asked.append(chosen)
        return starting.Forecast(60.0, [])

    monkeypatch.setattr(starting, "forecast", forecast)
    for _ in range(2):
        experiments._seconds("critic-steps", True)
    experiments._seconds.clear()

    assert len(asked) == 1


@pytest.mark.parametrize("field", ["loss", "dataset"])
def test_metrics_are_compared_only_where_all_learned_from_the_same_images(field: str) -> None:
    values = {"loss": ["non_saturating", "lsgan"], "dataset": ["digits", "mnist"]}[field]
    base = presets.get("digits-quick").config
    chosen = plan("digits-quick", base, field, values, seeds=1, budget=Budget(seconds=5))
    started(chosen, [FINISHED] * 2)
    told = texts(opened(exp=results.find()[0].id))

    assert ("their numbers do not compare" in told) == (field == "dataset")
    assert ("Bold marks the best of a row" in told) == (field == "loss")


def test_a_sweep_shows_the_best_combination_first_and_all_in_one_picture() -> None:
    chosen = sweep("digits-quick", {"latent_dim": "4,8", "loss": "hinge,lsgan"}, budget=Budget(steps=100))
    started(chosen, [FINISHED, FINISHED, RUNNING])
    app = opened(exp=chosen.id)
    assert "comes nearest to real images so far: Fréchet distance 10.0; real images 0.4" in texts(app)
    assert [chart.proto.alt for chart in app.get("plotly_chart")] == [
        "A line for each combination of settings, through what came of it"
    ]
    table = app.table[0].value
    assert list(table.columns) == ["Latent dimension", "Loss", "Fréchet distance"]
    assert table.values.tolist()[0][:2] == ["4", "hinge"]
    assert len(table) == 3, "what is not evaluated has no place yet"
    assert not app.exception
