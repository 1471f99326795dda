"""Commands to a training: stop, pause, and live changes, each made exactly once, also by a trainer that is resumed.

A change is written to `events.jsonl`, with the step, before its command goes away. A checkpoint names the changes that
are in it. So a trainer that goes back to an older checkpoint finds in the events what it must make again, and when.
"""

from collections.abc import Callable
from threading import Event
from typing import TYPE_CHECKING, Any

from ganlib.runs import commands
from ganlib.runs.commands import Command, live_change
from ganlib.runs.folder import Run
from ganlib.runs.records import CHANGED, CheckpointHeader
from ganlib.runs.status import PAUSED, RUNNING
from ganlib.utils.errors import UserError

if TYPE_CHECKING:
    from ganlib.training.trainer import Trainer


WaitForTurn = Callable[[Run, Event], bool]
"""Wait until a run may train; False if it was told to stop meanwhile."""


class LiveUpdates:
    """Carries out the commands in a run's `control/`.

    Attributes:
        restored: the header of the checkpoint that the training continues from, if there is one.
        made: identities of the changes made so far.
    """

    def __init__(self, run: Run, wait_for_turn: WaitForTurn) -> None:
        """Begin without changes; `wait_for_turn` is called after a pause, in which the slot was free for others."""
        self.run, self._wait_for_turn = run, wait_for_turn
        self.restored: CheckpointHeader | None = None
        self.made: list[str] = []
        self._again: list[dict[str, Any]] = []  # changes made after that checkpoint, each to come at its step

    def steps_until_due(self, trainer: "Trainer") -> int | None:
        """Return how many steps may pass before a change is made again, or None if there is none."""
        return max(1, self._again[0]["step"] - trainer.progress.step) if self._again else None

    def on_start(self, trainer: "Trainer") -> None:
        """Make the changes that the checkpoint holds."""
        if self.restored:
            self.made = list(self.restored.made)
            trainer.change(live_change(trainer.config, self.restored.settings))
        lost = (event for event in self.run.events() if event["event"] == CHANGED and event["id"] not in self.made)
        self._again = sorted(lost, key=lambda event: event["step"])
        self._replay(trainer)

    def on_step_chunk(self, trainer: "Trainer") -> None:
        """Carry out what people asked for since the last time; a pause lasts until they ask again."""
        self._replay(trainer)
        state = self._handle_commands(trainer)
        if state != PAUSED:
            return
        trainer.notify("on_pause")
        while state != RUNNING and not trainer.stop.wait(0.1):
            state = self._handle_commands(trainer) or state
        if trainer.stop.is_set() or not self._wait_for_turn(self.run, trainer.stop):
            trainer.stop.set()

    def _replay(self, trainer: "Trainer") -> None:
        """Make the changes again that were made at this step, or before it."""
        while self._again and self._again[0]["step"] <= trainer.progress.step:
            event = self._again.pop(0)
            trainer.change(live_change(trainer.config, event["settings"]))
            self.made.append(event["id"])

    def _handle_commands(self, trainer: "Trainer") -> str | None:
        """Carry out the commands that wait; return the state they ask for last, if they do."""
        state = None
        for command in commands.pending(self.run):
            if command.name == commands.STOP:
                trainer.stop.set()
            elif command.name == commands.CHANGE:
                self._change(trainer, command)
            else:
                state = {commands.PAUSE: PAUSED, commands.RESUME: RUNNING}.get(command.name, state)
            commands.done(self.run, command)
        return state

    def _change(self, trainer: "Trainer", command: Command) -> None:
        """Make a change that someone asked for; a refused one is only recorded."""
        step = trainer.progress.step
        if command.id in {event.get("id") for event in self.run.events()}:
            return  # recorded just before a kill: it comes again by itself
        try:
            trainer.change(live_change(trainer.config, command.settings))
        except UserError as error:
            self.run.add_event("refused", step, id=command.id, message=str(error))
        else:
            self.run.add_event(CHANGED, step, id=command.id, settings=command.settings)
            self.made.append(command.id)
