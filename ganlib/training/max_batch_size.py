"""How large a batch the memory has room for, found by trying."""

from collections.abc import Callable

import numpy as np

from ganlib.backend import engine
from ganlib.config import FIELDS

SMALLEST = int(FIELDS["batch_size"].low or 1)


def fitting_batch_size(steps: Callable[[np.ndarray], np.ndarray], critic_steps: int, too_large: int) -> int:
    """Return the largest half, quarter, ... of a batch size that there is memory for, 0 if there is none.

    Args:
        steps: trains on the images whose indices it is given, int32 (steps, critic_steps, batch). It does so here:
            nothing that it changes may be saved afterwards.
        critic_steps: updates of D in a step.
        too_large: the batch size for which the memory did not do.
    """
    size = too_large // 2
    while size >= SMALLEST:
        try:
            steps(np.zeros((1, critic_steps, size), np.int32))
            return size
        except Exception as error:
            if not engine.is_out_of_memory(error):
                raise
        size //= 2
    return 0
