"""Experiments that need no thought before they are started: those of the source projects, and some that teach."""

import dataclasses
from collections.abc import Mapping
from typing import Any

from ganlib import presets
from ganlib.catalog.table import by_name, pick
from ganlib.experiments.plan import SAME, Budget, Plan, plan, plan_presets


@dataclasses.dataclass(frozen=True)
class Lesson:
    """The short version of an experiment: the compact networks, which show something within minutes."""

    base: str  # the preset that all runs start from
    # Updates of G in each run: at least twice as many as it took when measured until pictures were recognisable, see
    # `catalog.minimum_steps`. Where they were not so yet when measuring ended, it is only more than that. Those that
    # are there to fail are exempt, and SVHN, which never got there.
    steps: int
    field: str = ""  # the setting that is varied, by default that of the full version
    values: tuple[Any, ...] = ()  # its values, by default those of the full version
    changes: Mapping[str, Any] = dataclasses.field(default_factory=dict)  # settings that all runs get


@dataclasses.dataclass(frozen=True)
class Ready:
    """An experiment that only waits for someone to start it."""

    name: str  # the key in `READY`
    title: str  # what to call it
    question: str  # what it lets a person find out, and what to look at
    lesson: Lesson  # its short version
    # The systems that are compared in full; a single one is the base in which `field` is varied.
    presets: tuple[str, ...]
    field: str = ""  # the setting that is varied, where there is a single preset
    values: tuple[Any, ...] = ()  # its values
    about_lesson: str = ""  # in what else the short version differs, one sentence, or ""

    @property
    def has_source(self) -> bool:
        """Whether a source project made it at full length; else its lesson is all there is."""
        return self.lesson.base not in self.presets

    def plan(self, is_short: bool = True, seeds: int = 1) -> Plan:
        """Plan it, short for a lesson, or as long as the presets ask for. Raises UserError: too many random seeds."""
        title = f"{self.title} ({'short' if is_short else 'in full'})"
        if is_short:
            lesson, base = self.lesson, presets.get(self.lesson.base)
            field, values = lesson.field or self.field, lesson.values or self.values
            config = base.config.changed(**lesson.changes)
            return plan(
                base.name, config, field, values, seeds, Budget(steps=lesson.steps), SAME, title, lesson.changes
            )
        base = presets.get(self.presets[0])
        # As much as the preset asks for, however long that takes.
        budget = Budget(steps=base.config.max_steps) if base.config.max_steps else Budget(epochs=base.config.epochs)
        if self.field:
            return plan(base.name, base.config, self.field, self.values, seeds, budget, title=title)
        return plan_presets(self.presets, seeds, budget, title)


_WITHOUT_ADVANCED = "Advanced differs from the baseline in its networks alone, so the short version goes without it."

_LAYER: Mapping[str, Any] = {
    "discriminator_norm": "layer", "g_learning_rate": 1e-3, "d_learning_rate": 1e-3, "penalty_weight": 1.0,
}  # fmt: skip
"""A gradient penalty rules batch normalisation out; with layer normalisation in both, nothing but the loss differs.

At the quick presets' rates of 4e-3, WGAN-GP stalls (MNIST: 37 % recognised after 1,600 steps); at these, it is
recognisable after 800, as is the non-saturating loss."""

READY: Mapping[str, Ready] = by_name(
    Ready("fashion-loss", "GAN or WGAN on Fashion-MNIST",
        "The same two networks under two objectives: which shows clothes sooner, and which learns more steadily?",
        Lesson("fashion-quick", 5600, "loss", ("non_saturating", "wgan_gp"), _LAYER),
        ("fashion-gan-uniform", "fashion-wgan"),
        about_lesson="Its WGAN has a gradient penalty, and both losses have the same rates and layer normalisation "
        "in D. In full its weights are clipped, with which compact networks draw blurs for thousands of steps."),
    Ready("fashion-initialiser", "Uniform or normal initialiser on Fashion-MNIST",
        "Both distributions have the same variance: is there any difference that a second random seed does not "
        "make as well?",
        Lesson("fashion-quick", 1600), ("fashion-gan-uniform",), "initializer", ("glorot_uniform", "glorot_normal")),
    Ready("mnist-systems", "Baseline, Advanced and WGAN on MNIST",
        "Smaller kernels and pooling, or another objective: which change helps more, and what does it cost in "
        "time? Several settings differ at once, so look at the list of them first.",
        Lesson("mnist-quick", 3200, "loss", ("non_saturating", "wgan_gp"), _LAYER),
        ("mnist-dcgan", "mnist-dcgan-advanced", "mnist-wgan-gp"), about_lesson=_WITHOUT_ADVANCED),
    Ready("svhn-systems", "Baseline, Advanced and WGAN on SVHN",
        "The same three on photographs: D is far larger here and tends to win. Do the two loss curves drift "
        "apart further than on MNIST?",
        Lesson("svhn-quick", 3200, "loss", ("non_saturating", "wgan_gp"), {**_LAYER, "grayscale": True}),
        ("svhn-dcgan", "svhn-dcgan-advanced", "svhn-wgan-gp"), about_lesson=_WITHOUT_ADVANCED),
    Ready("learning-rate", "A learning rate that is too high, on MNIST",
        "G's step size ten times smaller, as it should be, and far too large: what do pictures and loss look "
        "like when training breaks down?",
        Lesson("mnist-quick", 1200), ("mnist-quick",), "g_learning_rate", (4e-4, 4e-3, 1e-1)),
    Ready("critic-steps", "How often D learns for each step of G, on MNIST",
        "G does the same number of steps, and D learns once or five times in each: do the pictures gain what the "
        "better judge costs in time?",
        Lesson("mnist-quick", 1000), ("mnist-quick",), "critic_steps", (1, 5)),
    Ready("latent-dimension", "How many latent numbers make a digit of MNIST",
        "With 2 latent numbers there is little room for variety, with 64 more than enough: where do samples "
        "begin to look alike?",
        Lesson("mnist-quick", 1200), ("mnist-quick",), "latent_dim", (2, 8, 64)),
)  # fmt: skip


def get(name: str) -> Ready:
    """Return the ready experiment of that name. Raises UserError: there is none; the message lists all names."""
    return pick(READY, name, "ready experiment")
