"""A process that waits for the next run: who gets it, and that nothing is lost or left behind. Most are real ones."""

import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from ganlib import presets
from ganlib.runs import processes, queue, store
from ganlib.runs.folder import Run
from ganlib.runs.status import FINISHED, QUEUED
from tests import machine

CONFIG = presets.get("digits-quick").config.changed(max_steps=20, max_seconds=0.0)


@pytest.fixture
def warm(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Processes may get ready; what waits at the end of the test is sent away, and whatever trains is waited for."""
    monkeypatch.setenv("GANLIB_WARM", "1")
    monkeypatch.setattr(processes, "_trainers", {})
    monkeypatch.setattr(processes, "_handed", {})
    yield
    processes.dismiss()
    for trainer in processes._trainers.values():
        trainer.kill()
        trainer.wait()


@pytest.fixture
def waiting(warm: None) -> subprocess.Popen[bytes]:
    """A process that waits."""
    processes.prepare()
    assert processes._warm_worker
    return processes._warm_worker.process


@pytest.fixture
def broken(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Callable[[str], None]:
    """Let Keras be replaced by a module with this code, in processes that start from now on."""

    def replace(code: str) -> None:
        folder = tmp_path / "broken"
        folder.mkdir()
        (folder / "keras.py").write_text(code)
        # Ahead of what is installed, behind what `processes` puts in front.
        monkeypatch.setenv("PYTHONPATH", str(folder))

    return replace


def until(what: Callable[[], bool], seconds: float = 180.0, run: Run | None = None) -> None:
    end = time.monotonic() + seconds
    while not what():
        assert time.monotonic() < end, run and (run.status(), *sorted(run.path.glob("log.txt")))
        time.sleep(0.02)


def ended(run: Run, state: str = FINISHED) -> None:
    def look() -> bool:
        queue.advance(run.path.parent)
        return run.status().state == state

    until(look, run=run)


def is_asleep(process: int) -> bool:
    """Whether a process waits without having computed lately."""

    before = machine.seconds(process)
    time.sleep(0.5)
    return machine.seconds(process) == before


def test_nothing_gets_ready_when_it_is_switched_off(monkeypatch):
    monkeypatch.setenv("GANLIB_WARM", "0")
    processes.prepare()
    assert not processes.is_prepared()


def test_only_one_process_waits_however_often_it_is_asked_for(waiting):
    for _ in range(3):
        processes.prepare()
    assert processes._warm_worker.process is waiting
    assert processes.is_prepared()


@pytest.mark.slow  # below, the death of an app ends the input as well
def test_a_process_whose_input_ends_without_a_run_ends_by_itself(waiting):
    waiting.stdin.close()
    assert waiting.wait(timeout=120) == 0


def test_a_process_that_ended_by_itself_is_not_replaced_again_and_again(waiting):
    waiting.kill()
    waiting.wait()
    processes.prepare()
    assert not processes.is_prepared()


def test_a_process_is_sent_away_when_the_code_it_imported_was_edited(waiting, monkeypatch, tmp_path):
    monkeypatch.setattr(processes, "_environment", lambda: "edited since")
    assert processes._take_over(store.create(CONFIG, {}, "a", tmp_path)) is None
    assert waiting.poll() is not None
    processes.prepare()
    assert processes.is_prepared()


def test_a_process_is_sent_away_when_loading_ahead_was_switched_off_since(waiting, monkeypatch, tmp_path):
    monkeypatch.setenv("GANLIB_WARM", "0")
    assert processes._take_over(store.create(CONFIG, {}, "a", tmp_path)) is None
    assert waiting.poll() is not None


@machine.needs_proc
@pytest.mark.slow
def test_nobody_waits_for_an_app_that_was_killed(tmp_path):
    code = (
        "from ganlib.runs import processes; processes.prepare(); "
        "print(processes._warm_worker.process.pid, flush=True); input()"
    )
    app = subprocess.Popen(
        [sys.executable, "-c", code],
        env={**os.environ, "GANLIB_WARM": "1", "PYTHONPATH": str(Path(__file__).parents[2])},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    )
    with app:
        worker = int(app.stdout.readline())
        assert Path(f"/proc/{worker}").exists()
        app.kill()

    def is_gone() -> bool:  # an orphan that nobody buries may stay as a zombie
        status = Path(f"/proc/{worker}/status")
        return not status.exists() or "State:\tZ" in status.read_text()

    until(is_gone)


@pytest.mark.slow
@pytest.mark.timeout(480)
def test_a_run_goes_to_the_process_that_waits_with_the_variables_of_now(waiting, tmp_path, monkeypatch):
    monkeypatch.setenv("GANLIB_SNAPSHOTS", "3")  # said after the process was started
    run = queue.start(CONFIG.changed(sample_every=1), name="a", folder=tmp_path)
    assert processes._trainers[run.path] is waiting
    assert not processes.is_prepared()
    ended(run)
    assert waiting.wait(timeout=120) == 0
    assert len(run.snapshots()) == 3
    assert (run.path / "generator.weights.h5").exists()
    assert "Traceback" not in (run.path / "log.txt").read_text()


@pytest.mark.slow
@pytest.mark.timeout(480)
def test_a_second_run_takes_a_new_process_after_the_first(waiting, tmp_path):
    first, second = (queue.start(CONFIG, name=name, folder=tmp_path) for name in ("first", "second"))
    assert second.status().state == QUEUED
    assert list(processes._trainers) == [first.path]
    ended(second)  # the first one's process starts the second one's
    assert first.status().state == FINISHED


@pytest.mark.slow
@pytest.mark.timeout(480)
def test_a_run_is_trained_although_the_process_that_took_it_was_killed(waiting, tmp_path):
    run = queue.start(CONFIG, name="a", folder=tmp_path)
    waiting.kill()
    waiting.wait()
    assert run.status().state == QUEUED
    ended(run)
    assert processes._handed == {}


def test_a_dead_process_is_given_no_run(waiting, tmp_path):
    waiting.kill()
    waiting.wait()
    assert processes._take_over(store.create(CONFIG, {}, "a", tmp_path)) is None


@pytest.mark.parametrize("code", ["raise ValueError('this Keras is broken')", "import os; os._exit(1)"])
@pytest.mark.slow
def test_a_broken_installation_is_told_in_the_log_of_the_run(warm, broken, tmp_path, code):
    broken(code)
    processes.prepare()
    run = queue.start(CONFIG, name="a", folder=tmp_path)
    handed = processes._trainers[run.path]
    handed.wait(timeout=120)
    queue.advance(tmp_path)
    for trainer in processes._trainers.values():
        trainer.wait(timeout=120)
    log = (run.path / "log.txt").read_text()
    assert ("this Keras is broken" in log) == ("Keras" in code)
    assert run.path not in processes._handed  # it was replaced by one that began anew


@pytest.mark.slow
@machine.needs_proc
def test_who_waits_needs_less_than_700_megabytes_and_no_processor(waiting):
    until(lambda: machine.resident(waiting.pid) > 300 and is_asleep(waiting.pid))
    assert machine.resident(waiting.pid) < 700
    assert os.getpriority(os.PRIO_PROCESS, waiting.pid) == 10


@pytest.mark.slow
@machine.needs_proc
@pytest.mark.timeout(480)
def test_from_start_to_the_first_step_who_waits_computes_far_less_than_who_starts_anew(warm, tmp_path, monkeypatch):
    """In processor time of one machine, so that neither its speed nor what else it does matters."""

    def computed(name: str) -> float:
        worker = processes._warm_worker.process.pid if processes.is_prepared() else None
        before = machine.seconds(worker) if worker else 0.0
        run = queue.start(CONFIG, name=name, folder=tmp_path)
        trainer = processes._trainers[run.path].pid
        assert worker in (trainer, None)
        until(lambda: run.status().step >= 1, run=run)
        took = machine.seconds(trainer) - before
        ended(run)
        return took

    processes.prepare()
    worker = processes._warm_worker.process.pid
    until(lambda: machine.resident(worker) > 300 and is_asleep(worker))
    waited = computed("waited")
    monkeypatch.setenv("GANLIB_WARM", "0")
    processes.dismiss()
    anew = computed("anew")
    print(f"processor time from Start to the first step: {waited:.1f} s, and {anew:.1f} s by a new process")
    assert waited < 0.75 * anew


@pytest.mark.skipif(sys.platform == "win32", reason="there are no sessions")
def test_an_interrupt_from_the_keyboard_of_the_app_does_not_reach_who_waits(waiting):
    assert os.getsid(waiting.pid) == waiting.pid  # a terminal interrupts its own session alone
