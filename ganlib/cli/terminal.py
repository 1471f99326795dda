"""What commands do with a terminal: tables, a bar that shows how a training goes, and Ctrl-C."""

import signal
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from threading import Event

from rich import progress
from rich.console import Console
from rich.progress import BarColumn, TimeRemainingColumn
from rich.table import Table

from ganlib.runs.status import Status
from ganlib.utils import files
from ganlib.utils.errors import UserError


def print_table(columns: tuple[str, ...], rows: Sequence[tuple[str, ...]]) -> None:
    """Print a table that keeps its lines whole when piped."""
    console = Console(highlight=False)
    if not console.is_terminal:
        console = Console(highlight=False, width=1000)
    table = Table(box=None, header_style="bold", pad_edge=False)
    for column in columns:
        table.add_column(column, no_wrap=column is columns[0])
    for row in rows:
        table.add_row(*row)
    console.print(table)


_LINE_SECONDS = 5.0


class Progress(ExitStack):
    """Shows a training's status; a context manager, because a bar must give the terminal back."""

    def __init__(self) -> None:
        super().__init__()
        self.console = Console(highlight=False)
        columns = ("{task.description}", BarColumn(), "{task.fields[details]}", TimeRemainingColumn())
        self.bar = None
        if self.console.is_terminal:
            self.bar = self.enter_context(progress.Progress(*columns, console=self.console))
        self.task = self.bar.add_task("Getting ready", total=None, details="") if self.bar else None
        self.line_at = 0.0

    def say(self, sentence: str) -> None:
        """Print a sentence, above the bar if there is one."""
        self.console.print(sentence, soft_wrap=True)

    def show(self, status: Status) -> None:
        """Show where a training stands."""
        details = (
            f"step {status.step}/{status.total_steps}, epoch {status.epoch:.1f}, {status.images_per_s:,.0f} images/s"
        )
        if self.bar and self.task is not None:
            self.bar.update(
                self.task,
                description=status.state.capitalize(),
                completed=status.step,
                total=status.total_steps or None,
                details=details,
            )
        elif time.monotonic() - self.line_at > _LINE_SECONDS:
            self.line_at = time.monotonic()
            left = "" if status.eta_s is None else f", {status.eta_s:.0f} s left"
            self.say(f"{details}{left}")


def write(path: Path, content: bytes) -> None:
    """Write a file and say so. Raises UserError: it cannot be written."""
    try:
        files.write_bytes(path, content)
    except OSError as error:
        raise UserError(f"{path} could not be written ({error.strerror}).") from error
    print(f"{path}: {len(content):,} bytes")


@contextmanager
def stop_on_signals(stop: Event) -> Iterator[None]:
    """Set `stop` at the first Ctrl-C or SIGTERM, heard by the main thread alone; a second Ctrl-C interrupts at once."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = {number: signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)}

    def handle(number: int, frame: object) -> None:
        stop.set()
        signal.signal(number, before[signal.Signals(number)])

    for number in before:
        signal.signal(number, handle)
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
