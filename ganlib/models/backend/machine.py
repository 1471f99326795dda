"""The machine as both backends see it: processors, the device that computes, memory."""

import os
import platform
import sys
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any, NamedTuple

Tensor = Any
Step = Callable[[Tensor], dict[str, Tensor]]
Optimizer = Any  # a `keras.optimizers.Optimizer`


class Device(NamedTuple):
    """What computes.

    Attributes:
        kind: "CPU" or "GPU".
        name: as its maker calls it.
        memory: bytes it has, or None where nobody can tell.
    """

    kind: str
    name: str
    memory: int | None

    def __str__(self) -> str:
        """Say it in a line, such as "NVIDIA H100, 80 GB"."""
        return f"{self.name}, {self.memory / 1e9:.0f} GB" if self.memory else self.name


def cpu_count() -> int:
    """Return how many processor threads this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def processor() -> Device:
    """Return the processor and the machine's memory."""
    return Device("CPU", _processor_name(), _memory())


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


def _memory() -> int | None:
    with suppress(AttributeError, ValueError, OSError):  # Windows has no sysconf
        return os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
    return None
