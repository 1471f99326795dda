"""Experiments that need no thought before they are started: those of the source projects, and some that teach."""

import dataclasses
from collections.abc import Mapping
from typing import Any

from ganlib import presets
from ganlib.choices.table import pick
from ganlib.experiments.plan import Budget, Plan, plan, plan_presets


@dataclasses.dataclass(frozen=True)
class Ready:
    """An experiment that only waits for someone to start it.

    Attributes:
        name: the key in `READY`.
        title: what to call it.
        question: what it lets a person find out, and what to look at.
        presets: the systems that are compared; a single one is the base in which `field` is varied.
        field: the setting that is varied, where there is a single preset.
        values: its values.
        short_seconds: what each run trains in a lesson; seen on two processor cores to be enough to tell the
            runs apart.
        short_changes: settings that all runs get in a lesson, because two cores would show nothing yet with their own.
    """

    name: str
    title: str
    question: str
    presets: tuple[str, ...]
    field: str = ""
    values: tuple[Any, ...] = ()
    short_seconds: float = 60.0
    short_changes: Mapping[str, Any] = dataclasses.field(default_factory=dict)

    def plan(self, is_short: bool = True, seeds: int = 1) -> Plan:
        """Plan it.

        Args:
            is_short: for a lesson; otherwise as many epochs as the presets ask for, which may take a night.
            seeds: how many random seeds.

        Raises:
            UserError: the number of seeds is refused.
        """
        base = presets.get(self.presets[0])
        budget = Budget(seconds=self.short_seconds) if is_short else Budget(epochs=base.config.epochs)
        changes = self.short_changes if is_short else {}
        title = f"{self.title} ({'short' if is_short else 'in full'})"
        if self.field:
            config = base.config.changed(**changes)
            return plan(base.name, config, self.field, self.values, seeds, budget, title=title)
        return plan_presets(self.presets, seeds, budget, title, changes)


READY: Mapping[str, Ready] = {
    ready.name: ready
    for ready in (
        Ready(
            "fashion-loss",
            "GAN or WGAN on Fashion-MNIST",
            "The same two networks under two objectives: clothes come sooner from the GAN; does the WGAN's critic, "
            "which is updated five times a step, learn more steadily?",
            ("fashion-gan-uniform", "fashion-wgan"),
            short_seconds=120.0,
        ),
        Ready(
            "fashion-initialiser",
            "Uniform or normal initialiser on Fashion-MNIST",
            "Both distributions have the same variance: is there any difference that a second random seed does not "
            "make as well?",
            ("fashion-gan-uniform",),
            "initializer",
            ("glorot_uniform", "glorot_normal"),
            short_seconds=90.0,
        ),
        Ready(
            "mnist-systems",
            "Baseline, Advanced and WGAN on MNIST",
            "Smaller kernels and pooling, or another objective: which change helps more, and what does it cost in "
            "time? Several settings differ at once, so look at the list of them first.",
            ("mnist-dcgan", "mnist-dcgan-advanced", "mnist-wgan-gp"),
            short_seconds=120.0,
            short_changes={"batch_size": 32},
        ),
        Ready(
            "svhn-systems",
            "Baseline, Advanced and WGAN on SVHN",
            "The same three on photographs: D is far larger here and tends to win. Do the two loss curves drift "
            "apart further than on MNIST?",
            ("svhn-dcgan", "svhn-dcgan-advanced", "svhn-wgan-gp"),
            short_seconds=150.0,
            short_changes={"batch_size": 32},
        ),
        Ready(
            "learning-rate",
            "A learning rate that is too high",
            "G's step size ten times smaller, as it should be, and far too large: what do pictures and loss look "
            "like when training breaks down?",
            ("mnist-quick",),
            "g_learning_rate",
            (4e-4, 4e-3, 1e-1),
            short_seconds=30.0,
        ),
        Ready(
            "critic-steps",
            "How often D learns for each step of G",
            "In the same time, a D that learns five times a step leaves G fewer steps: does the better judge make up "
            "for it?",
            ("mnist-quick",),
            "critic_steps",
            (1, 5),
            short_seconds=60.0,
        ),
        Ready(
            "latent-dimension",
            "How many numbers make a picture",
            "With 2 latent numbers there is little room for variety, with 64 more than enough: where do samples "
            "begin to look alike?",
            ("mnist-quick",),
            "latent_dim",
            (2, 8, 64),
            short_seconds=60.0,
        ),
    )
}


def get(name: str) -> Ready:
    """Return the ready experiment of that name.

    Raises:
        UserError: there is none; the message lists all names.
    """
    return pick(READY, name, "ready experiment")
