"""Trains one run in a process that the kill storm may end at any moment; checkpoints come often."""

import sys
from pathlib import Path

from ganlib.runs import Run
from ganlib.training import trainer
from ganlib.training.session import train

trainer._CHECKPOINT_SECONDS = 0.2
trainer._CHECKPOINT_SHARE = 0.5
trainer._STATUS_SECONDS = 0.02

run = Run(Path(sys.argv[1]))
with run.held():
    train(run)
