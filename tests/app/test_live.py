import json
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from ganlib import presets
from ganlib.runs import queue, store
from ganlib.runs.folder import Run
from ganlib.runs.records import Sample
from ganlib.runs.status import (
    ACTIVE,
    FAILED,
    FINISHED,
    INTERRUPTED,
    LIVE,
    PAUSED,
    QUEUED,
    RUNNING,
    STATES,
    STOPPED,
    Status,
)
from ganlib.utils import files, images
from ganlib.utils.errors import UserError
from tests.app.shown import alternatives
from ui.common import cached, formatting, run_details
from ui.run import sample_grids

BUTTONS = {
    QUEUED: ["Cancel"],
    RUNNING: ["Pause", "Stop"],
    PAUSED: ["Resume", "Stop"],
    STOPPED: ["Resume"],
    FAILED: ["Resume"],
    INTERRUPTED: ["Resume"],
    FINISHED: [],
}
COMMANDS = ("pause", "resume", "stop")
REASON = "A loss became infinite or not a number at step 7; try smaller learning rates."


@pytest.fixture(autouse=True)
def advanced(monkeypatch: pytest.MonkeyPatch) -> list[Path | None]:
    """Folders whose queue the view advanced; no process is started."""
    calls: list[Path | None] = []
    monkeypatch.setattr(queue, "advance", calls.append)
    return calls


@pytest.fixture
def make(tmp_path: Path) -> Iterator[Callable[..., Run]]:
    """Make a run in a state, with one metrics line, two grids and an event unless it waits in the queue."""
    with ExitStack() as locks:

        def make(state: str, name: str = "a-run", preset: str = "digits-quick", **status: Any) -> Run:
            run = store.create(presets.get(preset).config, {"preset": preset}, name, tmp_path)
            if state == QUEUED:
                return run
            files.append_lines(
                run.path / "metrics.jsonl",
                [
                    {"step": step, "epoch": step / 23, "g_loss": 0.7, "d_loss": 1.4, "d_real": 0.2, "d_fake": -0.2}
                    for step in (10, 20)
                ],
            )
            (run.path / "samples").mkdir()
            for step in (0, 20):
                sample_grid = images.sample_grid(np.full((64, 8, 8, 1), step, np.uint8))
                files.write_bytes(run.path / "samples" / f"{step}.png", images.png_bytes(sample_grid))
                line = {"file": f"{step}.png", "step": step, "epoch": step / 23}
                files.append_lines(run.path / "samples" / "index.jsonl", [line])
            run.add_event("started", 0)
            written = RUNNING if state == INTERRUPTED else state
            known = {
                "step": 20,
                "total_steps": 100,
                "epoch": 0.9,
                "images_per_s": 1234.5,
                "eta_s": 75.0,
                "seconds": 9.0,
            }
            run.write_status(Status(written, **{**known, **status}))
            if state in LIVE:
                locks.enter_context(run.held())
            return run

        yield make


def show(run: Run) -> AppTest:
    def script(path: str) -> None:
        from pathlib import Path

        from ganlib.runs.folder import Run
        from ui.run import live

        live.show(Run(Path(path)))

    app = AppTest.from_function(script, default_timeout=30, args=(str(run.path),)).run()
    assert not app.exception
    return app


def at(app: AppTest, run: Run, view: str) -> AppTest:
    """Turn to another view of the run."""
    app.segmented_control(key=f"live_view_{run.id}").set_value(view)
    app.run()
    assert not app.exception
    return app


def texts(app: AppTest, kind: str) -> str:
    return "\n".join(str(element.value) for element in app.get(kind))


def progress(app: AppTest) -> list[str]:
    return [element.proto.text for element in app.get("progress")]


@pytest.mark.parametrize("state", STATES)
def test_every_state_has_its_badge_and_its_buttons(state: str, make: Callable[..., Run]) -> None:
    app = show(make(state))

    assert formatting.STATES[state].label in texts(app, "markdown")
    assert [button.label for button in app.button if button.key.removeprefix("live_") in COMMANDS] == BUTTONS[state]


