"""The Lab's page: what it starts, what its address holds, what it says of a run that is none of its own."""

import shutil
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from ganlib import plots, presets
from ganlib.catalog import drawing
from ganlib.catalog.points import PRESETS
from ganlib.runs import frames, queue, store
from ganlib.runs.folder import Run
from ganlib.runs.status import FINISHED, QUEUED, RUNNING, Status
from ganlib.utils import files
from ganlib.utils.errors import UserError
from tests.app.shown import again, keys, parameter, press, texts
from tests.variants import slow_unless

PAGE = str(Path(__file__).parents[2] / "pages" / "lab.py")


def opened(**params: str) -> AppTest:
    app = AppTest.from_file(PAGE, default_timeout=60)
    app.query_params.update(params)
    return again(app)


@pytest.fixture
def run(ring: Run, home: Path) -> Run:
    return Run(shutil.copytree(ring.path, home / ring.id))


@pytest.mark.parametrize("preset", PRESETS)
def test_start_trains_what_the_form_and_the_address_say(preset: str, home: Path) -> None:
    app = press(opened(preset=preset, latent_dim="3", loss="lsgan"), "lab_start")
    run = store.find(parameter(app, "run"))
    config = run.config
    assert (config.dataset, config.latent_dim, config.loss) == (presets.get(preset).config.dataset, 3, "lsgan")
    assert run.record["preset"] == preset


def test_a_rate_between_the_stops_is_taken_from_the_address(home: Path) -> None:
    app = press(opened(preset="ring-quick", g_learning_rate="0.00012345", d_learning_rate="2"), "lab_start")
    config, usual = store.find(parameter(app, "run")).config, presets.get("ring-quick").config
    assert (config.g_learning_rate, config.d_learning_rate) == (0.00012345, usual.d_learning_rate)


def test_what_the_lab_cannot_take_from_the_address_is_told_with_a_run_open_too(run: Run) -> None:
    usual = presets.get("ring-quick").config
    app = opened(
        run=run.id, preset="ring-quick", layers="real", width="5000", batch_size="17", precision=usual.precision
    )
    said = texts(app, "warning")
    assert "width=5000" in said
    assert "batch_size=17" in said
    assert "precision" not in said
    app.slider(key="explore_depth").set_value(1)
    assert not texts(again(app), "warning")
    assert parameter(app, "batch_size") is None
    assert parameter(app, "layers") == "real"


def test_layers_that_there_are_not_are_told_and_the_usual_ones_are_on(run: Run) -> None:
    app = opened(run=run.id, layers="real,sneeze")
    assert "layers=real,sneeze" in texts(app, "warning")
    assert "**Generated:**" in texts(app, "caption")
    assert not texts(opened(run=run.id, layers="none"), "warning")


@pytest.mark.parametrize("opinion", slow_unless("own".__eq__, ["own", "ideal", "missed"]))
def test_a_finished_run_is_shown_with_each_opinion(run: Run, opinion: str) -> None:
    app = opened(run=run.id, opinion=opinion)
    assert [metric.label for metric in app.metric] == ["Modes found", "Good samples"]
    assert ("Jensen-Shannon" in texts(app, "caption")) == (opinion != "own")


@pytest.mark.parametrize(
    ("state", "changes", "said"),
    [
        (RUNNING, {}, "can be chosen once the run has ended"),
        (FINISHED, {"loss": "wgan_gp"}, "there is no ideal D"),
        (FINISHED, {"pack": 2}, "several points at once"),
        (FINISHED, {}, "left no weights"),
    ],
)
def test_why_there_is_no_ideal_discriminator_is_said(
    home: Path, state: str, changes: dict[str, Any], said: str
) -> None:
    made = store.create(presets.get("ring-quick").config.changed(**changes), {"preset": "ring-quick"}, "one")
    made.write_status(Status(state, step=1, total_steps=9))
    with made.held():
        assert said in texts(opened(run="one"), "caption")


def test_a_queued_run_counts_no_steps(home: Path) -> None:
    store.create(presets.get("ring-quick").config, {"preset": "ring-quick"}, "one").write_status(Status(QUEUED))
    assert "Step 0" not in texts(opened(run="one"), "caption")


def test_an_address_shows_the_push_of_one_point_under_each_loss_and_its_code_makes_the_same(run: Run) -> None:
    app = opened(run=run.id, point="7", step="0", layers="real,fake,lost")
    frame = frames.read(run.path, [0])[0]
    pushes = plots.pushes_under(frame.scores[6:7], frame.slopes[6:7])
    said = texts(app, "caption")
    for name, title in plots.distinct_losses().items():
        assert f"**{title}**: {np.linalg.norm(pushes[name]):.3g}" in said
    assert f"Point 7 at step 0: D's output there is {frame.scores[6]:.3g}" in said
    found: dict[str, Any] = {}
    for shown in app.code:
        exec(shown.value, found)
    assert all(np.array_equal(found["pushes"][name], push) for name, push in pushes.items())
    fake = found["figure"].data[1]
    np.testing.assert_allclose(np.stack([fake.x, fake.y], axis=1), frame.points, atol=1e-3)


