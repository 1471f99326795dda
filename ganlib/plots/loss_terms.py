"""The loss of one sample as a formula to put a number into, and as a function of the logit."""

import re
from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from ganlib.catalog import losses
from ganlib.config import TrainConfig

_LOGIT = re.compile("(?<![a-z])s(?![a-z])")
_NEEDS_NO_BRACKETS = re.compile(r"^s$|\(s\b")

Floats = npt.NDArray[np.floating[Any]]


class Term(NamedTuple):
    """The loss of one sample by its logit s, as people write it and as NumPy computes it."""

    text: str
    value: Callable[[Floats], Floats]

    def with_number(self, logit: float) -> str:
        """Return the formula with a logit in the place of s, and what comes out."""
        number = f"{logit:.2f}"
        if logit < 0 and not _NEEDS_NO_BRACKETS.search(self.text):
            number = f"({number})"
        return f"{_LOGIT.sub(number, self.text)} = {float(self.value(np.asarray(logit))):.2f}"


_UP, _DOWN = Term("softplus(s)", lambda s: np.logaddexp(0, s)), Term("softplus(-s)", lambda s: np.logaddexp(0, -s))
_SCORE, _MINUS = Term("s", lambda s: s), Term("-s", lambda s: -s)
_TO_ONE = Term("(s - 1)² / 2", lambda s: (s - 1) ** 2 / 2)

TERMS: Mapping[str, tuple[Term, Term, Term]] = {
    "minimax": (_DOWN, _UP, Term("-softplus(s)", lambda s: -np.logaddexp(0, s))),
    "non_saturating": (_DOWN, _UP, _DOWN),
    "lsgan": (_TO_ONE, Term("s² / 2", lambda s: s**2 / 2), _TO_ONE),
    "wgan": (_MINUS, _SCORE, _MINUS),
    "wgan_gp": (_MINUS, _SCORE, _MINUS),
    "hinge": (
        Term("max(0, 1 - s)", lambda s: np.maximum(0, 1 - s)),
        Term("max(0, 1 + s)", lambda s: np.maximum(0, 1 + s)),
        _MINUS,
    ),
    "dragan": (_DOWN, _UP, _DOWN),
    "ebgan": (_MINUS, Term("max(0, m + s)", lambda s: np.maximum(0, s)), _MINUS),
    "began": (_MINUS, _SCORE, _MINUS),
}
"""Loss -> what D minimises of a real sample and of a fake, and what G minimises of a fake; see `of` for margins."""


def of(config: TrainConfig) -> tuple[Term, Term, Term]:
    """Return the terms of a run, with its margin if it has one."""
    real, fake, generator = TERMS[config.loss]
    if losses.get(config.loss).has_margin:
        fake = Term(fake.text.replace("m +", f"{config.margin:g} +"), lambda s: np.maximum(0, config.margin + s))
    return real, fake, generator