@pytest.mark.parametrize(
    ("state", "key"),
    [
        (RUNNING, "pause"), (RUNNING, "stop"), (PAUSED, "resume"), (PAUSED, "stop"),
        (QUEUED, "stop"), (STOPPED, "resume"), (FAILED, "resume"), (INTERRUPTED, "resume"),
    ],
)  # fmt: skip
def test_button_asks_jobs_and_waits_for_the_trainer(
    state: str, key: str, make: Callable[..., Run], monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[Run] = []
    monkeypatch.setattr(queue, key, asked.append)
    run = make(state)
    (run.path / "checkpoint").mkdir(exist_ok=True)
    (run.path / "checkpoint" / "latest.npz").touch()

    app = show(run).button(key=f"live_{key}").click().run()

    assert asked == [run]
    assert not app.exception
    assert app.button(key=f"live_{key}").disabled
    assert app.button(key=f"live_{key}").label.endswith("ing…")


def test_without_its_checkpoint_a_run_is_not_to_be_resumed(make: Callable[..., Run]) -> None:
    button = show(make(STOPPED)).button(key="live_resume")

    assert button.disabled
    assert "without its checkpoint" in button.help


@pytest.mark.parametrize(("state", "is_to_come"), [(RUNNING, True), (STOPPED, False)])
def test_evaluation_is_announced_only_while_one_may_come(
    state: str, is_to_come: bool, make: Callable[..., Run]
) -> None:
    run = make(state)
    said = texts(at(show(run), run, "Metrics"), "caption")
    assert "Not evaluated" in said
    assert ("comes after an epoch" in said) is is_to_come


def test_button_is_back_once_something_happened(make: Callable[..., Run]) -> None:
    run = make(RUNNING)
    app = show(run).button(key="live_pause").click().run()
    assert app.button(key="live_pause").disabled

    run.add_event("resumed", 20)

    assert not app.run().button(key="live_pause").disabled


@pytest.mark.parametrize("error", [UserError("The run has just ended."), OSError(28, "No space left on device")])
def test_refused_command_is_one_sentence(
    error: Exception, make: Callable[..., Run], monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(run: Run) -> None:
        raise error

    monkeypatch.setattr(queue, "pause", refuse)

    app = show(make(RUNNING)).button(key="live_pause").click().run()

    assert not app.exception
    assert texts(app, "error").replace("\\", "") in (
        "The run has just ended.",
        "It did not work: No space left on device.",
    )
    assert not app.button(key="live_pause").disabled


def test_running_run_says_how_far_and_how_long(make: Callable[..., Run]) -> None:
    app = show(make(RUNNING))

    assert progress(app) == ["20 steps · epoch 0.9 · 1,234 images/s · about 1 min 15 s left"]


def test_run_that_is_evaluated_meanwhile_says_so(make: Callable[..., Run]) -> None:
    app = show(make(RUNNING, message="Evaluating the samples."))

    assert progress(app) == ["20 steps · epoch 0.9 · 1,234 images/s · evaluating the samples"]


def test_run_that_loads_its_data_says_so(make: Callable[..., Run]) -> None:
    app = show(make(RUNNING, step=0, message="Getting ready."))

    assert progress(app) == ["Getting ready: reading the images and building the networks."]


def test_failed_run_shows_the_reason_and_the_log(make: Callable[..., Run]) -> None:
    run = make(FAILED, message=REASON)
    (run.path / "log.txt").write_text("epoch 1, step 7: G nan, D nan\n")

    app = show(run)

    assert REASON in texts(app, "markdown").replace("\\", "")
    assert app.code[0].value == "epoch 1, step 7: G nan, D nan"


def test_interrupted_run_says_that_resuming_helps(make: Callable[..., Run]) -> None:
    app = show(make(INTERRUPTED))

    assert "The training process is gone; resume to go on" in texts(app, "markdown")


def test_queued_run_tells_its_place(make: Callable[..., Run]) -> None:
    make(QUEUED, "first")
    second = make(QUEUED, "second")

    assert "with 1 before it" in texts(show(second), "markdown")


@pytest.mark.parametrize("state", STATES)
def test_queue_is_advanced_while_a_run_waits_or_trains(
    state: str, make: Callable[..., Run], advanced: list[Path | None]
) -> None:
    run = make(state)
    show(run)

    assert advanced == ([run.path.parent] if state in ACTIVE else [])


def test_state_that_changes_under_the_view_reloads_it(
    make: Callable[..., Run], monkeypatch: pytest.MonkeyPatch
) -> None:
    run = make(QUEUED)

    def cancel(folder: Path) -> None:
        run.write_status(Status(STOPPED))

    monkeypatch.setattr(queue, "advance", cancel)

    assert [button.label for button in show(run).button][:1] == BUTTONS[STOPPED]


def test_deleted_run_is_one_sentence(make: Callable[..., Run]) -> None:
    run = make(FINISHED)
    app = show(run)
    store.delete(run)

    app.run()

    assert not app.exception
    assert texts(app, "warning") == "This run is no longer there: it was deleted."


def test_unreadable_config_leaves_pictures_and_curves(make: Callable[..., Run]) -> None:
    run = make(FINISHED)
    (run.path / "config.json").write_text('{"dataset": ')

    app = show(run)

    assert "no readable config" in texts(app, "markdown")
    assert len(app.get("plotly_chart")) == 2
    assert len(app.image) == 1


@pytest.mark.parametrize(
    "name", ["metrics.jsonl", "events.jsonl", "samples/index.jsonl", "samples/20.png", "status.json"]
)
def test_damaged_file_leaves_the_rest_of_the_page(name: str, make: Callable[..., Run]) -> None:
    run = make(FINISHED)
    (run.path / name).write_bytes(b'\xff\x00{"step": 3')

    app = show(run)

    assert "seed 0" in texts(at(app, run, "Settings"), "caption")


def test_every_loss_says_how_to_read_its_curves(make: Callable[..., Run]) -> None:
    for number, preset in enumerate(("mnist-quick", "mnist-wgan-gp", "fashion-wgan")):
        app = show(make(FINISHED, f"run-{number}", preset))

        readings = [title.help for title in app.subheader if title.help.startswith("How to read it: ")]
        assert len(readings) == 2


def test_slider_follows_the_newest_sheet_until_it_is_moved(make: Callable[..., Run]) -> None:
    run = make(RUNNING)
    app = show(run)
    assert shown_step(app) == 20

    _draw(run, 30)
    assert shown_step(app.run()) == 30

    app.select_slider[0].set_value(0).run()
    _draw(run, 40)
    assert shown_step(app.run()) == 0

    app.select_slider[0].set_value(sample_grids.LATEST).run()
    _draw(run, 50)
    assert shown_step(app.run()) == 50


def test_follow_latest_is_offered_while_looking_back_and_leads_to_the_newest_sheet(make: Callable[..., Run]) -> None:
    app = show(make(FINISHED))
    assert not _follow_button(app)

    app.select_slider[0].set_value(0).run()
    _follow_button(app)[0].click().run()

    assert shown_step(app) == 20
    assert not _follow_button(app)


def test_values_that_the_browser_sends_late_or_twice_are_no_choice(make: Callable[..., Run]) -> None:
    run = make(RUNNING)
    app = show(run)
    late = app._tree.get_widget_states()
    for step in (30, 40):
        _draw(run, step)
        app.run()

    for _ in range(2):
        assert shown_step(app._run(late)) == 40
    _draw(run, 50)
    assert shown_step(app.run()) == 50


def test_value_of_the_slider_that_arrives_after_follow_latest_is_no_choice(make: Callable[..., Run]) -> None:
    run = make(RUNNING)
    app = show(run)
    app.select_slider[0].set_value(0)
    late = app._tree.get_widget_states()
    app.run()
    _follow_button(app)[0].click().run()

    assert shown_step(app._run(late)) == 20


def test_sheet_that_is_looked_at_stays_though_stops_are_thinned(
    make: Callable[..., Run], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(cached, "MOST_STOPS", 3)
    run = make(RUNNING)
    app = show(run)
    app.select_slider[0].set_value(20).run()

    for step in (30, 40, 50):
        _draw(run, step)

    assert 20 not in cached.stops(run.samples())
    assert shown_step(app.run()) == 20


def shown_step(app: AppTest) -> int:
    """Return the step of the sample grid that is shown."""
    assert not app.exception
    said = next(alt for alt in alternatives(app) if alt.startswith("Grid of 64 generated images at step "))
    return int(said.split()[7].replace(",", ""))


def _follow_button(app: AppTest) -> list[Any]:
    return [button for button in app.button if button.label == "Latest" and not button.disabled]


def _draw(run: Run, step: int) -> None:
    (run.path / "samples" / f"{step}.png").write_bytes((run.path / "samples" / "20.png").read_bytes())
    files.append_lines(run.path / "samples" / "index.jsonl", [{"file": f"{step}.png", "step": step, "epoch": 1.0}])


def test_slider_has_few_stops_that_stay_while_a_run_grows() -> None:
    grids = [Sample(step, step / 100, Path(f"{step}.png")) for step in range(1000)]

    before, after = cached.stops(grids[:900]), cached.stops(grids)

    assert len(after) <= cached.MOST_STOPS + 1
    assert max(after) == 999
    assert set(before) - {899} <= set(after)


def test_originals_that_are_not_on_this_machine_are_explained(
    make: Callable[..., Run], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("GANLIB_DATA", raising=False)

    run = make(FINISHED, preset="mnist-quick")

    assert "MNIST is not on this machine" in texts(at(show(run), run, "Originals"), "caption")


def test_originals_that_a_run_brought_along_need_no_data_set(
    make: Callable[..., Run], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("GANLIB_DATA", raising=False)
    run = make(FINISHED, preset="mnist-quick")
    path = run.path / "samples" / "originals.png"
    path.parent.mkdir(exist_ok=True)
    path.write_bytes(images.png_bytes(np.zeros((8, 8, 1), np.uint8)))

    said = texts(at(show(run), run, "Originals"), "caption")

    assert "MNIST is not on this machine" not in said
    assert "Originals: real images of MNIST" in said


def test_originals_are_as_many_as_generated_and_the_same_each_time() -> None:
    config = presets.get("digits-quick").config

    first = cached.originals(config)

    assert first.png is not None
    assert first == cached.originals(config)


def test_title_of_a_person_is_shown_and_never_interpreted(make: Callable[..., Run]) -> None:
    run = make(FINISHED)
    run.write_about(title="![x](http://a/b.png) <b> :smile: $x$", note="**bold**")

    app = show(run)

    assert app.header[0].value == r"\!\[x\]\(http\://a/b\.png\) \<b\> \:smile\: \$x\$"
    assert app.text[0].value == "**bold**"


def test_settings_that_differ_from_the_preset_are_listed() -> None:
    preset = presets.get("mnist-quick").config

    rows = run_details.differences(preset.changed(seed=7, precision="float32", threads=2), preset)

    assert rows == [("Seed", "7", "0")]


@pytest.mark.parametrize(
    ("event", "sentence"),
    [
        ({"event": "started", "step": 0, "time": 0}, "Training started"),
        ({"event": "paused", "step": 1200, "time": 0}, "Paused at step 1,200"),
        ({"event": "forked_from", "step": 3, "time": 0, "message": "a*b"}, r"Forked from at step 3: a\*b"),
        ({"event": "changed", "step": 3, "settings": {"seed": 7}, "time": 0}, "Settings changed at step 3: Seed 7"),
    ],
)
def test_events_are_told_in_plain_words(event: dict[str, Any], sentence: str) -> None:
    assert run_details.describe(event).endswith(sentence)


@pytest.mark.parametrize(
    ("seconds", "text"), [(0.2, "0 s"), (59.4, "59 s"), (75, "1 min 15 s"), (1234, "20 min"), (7500, "2 h 5 min")]
)
def test_durations_are_said_as_people_do(seconds: float, text: str) -> None:
    assert formatting.duration(seconds) == text


@pytest.mark.parametrize(("count", "text"), [(0, "0 bytes"), (5_240_000, "5.2 MB"), (3_000_000_000, "3.0 GB")])
def test_sizes_are_said_in_units_that_fit(count: int, text: str) -> None:
    assert formatting.size(count) == text


@pytest.mark.parametrize("time", [float("inf"), -1e18, 1e18])
def test_impossible_times_are_no_error(time: float) -> None:
    assert formatting.moment(time) == "at an unknown time"


def test_last_losses_are_those_of_the_last_whole_line(make: Callable[..., Run]) -> None:
    run = make(FINISHED)
    with (run.path / "metrics.jsonl").open("a") as file:
        file.write(json.dumps({"step": 30, "g_loss": None, "d_loss": 1.0}) + '\n{"step": 40, "g_lo')

    assert cached.last_losses(run) == (0.7, 1.4)
