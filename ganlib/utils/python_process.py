"""Other Python processes: the same interpreter and this library, wherever the process that starts them stands."""

import os
import sys
from pathlib import Path

_ROOT = Path(__file__).parents[2]


def command(module: str, *words: str) -> list[str]:
    """Return the command of `python -m module words`."""
    return [sys.executable, "-m", module, *words]


def environment(**more: str) -> dict[str, str]:
    """Return this process's environment variables with some more, such that this library is found."""
    path = os.pathsep.join(filter(None, [str(_ROOT), os.environ.get("PYTHONPATH", "")]))
    return {**os.environ, "PYTHONPATH": path, **more}
