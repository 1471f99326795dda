"""Trains one run in a process that the kill storm may end at any moment; checkpoints come often."""

import sys
from pathlib import Path

from ganlib.runs.folder import Run
from ganlib.training.callbacks import checkpoint, status
from ganlib.training.start_or_resume import train

checkpoint._SECONDS = 0.2
checkpoint._SHARE = 0.5
status._SECONDS = 0.02

run = Run(Path(sys.argv[1]))
with run.held():
    train(run)
