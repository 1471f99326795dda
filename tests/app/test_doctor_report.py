"""The doctor's findings on a run's page: cards, and buttons that carry out the advice."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from ganlib import presets
from ganlib.catalog import losses
from ganlib.metrics import doctor
from ganlib.metrics.doctor import Finding
from ganlib.runs import store
from ganlib.runs.folder import Run
from ganlib.runs.status import FAILED, FINISHED, QUEUED, RUNNING, Status
from ganlib.utils import files
from tests.app.shown import again, texts
from ui.common import doctor_report, links

pytestmark = pytest.mark.usefixtures("home")

APP = Path(__file__).parents[2] / "app.py"
PAGE = APP.parent / "pages" / "runs.py"

ILL = Finding(
    "saturated", "Discriminator saturated", "error", "D's loss is 0.01; real images score 14.", "losses", (100, 300),
    "Nothing is left to learn from.", "Set g_learning_rate=0.0005.", {"g_learning_rate": 5e-4}, "new",
)  # fmt: skip
HEALTHY = Finding("healthy", "Curves look normal", "ok", "All is as it should be.", "", (0, 300), "", "", {}, "fork")


@pytest.fixture
def found(monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    """Set what the doctor finds."""

    def set_found(*cases: Finding) -> None:
        monkeypatch.setattr(doctor, "diagnose", lambda *arguments: list(cases))

    return set_found


def make(state: str = FINISHED, snapshot: bool = False, **status: Any) -> Run:
    made = store.create(presets.get("digits-quick").config.changed(seed=3), {"preset": "digits-quick"}, "one")
    made.write_status(Status(state, **{"step": 300, "total_steps": 300, **status}))
    if snapshot:
        folder = made.path / "snapshots" / "step_00000300"
        folder.mkdir(parents=True)
        for network in ("generator", "discriminator"):
            (folder / f"{network}.weights.h5").write_bytes(b"weights")
    return made


def opened(page: Path = PAGE, **params: str) -> AppTest:
    """Open a run with the doctor's details unfolded."""
    app = AppTest.from_file(str(page), default_timeout=30)
    app.session_state["doctor_details_one"] = True
    app.query_params.update({"run": "one", **params})
    return again(app)


@pytest.mark.parametrize("view", ["training", "judge"])
def test_finding_says_what_where_why_and_what_to_try(found: Callable[..., None], view: str) -> None:
    found(ILL)
    make()
    told = texts(opened(view=view))

    assert "Problem" in told
    assert ":material/error:" in told
    assert "**Discriminator saturated**" in told
    assert "D's loss is 0.01; real images score 14. Look at **Losses**, steps 100 to 300." in told
    assert "What it means: Nothing is left to learn from." in told
    assert "Set **Optimisation › G learning rate**=0.0005." in told.replace(" = ", "=")


def test_the_same_advice_is_given_once(found: Callable[..., None]) -> None:
    found(ILL, replace(ILL, name="vanishing", title="G's gradient has vanished"))
    make()
    app = opened()
    assert texts(app).count(":material/lightbulb: Set ") == 1
    assert "The same as for **Discriminator saturated**" in texts(app)
    assert [button.label for button in app.button].count("Retrain with this") == 1


@pytest.mark.parametrize("severity", ["error", "warning"])
def test_severities_are_told_apart_by_word_and_icon(found: Callable[..., None], severity: str) -> None:
    found(replace(ILL, severity=severity))
    make()
    told = texts(opened())

    assert doctor_report.SEVERITIES[severity].word in told
    assert doctor_report.SEVERITIES[severity].icon in told


def test_healthy_run_is_one_line(found: Callable[..., None]) -> None:
    found(HEALTHY)
    make()
    app = opened()

    assert "Curves look normal" in texts(app)
    assert "All is as it should be." in texts(app)
    assert not [button for button in app.button if button.key.startswith("finding_")]


def test_training_and_samples_get_a_verdict_each(found: Callable[..., None]) -> None:
    rough = Finding(
        "rough", "Rough", "warning", "Fréchet distance 11.6.", "evaluations", (300, 300), "Far from real.", "", {},
        "fork", "quality",
    )  # fmt: skip
    found(HEALTHY, rough)
    make()
    told = texts(opened())
    for expected in ("Training dynamics", "Curves look normal", "Sample quality", "Rough", "Fréchet distance 11.6."):
        assert expected in told

    listed = AppTest.from_file(str(PAGE), default_timeout=30).run()
    assert "Rough" in texts(listed)


def test_samples_that_nobody_evaluated_are_said_to_be_so(found: Callable[..., None]) -> None:
    found(HEALTHY)
    made = make()
    told = texts(opened())
    assert "Not evaluated" in told
    assert "comes by itself" not in told
    made.write_status(Status(RUNNING, step=300, total_steps=600))
    with made.held():
        assert "comes by itself" in texts(opened())


