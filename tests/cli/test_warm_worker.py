"""What a process that waits for a run has done until then."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


def after_warming_up(question: str) -> object:
    """Return the answer to a Python expression in a fresh process that is ready to train."""
    code = (
        "import json, sys\nfrom ganlib.cli import warm_worker\nwarm_worker.warm_up()\n"
        f"answer = {question}\nprint(json.dumps(answer))"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


@pytest.mark.slow
def test_everything_that_a_training_needs_is_imported_and_nothing_else():
    names = ["ganlib.training.start_or_resume", "ganlib.models.gan", "keras", "pandas", "streamlit"]
    modules = f"sorted({set(names)} & set(sys.modules))"
    assert after_warming_up(modules) == ["ganlib.models.gan", "ganlib.training.start_or_resume", "keras"]


@pytest.mark.slow
def test_nothing_was_computed_so_that_no_gpu_is_touched():
    untouched = {
        "tensorflow": "__import__('tensorflow.python.eager.context', fromlist=['context']).context()._initialized",
        "torch": "__import__('torch').cuda.is_initialized()",
    }
    chosen = after_warming_up("__import__('keras').backend.backend()")
    assert after_warming_up(untouched[chosen]) is False
