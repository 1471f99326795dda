"""How a training shows on a terminal: a bar with what is left, or plain lines when piped."""

import time
from types import TracebackType
from typing import Self

from rich.console import Console
from rich.progress import BarColumn, TextColumn, TimeRemainingColumn
from rich.progress import Progress as Bar

from ganlib.runs.store import Status

_LINE_SECONDS = 5.0


class Progress:
    """Shows a training's status; a context manager, because a bar must give the terminal back."""

    def __init__(self) -> None:
        self.console = Console(highlight=False)
        columns = (
            TextColumn("{task.description}"),
            BarColumn(),
            TextColumn("{task.fields[details]}"),
            TimeRemainingColumn(),
        )
        self.bar = Bar(*columns, console=self.console) if self.console.is_terminal else None
        self.task = self.bar.add_task("Getting ready", total=None, details="") if self.bar else None
        self.line_at = 0.0

    def __enter__(self) -> Self:
        if self.bar:
            self.bar.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self.bar:
            self.bar.stop()

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
