"""Changing a run while it trains, forking it, taking one in."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from ganlib import presets
from ganlib.runs import archive, queue, store
from ganlib.runs.folder import Run
from ganlib.runs.status import FINISHED, QUEUED, RUNNING, STOPPED, Status
from ganlib.training import checkpoint
from ganlib.utils import files
from ganlib.utils.errors import UserError
from tests.app.shown import again, press, texts
from ui.common import charts, forking, live_settings

pytestmark = pytest.mark.usefixtures("home")

APP = Path(__file__).parents[2] / "app.py"
PAGE = APP.parent / "pages" / "runs.py"
CONFIG = presets.get("digits-quick").config


def make(name: str = "one", state: str = STOPPED, snapshots: tuple[int, ...] = (), saved: int | None = None) -> Run:
    """Make a run with snapshots at some steps and a checkpoint at another."""
    made = store.create(CONFIG, {"preset": "digits-quick"}, name)
    made.write_status(Status(state, step=100, total_steps=200))
    for step in snapshots:
        folder = made.path / "snapshots" / f"step_{step:08d}"
        folder.mkdir(parents=True)
        for network in ("generator", "discriminator"):
            (folder / f"{network}.weights.h5").write_bytes(b"weights")
    if saved is not None:
        (made.path / "checkpoint").mkdir()
        counters = {"meter": {"step": saved}, "steering": {"made": [], "settings": {}}}
        np.savez(
            made.path / "checkpoint" / checkpoint.LATEST, counters=np.array(json.dumps(counters)), count=np.array(0)
        )
    return made


@pytest.fixture
def training(home: Path) -> Iterator[Run]:
    made = make(state=RUNNING)
    with made.held():
        yield made


def opened(script: Path = PAGE, **params: str) -> AppTest:
    app = AppTest.from_file(str(script), default_timeout=30)
    app.query_params.update(params)
    return again(app)


def number(app: AppTest, prefix: str) -> Any:
    return next(widget for widget in app.number_input if widget.key.startswith(prefix))


def shown_run(app: AppTest) -> str:
    found = app.query_params["run"]
    return found if isinstance(found, str) else found[0]


# Live changes


def test_only_what_was_changed_is_asked_of_the_trainer(training: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[dict[str, Any]] = []
    monkeypatch.setattr(queue, "change", lambda run, settings: asked.append(settings))
    app = opened(run="one")

    number(app, "steer_g_learning_rate").set_value(1e-3)
    press(app, "steer_apply_one")

    assert asked == [{"g_learning_rate": 1e-3}]
    assert "Requested" in texts(app, "success")


def test_nothing_changed_asks_nothing(training: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(queue, "change", lambda run, settings: pytest.fail("it was asked"))

    assert "Nothing was changed" in texts(press(opened(run="one"), "steer_apply_one"), "caption")


def test_fields_hold_what_was_changed_before(training: Run) -> None:
    training.add_event("changed", 50, id="1", settings={"d_learning_rate": 0.005})

    assert live_settings.current(training)["d_learning_rate"] == 0.005
    assert number(opened(run="one"), "steer_d_learning_rate").value == 0.005


def test_refused_change_is_one_sentence(training: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(run: Run, settings: dict[str, Any]) -> None:
        raise UserError("Several D updates per step need update=alternating.")

    monkeypatch.setattr(queue, "change", refuse)
    app = opened(run="one")
    number(app, "steer_critic_steps").set_value(3)

    assert "Several D updates" in texts(press(app, "steer_apply_one"), "error")


@pytest.mark.parametrize("state", [QUEUED, STOPPED, FINISHED])
def test_run_that_does_not_train_cannot_be_changed(state: str) -> None:
    make(state=state)

    assert "steer_apply_one" not in {button.key for button in opened(run="one").button}


def test_curves_say_what_was_changed() -> None:
    assert charts.label({"event": "changed", "settings": {"g_learning_rate": 1e-4}}) == "G rate 0.0001"
    assert charts.label({"event": "paused"}) == "paused"


# Forks


def test_run_without_weights_cannot_be_forked() -> None:
    make()

    assert "live_fork" not in {button.key for button in opened(run="one").button}


def test_checkpoint_comes_first_and_snapshots_from_the_newest() -> None:
    made = make(snapshots=(20, 60, 100), saved=100)

    assert list(forking.origins(made)) == [100, 60, 20]
    assert "checkpoint" in forking.origins(made)[100]


@pytest.mark.slow
def test_fork_from_a_snapshot_is_queued_shown_and_names_its_parent() -> None:
    make(snapshots=(20, 60))
    app = opened(APP, me="ann").switch_page("pages/runs.py")
    app.query_params["run"] = "one"
    app = press(app.run(), "live_fork")
    app.selectbox(key="fork_from_one").set_value(20).run()
    assert "optimisers begin afresh" in texts(app, "caption")
    number(app, "fork_seed_one").set_value(7)
    app.text_input(key="fork_name_one").set_value("child")

    press(app, "fork_confirm")

    child = store.find("child")
    assert shown_run(app) == "child"
    assert child.record["parent"] == {"run": "one", "step": 20, "exact": False}
    assert child.status().state == QUEUED
    assert (child.config.seed, child.about().owner) == (7, "ann")
    links = [link.proto for link in app.get("page_link")]
    assert [link.label.replace("\\", "") for link in links] == ["Continues one from step 20"]
    assert "run=one" in links[0].query_string
    assert "me=ann" in links[0].query_string


def test_fork_from_the_checkpoint_goes_on_exactly() -> None:
    make(snapshots=(20,), saved=100)
    app = press(opened(run="one"), "live_fork")
    number(app, "fork_g_learning_rate_one").set_value(1e-3)

    press(app, "fork_confirm")

    child = store.find(shown_run(app))
    assert child.record["parent"] == {"run": "one", "step": 100, "exact": True}
    assert child.config == CONFIG.changed(g_learning_rate=1e-3)


def test_refused_fork_is_one_sentence_and_the_dialog_stays() -> None:
    make(state=FINISHED, saved=100)

    app = press(press(opened(run="one"), "live_fork"), "fork_confirm")

    assert "give its fork more to do" in texts(app, "error")
    assert app.button(key="fork_confirm")


@pytest.mark.parametrize(("snapshot", "seconds"), [(0, 10.0), (399, None)])
def test_fork_that_is_too_short_is_warned_of_and_made_long_enough_by_a_click(
    snapshot: int, seconds: float | None
) -> None:
    make(snapshots=(snapshot,))
    app = press(opened(run="one"), "live_fork")
    number(app, "fork_max_seconds_one").set_value(1.0)
    again(app)
    is_short = "hardly be recognisable" in texts(app, "warning")

    assert is_short == (seconds is not None)
    if is_short:
        press(app, f"fork_enough_one_{snapshot}")
        assert number(app, "fork_max_seconds_one").value == seconds
        assert "hardly be recognisable" not in texts(app, "warning")


def test_parent_that_is_gone_is_named_all_the_same() -> None:
    child = make("child")
    child.write_record({**child.record, "parent": {"run": "gone", "step": 5, "exact": True}})

    assert "Continues gone from step 5, which is no longer here." in texts(opened(run="child"), "caption")


@pytest.mark.parametrize("parent", ["one", 3, {"run": ["x"]}, {"run": "../../etc", "step": "many"}, {}])
def test_damaged_parent_is_no_error(parent: object) -> None:
    child = make("child")
    child.write_record({**child.record, "parent": parent})

    opened(run="child")


# Import and download


def packed(name: str = "one") -> bytes:
    made = make(name, snapshots=())
    files.append_lines(made.path / "metrics.jsonl", [{"step": 10, "epoch": 1, "g_loss": 0.7, "d_loss": 1.4}])
    content = archive.zip_bytes(made)
    store.delete(made)
    return content


def upload(content: bytes, **params: str) -> AppTest:
    app = press(opened(**params), "runs_import")
    app.file_uploader(key="import_file").set_value(("run.zip", content, "application/zip")).run()
    return press(app, "import_confirm")


def test_imported_run_is_opened_and_belongs_to_who_took_it_in() -> None:
    app = upload(packed(), me="ann")

    assert shown_run(app) == "one"
    assert app.header[0].value == "one"
    assert store.find("one").about().owner == "ann"


@pytest.mark.parametrize("name", ["step", "epoch"])
def test_curves_that_lack_their_axis_are_left_out(name: str) -> None:
    row = {"step": 10, "epoch": 1, "g_loss": 0.7, "d_loss": 1.4}
    files.append_lines(make().path / "metrics.jsonl", [{key: value for key, value in row.items() if key != name}])

    assert not opened(run="one").get("plotly_chart")


@pytest.mark.parametrize("content", [b"no zip", b"PK"])
def test_file_that_is_no_run_is_one_sentence(content: bytes, home: Path) -> None:
    app = upload(content)

    assert "no whole zip file" in texts(app, "error")
    assert store.list_runs() == []


def test_name_that_is_taken_is_one_sentence() -> None:
    content = packed()
    make("one")

    assert "already a run named 'one'" in texts(upload(content), "error")


def test_checkpoint_is_packed_only_when_asked_for() -> None:
    make(saved=100)
    app = opened()

    assert app.checkbox(key="checkpoint_one").value is False
