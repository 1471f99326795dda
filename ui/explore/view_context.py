"""What all views of the page look at: a run at a checkpoint, a seed, and the anchors."""

from dataclasses import dataclass
from string import ascii_uppercase
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import streamlit as st

from ganlib import data
from ganlib.config import TrainConfig
from ganlib.runs import store
from ganlib.runs.folder import Run
from ganlib.utils import seeds
from ui.common import inference_guard
from ui.common.code import Tape

if TYPE_CHECKING:
    from ganlib.explore.directions import Directions
    from ganlib.explore.sampler import Discriminator, Sampler

MOST_ANCHORS = 8
_NEIGHBOURS = 512
"""So many pictures of its kind D sees one among, where it has batch normalisation or judges several together."""

_SEED = seeds.derive(0, "samples to see a picture among")

MEAN = "mean"
"""Stands for the middle of the prior, where an anchor's letter could stand."""


class Shown(NamedTuple):
    """What a view shows."""

    latents: np.ndarray  # float32, (N, latent_dim)
    pictures: np.ndarray  # what the generator makes of them, uint8, (N, H, W, C)
    picture: np.ndarray  # the pictures as one, uint8, (H, W, C)


@dataclass(frozen=True)
class ViewContext:
    """What a view looks at."""

    run: Run  # whose latent space
    step: int | None  # that of a snapshot, or None for the weights at the end
    config: TrainConfig  # the run's choices
    seed: int  # of the grid of samples
    anchors: tuple[str, ...] = ()  # points of the latent space, see `ganlib.explore.points`
    with_scores: bool = False  # whether D's output stands under the pictures
    label: int | None = None  # the class that a conditional run draws

    @property
    def letters(self) -> dict[str, str]:
        return dict(zip(ascii_uppercase, self.anchors, strict=False))

    @property
    def starts(self) -> dict[str, str]:
        """Where a view can start from, and what each is called."""
        return {letter: letter for letter in self.letters} | {MEAN: "Mean"}

    def sampler(self, tape: Tape) -> "Sampler":
        """Return the generator, ready to draw. Use it inside `inference_guard.at_work`."""
        from ganlib.explore.sampler import Sampler

        run = tape.note("run", self.run, store.find, self.run.id)
        found = tape.note("sampler", inference_guard.sampler(self.run, self.step), Sampler, run, step=self.step)
        return found if self.label is None else tape.call("sampler", found.of_class, self.label)

    def point(self, tape: Tape, sampler: "Sampler", start: str) -> np.ndarray:
        """Return the latent vector of an anchor's letter, or of the mean; shape (latent_dim,)."""
        from ganlib.explore import points

        if start == MEAN:
            return tape.call("mean", np.zeros, self.config.latent_dim)
        # The tape knows the config by this name only.
        config = tape.attribute("config", sampler)
        return tape.call(start.lower(), points.read, self.letters[start], config)

    def stacked(self, tape: Tape, sampler: "Sampler", letters: str = "") -> np.ndarray:
        """Return the latent vectors of some anchors, by default of all; shape (anchors, latent_dim)."""
        found = [self.point(tape, sampler, letter) for letter in letters or self.letters]
        return tape.call("anchors", np.stack, found)

    def directions(self, tape: Tape, sampler: "Sampler", method: str, count: int) -> "Directions":
        """Return the directions along which images change most."""
        from ganlib.explore import directions

        found = _directions(
            sampler, method, count, self.label, *inference_guard.stamps(self.run, self.step, "generator")
        )
        return tape.note("found", found, directions.find, sampler, method, count=count)

    def scores(self, pictures: np.ndarray, are_real: bool = False) -> np.ndarray:
        """Return D's output for pictures, generated or real, whatever else is there; in `inference_guard.at_work`."""
        discriminator = inference_guard.discriminator(self.run, self.step, self.label)
        return discriminator.scores(pictures, self._neighbours(are_real) if self._sees_several else None)

    def discriminator(self, tape: Tape) -> "Discriminator":
        """Return D, ready to judge. Use it inside `inference_guard.at_work`."""
        from ganlib.explore.sampler import Discriminator

        run = tape.note("run", self.run, store.find, self.run.id)
        known = inference_guard.discriminator(self.run, self.step)
        found = tape.note("discriminator", known, Discriminator, run, step=self.step)
        return found if self.label is None else tape.call("discriminator", found.of_class, self.label)

    def real(self, tape: Tape) -> "data.ImageSet":
        """Return all real images."""
        return tape.call("real", data.load, self.config.dataset, self.config.split, self.config.grayscale)

    def neighbours(self, tape: Tape, are_real: bool = False) -> np.ndarray | None:
        """Return what D sees a picture among, as in `scores`, or None where it sees each alone."""
        if not self._sees_several:
            return None
        found = self._neighbours(are_real)
        if are_real:
            of_class = {} if self._real_label is None else {"label": self._real_label}
            return tape.note("neighbours", found, data.some, self.real(tape), _NEIGHBOURS, seed=0, **of_class)
        sampler = self.sampler(tape)
        others = tape.call("others", sampler.latents, _NEIGHBOURS, seed=_SEED)
        return tape.note("neighbours", found, sampler.images, others)

    @property
    def _sees_several(self) -> bool:
        return self.config.pack > 1 or inference_guard.discriminator(self.run, self.step, self.label).sees_batches

    @property
    def _real_label(self) -> int | None:
        """The class of real images to see one among; a category is none of the data's."""
        return None if self.config.conditioning == "infogan" else self.label

    def _neighbours(self, are_real: bool) -> np.ndarray:
        if are_real:
            return _originals(self.config.dataset, self.config.split, self.config.grayscale, self._real_label)
        sampler = inference_guard.sampler(self.run, self.step, self.label)
        return _neighbours(sampler, self.label, *inference_guard.stamps(self.run, self.step, "generator"))


@st.cache_resource(max_entries=16, show_spinner=False)
def _neighbours(_sampler: "Sampler", label: int | None, *stamps: object) -> np.ndarray:
    """Draw samples for D to see a picture among."""
    return _sampler.images(_sampler.latents(_NEIGHBOURS, _SEED))


@st.cache_resource(max_entries=4, show_spinner=False)
def _originals(dataset: str, split: str, grayscale: bool, label: int | None) -> np.ndarray:
    """Pick real images for D to see one among, of one class if it judges by classes."""
    return data.some(data.load(dataset, split, grayscale), _NEIGHBOURS, seed=0, label=label)


@st.cache_resource(max_entries=16, show_spinner=False)
def _directions(_sampler: "Sampler", method: str, count: int, label: int | None, *stamps: object) -> "Directions":
    from ganlib.explore import directions

    return directions.find(_sampler, method, count)
