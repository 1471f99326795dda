"""The memory of a long training, in a process of its own."""

import subprocess
import sys
import time
from pathlib import Path
from statistics import median

import pytest

from ganlib.runs.folder import Run
from tests import machine

STEPS = 20_000
WARM = 4_000  # steps after which everything was done at least once: grids, snapshots, checkpoints, evaluations
MOST = 24.0  # MB, 1.2 KB a step (17 MB were seen): what Python keeps for one line of the metrics takes more

SMALL = {
    "generator": "mlp",
    "discriminator": "mlp",
    "batch_size": 16,
    "max_steps": STEPS,
    "max_seconds": 0,
    "epochs": 10_000,
}


@pytest.mark.slow
@machine.needs_proc
@pytest.mark.timeout(900)
def test_memory_stays_flat_over_twenty_thousand_steps(tmp_path: Path):
    settings = [word for name, value in SMALL.items() for word in ("--set", f"{name}={value}")]
    command = [sys.executable, "-m", "ganlib", "train", "digits-quick", "--name", "long", "--now", *settings]
    with subprocess.Popen(
        [*command, "--runs", str(tmp_path)], cwd=Path(__file__).parent.parent.parent, stdout=subprocess.DEVNULL
    ) as trainer:
        run, taken = Run(tmp_path / "long"), []
        while trainer.poll() is None:
            step = run.status().step
            if WARM <= step < STEPS:  # after the last one the process may be gone
                taken.append((step, machine.resident(trainer.pid)))
            time.sleep(0.2)
    assert run.status().step == STEPS
    # Medians, because a checkpoint or an evaluation that is just under way takes tens of megabytes for a moment.
    early = median(memory for step, memory in taken if step < 2 * WARM)
    late = median(memory for step, memory in taken if step > STEPS - WARM)
    print(f"{early:.0f} MB from step {WARM:,} on, {late:.0f} MB in the last {WARM:,} of {STEPS:,} steps")
    assert late - early < MOST, taken[:: 1 + len(taken) // 20]
