"""A run that is killed again and again ends as one that never was."""

import json
import random
import subprocess
import sys
import threading
import time
from pathlib import Path

import numpy as np
import pytest

from ganlib.runs.status import FINISHED, INTERRUPTED
from ganlib.training import checkpoint
from tests.training.test_trainer import assert_same_weights, losses

KILLS = 25
LIVE_KILLS = 20
ROOT = Path(__file__).parent.parent.parent


def spawn(run):
    script = str(Path(__file__).with_name("storm_trainer.py"))
    with (run.path / "log.txt").open("ab") as log:
        return subprocess.Popen([sys.executable, script, str(run.path)], cwd=ROOT, stderr=log, env=environment())


def environment():
    import os

    return {**os.environ, "PYTHONPATH": str(ROOT)}


class Reader(threading.Thread):
    """Reads a run without pause, as a page would, and keeps what it could not make sense of."""

    def __init__(self, run):
        super().__init__(daemon=True)
        self.run_folder, self.complaints, self.reads, self.done = run, [], 0, threading.Event()

    def run(self):
        while not self.done.wait(0.01):
            path = self.run_folder.path
            try:
                for name in ("status.json", "config.json"):
                    json.loads((path / name).read_text())
                lines = (path / "metrics.jsonl").read_text().split("\n") if (path / "metrics.jsonl").exists() else []
                for line in lines[:-1]:  # the last may be half written
                    json.loads(line)
                latest = path / "checkpoint" / checkpoint.LATEST
                if self.reads % 20 == 0 and latest.exists():
                    with np.load(latest, allow_pickle=False) as archive:
                        assert archive["counters"].size
                self.reads += 1
            except FileNotFoundError:
                continue  # between two names of the checkpoint
            except Exception as error:
                self.complaints.append(repr(error))


@pytest.mark.slow
@pytest.mark.timeout(1500)
def test_25_kills_change_nothing(make_run, train_here):
    settings = {"discriminator": "mlp", "generator": "mlp", "max_steps": 6000, "epochs": 10_000, "sample_every": 500}
    whole, stormy = make_run("whole", **settings), make_run("stormy", **settings)  # the mlp discriminator has Dropout
    train_here(whole)
    reader, chance, live = Reader(stormy), random.Random(0), 0
    reader.start()
    for _ in range(KILLS):
        process, before = spawn(stormy), stormy.status().step
        until = time.monotonic() + 60
        while process.poll() is None and stormy.status().step <= before and time.monotonic() < until:
            time.sleep(0.005)
        time.sleep(chance.uniform(0.0, 0.6))
        live += process.poll() is None and stormy.is_locked()
        process.kill()
        process.wait()
        assert stormy.status().state in (INTERRUPTED, FINISHED), stormy.status()
    assert spawn(stormy).wait(timeout=300) == 0, (stormy.path / "log.txt").read_text()
    reader.done.set()
    reader.join()
    assert live >= LIVE_KILLS
    assert reader.complaints == []
    assert reader.reads > 1000
    assert stormy.status().state == FINISHED
    assert losses(stormy) == losses(whole)
    assert_same_weights(stormy, whole)
