"""When a training is interrupted for an evaluation: seldom enough to cost next to nothing, and once at its end."""

import time
from typing import TYPE_CHECKING

from ganlib.models.gan import GAN
from ganlib.runs.folder import Run
from ganlib.utils import files
from ganlib.utils.errors import UserError
from ganlib.utils.values import number

if TYPE_CHECKING:
    from ganlib.metrics.evaluator import Evaluator, PointsEvaluator
    from ganlib.training.trainer import Trainer

SHARE = 0.05
"""The most that evaluations may take, as a share of the training time.

The first ever on a data set also finds out what real images get, which takes some seconds more, once; the next
evaluations wait until that is made up for.
"""

SAMPLES = 2000
"""Enough to say that a class is missing, few enough for a second's work."""

WORTHWHILE, WORTHWHILE_OF_POINTS = 5.0, 1.0
"""Seconds of training after which its end is judged, whatever was spent before: then nobody waits for it. Points are
judged by arithmetic alone, without a classifier."""

EVALUATING = "Evaluating the samples."

_FIRST_GUESS = 0.7  # seconds that an evaluation takes, before one was measured


class EvaluationCallback:
    """Evaluates a run's samples between epochs, as often as its config asks and the time allows."""

    def __init__(self, run: Run, gan: GAN) -> None:
        self.run, self.gan = run, gan
        self._evaluator: Evaluator | PointsEvaluator | None = None
        self._is_possible = gan.config.evaluate_every > 0
        self._takes = _FIRST_GUESS
        # What evaluations took before the training was resumed, in seconds. Only those that a person asked for look for
        # copies, and none of them was made in training time.
        before = (number(line.get("seconds"), low=0.0) for line in run.evaluations() if "copies" not in line)
        self._taken = sum(each for each in before if each is not None)

    def on_epoch_end(self, trainer: "Trainer") -> None:
        is_affordable = self._taken + self._takes <= SHARE * trainer.progress.seconds
        if self._is_possible and is_affordable and int(trainer.epoch) % self.gan.config.evaluate_every == 0:
            self._evaluate(trainer)

    def on_end(self, trainer: "Trainer") -> None:
        """Evaluate what the training ended with, unless that was just done."""
        is_new = all(line.get("step") != trainer.progress.step for line in self.run.evaluations())
        worthwhile = WORTHWHILE_OF_POINTS if self.gan.config.is_plane else WORTHWHILE
        if self._is_possible and is_new and trainer.progress.seconds >= worthwhile:
            self._evaluate(trainer)

    def _evaluate(self, trainer: "Trainer") -> None:
        started, step = time.monotonic(), trainer.progress.step
        trainer.announce(EVALUATING)
        try:
            # Imported and made only now, because a short training never comes to this.
            from ganlib.metrics.evaluator import make_evaluator

            self._evaluator = self._evaluator or make_evaluator(self.gan.config, SAMPLES, finds_copies=False)
            found = self._evaluator.evaluate(self.gan.ema, self.gan.discriminator)
        except UserError as error:  # a training does not fail because nobody can judge it
            self.run.add_event("unjudged", step, message=str(error))
            self._is_possible = False
            return
        finally:
            trainer.announce("")
        self._taken += time.monotonic() - started
        self._takes = found["seconds"]
        files.append_lines(self.run.evaluations_path, [{"step": step, "epoch": round(trainer.epoch, 4), **found}])
