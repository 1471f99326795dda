"""`python -m ganlib.cli.warm_worker`: imports what a training needs, waits for a run, and trains it.

`ganlib.runs.processes` starts it and writes one JSON object to its standard input: `run`, `folder` and `environment`.
The end of the input without one means that nobody will need it any more.
"""

import json
import os
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from ganlib.backend.startup import load_backend
from ganlib.cli.main import main
from ganlib.cli.training import lower_priority

_FIRST_PAINT = 1.0
"""Seconds that belong to the page that a person just opened."""

_NOT_NEEDED = ("pandas", "sklearn")
"""What Keras would import to accept tables and to pass for an estimator: a fifth of the memory of this process."""


def wait() -> int:
    """Get ready, wait, and do what `python -m ganlib resume` does; return the exit status."""
    lower_priority()
    time.sleep(_FIRST_PAINT)
    is_warm = True
    try:
        warm_up()
    except Exception:  # whatever is wrong, the process that is started in place of this one says so in the run's log
        is_warm = False
    order = sys.stdin.read()
    if not order:
        return 0
    command = _take_up(json.loads(order))
    return main(command) if is_warm else 1


def warm_up() -> None:
    """Import what a training needs, and touch no GPU. Raises UserError or ImportError: the backend cannot be used."""
    with _without(_NOT_NEEDED):
        load_backend()
        import ganlib.training.start_or_resume  # noqa: F401  # the import is the point


@contextmanager
def _without(packages: tuple[str, ...]) -> Iterator[None]:
    """Let these packages seem not to be installed."""
    absent = {name: None for name in packages if name not in sys.modules}
    sys.modules.update(absent)  # type: ignore[arg-type]  # None is how Python notes that there is no such module
    try:
        yield
    finally:
        for name in absent:
            del sys.modules[name]


def _take_up(order: dict[str, Any]) -> list[str]:
    """Become the process that a run would have been given; return its command."""
    for name in [name for name in os.environ if name.startswith("GANLIB_")]:
        del os.environ[name]
    os.environ.update(order["environment"], GANLIB_BACKGROUND="1")
    path = Path(order["folder"], order["run"], "log.txt")
    with suppress(OSError), path.open("ab") as log:  # a run deleted meanwhile is refused in a moment
        os.dup2(log.fileno(), 2)
    return ["resume", order["run"], "--runs", order["folder"]]


if __name__ == "__main__":
    with suppress(KeyboardInterrupt):
        raise SystemExit(wait())
