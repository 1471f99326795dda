"""Load the machine-learning backend, the same on every machine and without its start-up chatter."""

import json
import os
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from ganlib.utils.errors import UserError

BACKENDS = {"tensorflow": "requirements.txt", "torch": "requirements-torch.txt"}
"""What Keras may compute with, and the file that installs it."""

_KERAS_HOME = Path(__file__).parent / "keras"
"""Where Keras finds our `keras.json`."""


def configure_keras() -> None:
    """Let Keras compute as this library needs it, whatever other work left in the person's `keras.json`.

    Keras reads that file when it is imported, and refuses to be imported where it holds anything odd. So Keras is
    shown another folder (`KERAS_HOME`); a notebook that has imported it already gets the same settings now.
    """
    os.environ["KERAS_HOME"] = str(_KERAS_HOME)
    keras: Any = sys.modules.get("keras")
    if not hasattr(keras, "config"):  # not imported, or another thread is importing it
        return
    os.environ.setdefault("KERAS_BACKEND", keras.config.backend())
    wanted = json.loads((_KERAS_HOME / "keras.json").read_text(encoding="utf-8"))
    keras.config.set_image_data_format(wanted["image_data_format"])
    keras.config.set_epsilon(wanted["epsilon"])
    if keras.config.floatx() != wanted["floatx"]:
        keras.config.set_floatx(wanted["floatx"])
        keras.config.set_dtype_policy(wanted["floatx"])


@contextmanager
def quiet_stderr() -> Iterator[None]:
    """Hold back what is written to standard error, and print it only if something fails.

    TensorFlow's libraries write to the file descriptor before any of their log settings count, so Python's
    own `sys.stderr` is not enough.
    """
    sys.stderr.flush()
    with tempfile.TemporaryFile() as held:
        before = os.dup(2)
        os.dup2(held.fileno(), 2)
        try:
            yield
        except BaseException:
            held.seek(0)
            os.write(before, held.read())
            raise
        finally:
            os.dup2(before, 2)
            os.close(before)


def load_backend() -> None:
    """Import Keras and its backend; takes seconds.

    `KERAS_BACKEND` chooses; without it TensorFlow computes, or PyTorch where only that is installed.

    Raises:
        UserError: the backend is unknown or not installed.
    """
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
    # PyTorch's threads wait for each other in a busy loop, which on a machine that others use too makes a step
    # take ten times as long; on a quiet one it makes no difference.
    os.environ.setdefault("OMP_WAIT_POLICY", "passive")
    installed = next((name for name in BACKENDS if find_spec(name)), "tensorflow")
    backend = os.environ.setdefault("KERAS_BACKEND", installed)
    if backend not in BACKENDS:
        raise UserError(f"KERAS_BACKEND is {backend!r}; GAN Explorer computes with one of: {', '.join(BACKENDS)}.")
    if "ganlib.backend.engine" in sys.modules:  # standard error is the whole process's: leave it alone
        return
    if find_spec(backend) is None:
        raise UserError(f"KERAS_BACKEND is {backend!r}, which is not installed: pip install -r {BACKENDS[backend]}")
    with quiet_stderr():
        import ganlib.backend.engine  # noqa: F401  # the import is the point