@pytest.mark.parametrize("params", [{"point": "401"}, {"point": "x"}, {"step": "-1"}, {"point": "3", "step": "7"}])
def test_a_point_or_a_step_that_is_not_there_leaves_the_page_standing(run: Run, params: dict[str, str]) -> None:
    app = opened(run=run.id, **params)
    assert "The same points under every loss" in [header.value for header in app.subheader]


def test_lost_modes_are_told_by_the_doctor_and_are_a_layer(run: Run) -> None:
    line = {"step": 400, "count": 2000, "seed": 0, "jensen_shannon": 0.4, "modes": [0.5, 0, 0, 0, 0, 0, 0, 0]}
    files.append_lines(run.evaluations_path, [line])
    run.write_status(Status(FINISHED, step=400))
    app = opened(run=run.id)
    assert "7 of 8 modes: 45°; 90°" in texts(app, "caption")
    assert app.metric[0].value == "1 of 8", "as the doctor counts, not among the points that are drawn"
    assert "Counted among 2,000 samples." in texts(app, "caption")
    assert "lost" in app.pills[0].value
    assert "lost_by_step" in app.code[0].value


@pytest.mark.parametrize(("step", "is_told"), [(420, True), (900, False)])
def test_while_it_trains_only_what_was_found_lately_is_told_of_samples(run: Run, step: int, is_told: bool) -> None:
    line = {"step": 400, "count": 2000, "seed": 0, "jensen_shannon": 0.4, "modes": [0.5, 0, 0, 0, 0, 0, 0, 0]}
    files.append_lines(run.evaluations_path, [line])
    run.write_status(Status(RUNNING, step=step, total_steps=1000))
    with run.held():
        assert ("7 of 8 modes: 45°; 90°" in texts(opened(run=run.id), "caption")) is is_told


DRAWING = drawing.make_name([3, *[0] * (drawing.SIDE**2 - 1)])


def test_a_drawing_in_the_address_is_trained_on(home: Path) -> None:
    app = press(opened(dataset=DRAWING, pack="2"), "lab_start")
    run = store.find(parameter(app, "run"))
    assert (run.config.dataset, run.config.pack, run.id) == (DRAWING, 2, "drawn-1")
    assert "preset" not in run.record
    app = press(opened(dataset=DRAWING), "lab_clear")
    assert parameter(app, "dataset") == drawing.EMPTY
    assert "The drawing is empty" in texts(app, "error")


def test_the_other_run_of_a_pair_differs_in_the_loss_alone(home: Path) -> None:
    config = presets.get("ring-wasserstein").config
    first = store.create(config, {"preset": "ring-wasserstein"}, None, home)
    app = press(opened(run=first.id), "lab_pair")
    other = store.find(parameter(app, "run"))
    one, two = first.config.to_dict(), other.config.to_dict()
    assert {name: two[name] for name in one if one[name] != two[name]} == {"loss": "non_saturating"}
    assert parameter(app, "pair") == first.id
    app = press(app, "lab_pair_other")
    assert (parameter(app, "run"), parameter(app, "pair")) == (first.id, other.id)


def test_a_refused_pause_is_told_here_and_at_no_other_run(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(run: Run) -> None:
        raise UserError("The run has just ended.")

    monkeypatch.setattr(queue, "pause", refuse)
    run.write_status(Status(RUNNING, step=1, total_steps=9))
    other = store.create(run.config, {}, "other")
    with run.held():
        app = opened(run=run.id)
        assert "has just ended" in texts(press(app, "live_pause"), "error")
        app.session_state["live_trouble"] = run.id, "The run has just ended."
        app.query_params["run"] = other.id
        assert not texts(again(app), "error")


@pytest.mark.parametrize(("name", "said"), [("no-such", "There is no run"), ("digits", "has images")])
def test_what_cannot_be_shown_is_said(home: Path, name: str, said: str) -> None:
    store.create(presets.get("digits-quick").config, {}, "digits", home)
    assert said in texts(opened(run=name), "warning")


@pytest.mark.parametrize("dataset", ["ring", "moons", DRAWING])
def test_the_train_page_leads_here_whoever_wants_to_train_on_points(home: Path, dataset: str) -> None:
    app = AppTest.from_file(str(Path(PAGE).with_name("train.py")), default_timeout=60)
    app.query_params.update({"preset": "ring-quick", "dataset": dataset})
    assert "The Lab is the place for points" in texts(again(app), "info")
    assert "train_start" not in keys(app)
