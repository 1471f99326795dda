"""The machine as both backends see it: processors, the device that computes, memory."""

import os
import platform
import sys
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from ganlib.utils.errors import UserError

Tensor = Any
Step = Callable[[Tensor], dict[str, Tensor]]
Steps = Callable[[np.ndarray], np.ndarray]


class Device(NamedTuple):
    """What computes."""

    kind: str  # "CPU" or "GPU"
    name: str  # as its maker calls it
    memory: int | None  # bytes it has, or None where nobody can tell

    def __str__(self) -> str:
        """Say it in a line, such as "NVIDIA H100, 80 GB"."""
        return f"{self.name}, {self.memory / 1e9:.0f} GB" if self.memory else self.name


def processor() -> Device:
    memory = None
    with suppress(AttributeError, ValueError, OSError):  # Windows has no sysconf
        memory = os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
    return Device("CPU", _processor_name(), memory)


def pretended_devices() -> int:
    """Return how many parts of the processor pass for GPUs: `GANLIB_TEST_DEVICES`, for tests alone, else 0."""
    return int(os.environ.get("GANLIB_TEST_DEVICES", "0"))


def demand_devices(count: int, found: int) -> None:
    """Refuse to compute with more GPUs than there are.

    Raises:
        UserError: there are fewer; the sentence says how many.
    """
    if count > max(found, 1):
        there_are = f"only {found} GPU{'s' if found > 1 else ''}" if found else "no GPU"
        raise UserError(
            f"This run wants to share its batches among {count} GPUs, but {there_are} can be used here; "
            f"set devices={max(found, 1)}."
        )


def peak_memory() -> int:
    """Return the most memory that this process has ever held, in bytes; 0 where the system does not tell."""
    try:
        import resource
    except ImportError:  # Windows
        return 0
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak if sys.platform == "darwin" else peak * 1024


def _processor_name() -> str:
    with suppress(OSError):
        for line in Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines():
            key, _, value = line.partition(":")
            if key.strip() == "model name":
                return f"{' '.join(value.split())} (CPU)"
    return f"{platform.processor()} (CPU)" if platform.processor() else "CPU"
