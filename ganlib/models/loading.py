"""Load the machine-learning backend without its start-up chatter."""

import os
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager

from ganlib.errors import UserError


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
    """Import Keras and its backend; takes seconds."""
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
    if (backend := os.environ.setdefault("KERAS_BACKEND", "tensorflow")) != "tensorflow":
        raise UserError(f"KERAS_BACKEND is {backend!r}, but GAN Explorer computes with TensorFlow; unset it.")
    if "ganlib.models.backend" in sys.modules:  # standard error is the whole process's: leave it alone
        return
    with quiet_stderr():
        import ganlib.models.backend  # noqa: F401  # the import is the point