def test_finished_run_of_a_few_steps_is_too_short_and_no_longer_too_early() -> None:
    files.append_lines(make(step=120).path / "metrics.jsonl", [{"step": step} for step in range(10, 130, 10)])
    told = texts(opened())
    assert "Too short to tell" in told
    assert "12 of 20 measurements" in told
    assert "Too early" not in told


def test_healthy_run_tells_what_its_numbers_mean_under_its_loss() -> None:
    files.append_lines(
        make().path / "metrics.jsonl",
        [{"step": step, "g_loss": 0.9, "d_loss": 1.1, "d_real": 0.6, "d_fake": -0.6} for step in range(10, 310, 10)],
    )
    told = next(caption for caption in opened().caption if "at balance" in caption.value)

    assert told.help.replace("\\", "") == f"What it means: {losses.get('non_saturating').how_to_read}"


def test_list_of_runs_and_comparison_say_what_is_wrong_with_a_run(found: Callable[..., None]) -> None:
    found(ILL)
    make()
    for page, params in (("runs.py", {}), ("compare.py", {"runs": "one"})):
        app = AppTest.from_file(str(APP.parent / "pages" / page), default_timeout=30)
        app.query_params.update(params)
        app.run()
        assert not app.exception
        assert ":material/error: Discriminator saturated" in texts(app)


def test_run_that_has_just_begun_is_too_early_to_tell() -> None:
    with make(RUNNING, step=10).held():
        assert "Too early to tell" in texts(opened())


def test_run_that_waits_is_not_diagnosed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(doctor, "diagnose", lambda *arguments: pytest.fail("it has not begun"))
    make(QUEUED)

    opened()


def test_failed_run_is_diagnosed_from_its_message() -> None:
    make(FAILED, message="A loss became infinite or not a number at step 7; try smaller learning rates.")

    assert "Problem" in texts(opened())


@pytest.mark.parametrize("name", ["metrics.jsonl", "evaluations.jsonl", "events.jsonl"])
def test_damaged_file_leaves_the_page(name: str) -> None:
    (make().path / name).write_bytes(b'\xff\x00{"step": 3\n{"step": "x", "event": "changed", "settings": {"seed": []}}')

    assert opened(view="judge").subheader[0].value == "The doctor"
    assert "badge" in texts(opened())


def test_advice_to_start_anew_fills_the_form(found: Callable[..., None]) -> None:
    found(ILL)
    make()
    app = AppTest.from_file(str(APP), default_timeout=60)
    app.switch_page(str(PAGE))
    app.query_params["run"] = "one"
    app.session_state["doctor_details_one"] = True
    app.run()

    app.button(key="finding_saturated_one").click().run()

    assert not app.exception
    assert app.query_params["g_learning_rate"] in ("0.0005", ["0.0005"])
    assert "run" not in app.query_params
    assert "Filled in as advised: G learning rate = 0.0005." in texts(app, "info")


def test_form_is_filled_with_the_runs_settings_and_the_advice() -> None:
    made = make()

    draft = doctor_report.draft(made, made.config.changed(precision="float32", threads=2), {"g_learning_rate": 5e-4})

    assert links.query(draft) == {"preset": "digits-quick", "g_learning_rate": "0.0005", "seed": "3"}


def test_form_of_a_run_without_a_preset_starts_from_the_first() -> None:
    made = make()
    made.write_record({**made.record, "preset": "no-such-preset"})

    assert doctor_report.draft(made, made.config, {}).preset == links.FIRST


def test_advice_to_fork_fills_the_dialog(found: Callable[..., None]) -> None:
    advised = {"g_learning_rate": 5e-4, "instance_noise": 0.25}
    found(replace(ILL, apply="fork", changes=advised))
    make(snapshot=True)
    app = opened(view="judge")

    app.button(key="finding_saturated_one").click().run()

    assert not app.exception
    values = {field.key.removeprefix("fork_"): field.value for field in app.number_input}
    assert {name: values[key] for key in values for name in advised if key.startswith(name)} == advised

    app.button(key="fork_confirm").click().run()

    assert not app.exception
    forked = next(each for each in store.list_runs() if each.id != "one")
    assert {name: getattr(forked.config, name) for name in advised} == advised
    assert app.query_params["run"] in (forked.id, [forked.id])
    assert "view" not in app.query_params


def test_what_cannot_be_forked_is_trained_anew(found: Callable[..., None]) -> None:
    found(replace(ILL, apply="fork"))
    make()

    assert opened().button(key="finding_saturated_one").label == "Retrain with this"


def test_findings_are_worked_out_once_for_all_who_look_on(monkeypatch: pytest.MonkeyPatch) -> None:
    calls: list[Any] = []
    monkeypatch.setattr(doctor, "diagnose", lambda *arguments: calls.append(arguments) or [HEALTHY])
    made = make()
    for _ in range(3):
        doctor_report.of(made, made.status())
    assert len(calls) == 1

    files.append_lines(made.path / "metrics.jsonl", [{"step": 10}])
    doctor_report.of(made, made.status())
    assert len(calls) == 2
