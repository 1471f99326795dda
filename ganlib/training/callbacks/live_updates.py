"""Commands to a training: stop, pause, and live changes, each made exactly once, also by a trainer that is resumed.

A change is written to `events.jsonl`, with the step, before its command goes away. A checkpoint names the changes that
are in it. So a trainer that goes back to an older checkpoint finds in the events what it must make again, and when.
"""

from collections.abc import Callable
from threading import Event
from typing import TYPE_CHECKING, Any

from ganlib.config import TrainConfig
from ganlib.runs import commands, store
from ganlib.runs.commands import Command, live_change
from ganlib.runs.records import CHANGED, LIVE_SETTINGS
from ganlib.runs.store import Run
from ganlib.utils.errors import UserError

if TYPE_CHECKING:
    from ganlib.training.trainer import Trainer


WaitForTurn = Callable[[Run, Event], bool]
"""Wait until a run may train; False if it was told to stop meanwhile."""


class LiveUpdates:
    """Carries out the commands in a run's `control/`.

    Attributes:
        restored: what `to_dict` gave when the checkpoint was saved that the training continues from.
    """

    def __init__(self, run: Run, wait_for_turn: WaitForTurn) -> None:
        """Begin without changes.

        Args:
            run: what is trained.
            wait_for_turn: called after a pause, during which the slot was free for others.
        """
        self.run, self._wait_for_turn = run, wait_for_turn
        self.restored: dict[str, Any] = {"made": [], "settings": {}}

    def to_dict(self) -> dict[str, Any]:
        """Return what a checkpoint must hold."""
        return self._changes.to_dict()

    def steps_until_due(self, trainer: "Trainer") -> int | None:
        """Return how many steps may pass before a change is made again, or None if there is none."""
        return self._changes.steps_to_next(trainer.progress.step)

    def on_start(self, trainer: "Trainer") -> None:
        """Make the changes that the checkpoint holds."""
        self._changes = Changes(self.run, trainer.config, trainer.change)
        self._changes.go_back_to(self.restored)
        self._changes.replay(trainer.progress.step)

    def on_step_chunk(self, trainer: "Trainer") -> None:
        """Carry out what people asked for since the last time; a pause lasts until they ask again."""
        self._changes.replay(trainer.progress.step)
        state = self._handle_commands(trainer)
        if state != store.PAUSED:
            return
        trainer.notify("on_pause")
        while state != store.RUNNING and not trainer.stop.wait(0.1):
            state = self._handle_commands(trainer) or state
        if trainer.stop.is_set() or not self._wait_for_turn(self.run, trainer.stop):
            trainer.stop.set()

    def _handle_commands(self, trainer: "Trainer") -> str | None:
        """Carry out the commands that wait; return the state they ask for last, if they do."""
        state = None
        for command in commands.pending(self.run):
            if command.name == commands.STOP:
                trainer.stop.set()
            elif command.name == commands.CHANGE:
                self._changes.change(command, trainer.progress.step)
            else:
                state = {commands.PAUSE: store.PAUSED, commands.RESUME: store.RUNNING}.get(command.name, state)
            commands.done(self.run, command)
        return state


class Changes:
    """Makes live changes and remembers which.

    Attributes:
        config: the run's choices as changed so far.
        made: identities of the changes made so far.
    """

    def __init__(self, run: Run, config: TrainConfig, make: Callable[[TrainConfig], None]) -> None:
        """Begin without changes.

        Args:
            run: what is trained.
            config: its choices.
            make: lets the training go on with changed choices.
        """
        self.run, self.config, self._make = run, config, make
        self.made: list[str] = []
        self._again: list[dict[str, Any]] = []

    def to_dict(self) -> dict[str, Any]:
        """Return what a checkpoint must hold."""
        return {"made": self.made, "settings": {name: getattr(self.config, name) for name in LIVE_SETTINGS}}

    def go_back_to(self, values: dict[str, Any]) -> None:
        """Continue from a checkpoint that holds `values`; what was changed since comes again at its step."""
        self.made = list(values["made"])
        self._apply(values["settings"])
        changes = [event for event in self.run.events() if event.get("event") == CHANGED]
        self._again = sorted(
            (event for event in changes if event["id"] not in self.made), key=lambda event: event["step"]
        )

    def steps_to_next(self, step: int) -> int | None:
        """Return how many steps may pass before a change comes again, or None if there is none."""
        return max(1, self._again[0]["step"] - step) if self._again else None

    def replay(self, step: int) -> None:
        """Make the changes again that were made at this step, or before it."""
        while self._again and self._again[0]["step"] <= step:
            event = self._again.pop(0)
            self._apply(event["settings"])
            self.made.append(event["id"])

    def change(self, command: Command, step: int) -> None:
        """Make a change that someone asked for; a refused one is only recorded."""
        if command.id in {event.get("id") for event in self.run.events()}:
            return  # recorded just before a kill: it comes again by itself
        try:
            self._apply(command.settings)
        except UserError as error:
            self.run.add_event("refused", step, id=command.id, message=str(error))
        else:
            self.run.add_event(CHANGED, step, id=command.id, settings=command.settings)
            self.made.append(command.id)

    def _apply(self, settings: dict[str, Any]) -> None:
        changed = live_change(self.config, settings)
        self._make(changed)
        self.config = changed
