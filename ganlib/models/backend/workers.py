"""Processes beside this one, each for a GPU of its own, that are told what to do through their standard input.

They end when it ends, and so whenever this process does, also when it is killed.
"""

import os
import pickle
import queue
import subprocess
import sys
import threading
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from typing import Any

from ganlib import interpreter
from ganlib.errors import UserError

_PATIENCE = 10.0  # seconds for a process to end by itself
_OVER = None


class Workers:
    """Processes that run `ganlib.models.worker`."""

    def __init__(self, environments: Iterable[Mapping[str, str]]) -> None:
        """Start one process for each set of environment variables, which come on top of this process's own."""
        self._processes = [
            subprocess.Popen(
                interpreter.command("ganlib.models.worker"),
                stdin=subprocess.PIPE,
                stdout=subprocess.DEVNULL,
                start_new_session=True,  # Ctrl-C is for the one who leads; the others are told
                env=interpreter.environment(**more),
            )
            for more in environments
        ]

    def tell(self, messages: Sequence[Any]) -> None:
        """Send each of them its own message.

        Raises:
            UserError: one of them has ended.
        """
        try:
            for process, message in zip(self._processes, messages, strict=True):
                assert process.stdin
                pickle.dump(message, process.stdin)
                process.stdin.flush()
        except OSError as error:
            raise self.trouble() from error

    def tell_all(self, message: Any) -> None:
        """Send the same message to all of them; errors as for `tell`."""
        self.tell([message] * len(self._processes))

    def trouble(self) -> UserError:
        """Return what to say when work together failed."""
        return UserError("The process of one of the GPUs ended too early; see the run's log.txt, then resume the run.")

    def have_lost_one(self, patience: float = 2.0) -> bool:
        """Whether one of them has ended, or does within so many seconds."""
        until = time.monotonic() + patience
        while all(process.poll() is None for process in self._processes):
            if time.monotonic() > until:
                return False
            time.sleep(0.05)
        return True

    def dismiss(self) -> None:
        """Let them end in good order, after what they are doing."""
        with suppress(UserError):
            self.tell_all(_OVER)

    def end(self, patience: float = _PATIENCE) -> None:
        """Wait for them to end, for so many seconds, then kill them."""
        for process in self._processes:
            with suppress(subprocess.TimeoutExpired):
                process.wait(patience)
            process.kill()
            process.wait()
            with suppress(OSError):  # what it did not read any more
                assert process.stdin
                process.stdin.close()


def told() -> Iterator[Any]:
    """Yield, in such a process, what it is told, until it is dismissed.

    A thread listens, so that a process that waits for others in a computation ends as well when nobody leads any more.
    """
    messages: queue.SimpleQueue[Any] = queue.SimpleQueue()
    threading.Thread(target=_listen, args=(messages,), daemon=True).start()
    while (message := messages.get()) is not _OVER:
        yield message


def _listen(messages: "queue.SimpleQueue[Any]") -> None:
    try:
        while True:
            message = pickle.load(sys.stdin.buffer)  # from the process that started this one, nobody else
            messages.put(message)
            if message is _OVER:
                return
    except (EOFError, OSError, pickle.UnpicklingError):
        os._exit(1)
