"""The clinic: its broken trainings can be read, and what the doctor says of them comes from their numbers."""

from pathlib import Path

import pytest

from ganlib.catalog.mistakes import MISTAKES
from ganlib.metrics import doctor
from ganlib.runs.evaluation import evaluations
from ganlib.runs.folder import Run
from ganlib.runs.status import FINISHED
from tests.app.shown import texts
from tests.app.test_lessons import HEAD, opened, own
from ui.lab import lesson, lesson_clinic

__all__ = ["own"]

LESSON = next(each for each in lesson.all_of()[0] if each.name == "10-clinic")
CASES = LESSON.live("clinic")[0].values["cases"]

GIVES_AWAY = {
    "healthy": {"healthy", "good"},
    "frozen-g": {"saturated", "noise"},
    "swapped-labels": {"saturated", "vanishing", "noise", "collapse"},
    "unit-range": {"healthy", "noise"},
    "double-sigmoid": {"healthy", "noise"},
    "no-clipping": {"exploding", "clipping_loose"},
    "penalty-axes": {"healthy", "rough"},
    "rates": {"saturated", "vanishing", "collapse", "noise"},
}


def run_of(name: str) -> Run:
    return Run(lesson_clinic.HOME / name)


def test_the_lesson_shows_every_mistake_once():
    assert sorted(CASES) == sorted(MISTAKES) == sorted(GIVES_AWAY)


@pytest.mark.parametrize("name", MISTAKES)
def test_a_case_is_a_small_run_that_can_be_read_and_gives_itself_away(name):
    run = run_of(name)
    assert run.status().state == FINISHED
    assert len(run.metrics()["g_loss"]) == 150
    assert run.samples()[-1].step == evaluations(run)[-1].step == 1500
    assert sum(path.stat().st_size for path in run.path.rglob("*") if path.is_file()) < 150_000
    assert GIVES_AWAY[name] <= {finding.name for finding in doctor.examine(run)}


@pytest.mark.parametrize("number", [1, 2])
def test_a_case_is_explained_once_the_mistake_was_named(home, number):
    answers = {f"p_{part.values['key']}": "2" for part in LESSON.live("predict")}
    name = CASES[number - 1]
    before = opened(lesson=LESSON.name, case=str(number), **answers)
    assert "What the doctor says" not in texts(before)
    right = list(MISTAKES).index(name) + 1
    for chosen, said in ((right, "**Right.**"), (right % len(MISTAKES) + 1, f"**Not so:** {MISTAKES[name].title}.")):
        app = opened(lesson=LESSON.name, case=str(number), **{f"c_{number}": str(chosen)}, **answers)
        assert any(said in each.value for each in [*app.success, *app.info])
        for finding in doctor.examine(run_of(name)):
            assert finding.title in texts(app)


def test_a_case_that_cannot_be_is_told(home, own: Path):
    (own / "90-own.md").write_text(f"{HEAD}```{{clinic}}\ncases = ['rates']\n```\n")
    assert "cannot be shown" in texts(opened(lesson="90-own", case="2", c_1="99"), "warning")


@pytest.mark.slow
def test_a_case_trained_anew_shows_its_mistake(tmp_path):
    from tools import clinic

    run = clinic.make("frozen-g", tmp_path, max_steps=300, evaluate_every=0)
    assert not list(run.path.glob("*.h5"))
    frozen, sound = (each.metrics()["d_loss"][20:30] for each in (run, run_of("healthy")))
    assert (frozen < 0.05).all()
    assert (sound > 0.5).all()
