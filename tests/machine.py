"""What processes take of the machine, read from Linux's /proc."""

import os
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest

needs_proc = pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="asks /proc")

MEGABYTE = 10**6

_TICKS = os.sysconf("SC_CLK_TCK") if hasattr(os, "sysconf") else 100


def resident(process: int) -> float:
    """Return the memory of a process, in MB."""
    status = Path(f"/proc/{process}/status").read_text()
    return int(status.partition("VmRSS:")[2].split()[0]) * 1024 / MEGABYTE


def seconds(process: int) -> float:
    """Return the processor time that a process took so far."""
    fields = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / _TICKS


def busy(span: float = 0.5) -> float:
    """Watch for some seconds; return the share of all processors that was at work, 0 to 1."""

    def read() -> tuple[int, int]:
        ticks = [int(word) for word in Path("/proc/stat").read_text().split("\n")[0].split()[1:9]]
        return sum(ticks), ticks[3] + ticks[4]  # all, and those idle or waiting for a disk

    (all_before, idle_before), _, (all_after, idle_after) = read(), time.sleep(span), read()
    return 1 - (idle_after - idle_before) / max(1, all_after - all_before)


def below(parent: int) -> Iterator[tuple[int, str]]:
    """Yield the processes that one has started, and those that they have, with their commands."""
    for task in _entries(Path(f"/proc/{parent}/task")):
        # Threads and processes may end while they are looked at.
        with suppress(FileNotFoundError, ProcessLookupError):
            for child in map(int, (task / "children").read_text().split()):
                yield child, Path(f"/proc/{child}/cmdline").read_text().replace("\0", " ")
                yield from below(child)


def _entries(folder: Path) -> list[Path]:
    with suppress(FileNotFoundError, ProcessLookupError):
        return list(folder.iterdir())
    return []
