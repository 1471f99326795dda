"""Points of latent space as short texts, for links and for notebooks.

`7.12` is the latent vector number 12 of seed 7, counted from 0: the same on every machine, and in every run of the same
prior and latent dimension. Any other point is `z` and its entries, as float16 in URL-safe base64.
"""

import base64
import binascii
import re

import numpy as np

from ganlib.config import TrainConfig
from ganlib.models import priors
from ganlib.utils.errors import UserError

MOST = 1000
"""Numbers of one seed end before this one."""

_DRAWN = re.compile(r"(\d{1,10})\.(\d{1,3})", re.ASCII)
_LARGEST_SEED = 2**31 - 1


def drawn(seed: int, number: int) -> str:
    """Return the text of a vector that a seed gives."""
    return f"{seed}.{number}"


def write(latent: np.ndarray) -> str:
    """Return any latent vector, shape (latent_dim,), as text; float16 keeps three digits of each entry."""
    return "z" + base64.urlsafe_b64encode(latent.astype("<f2").tobytes()).decode().rstrip("=")


def read(text: str, config: TrainConfig) -> np.ndarray:
    """Return the latent vector, float32 (latent_dim,), that a text stands for, as `drawn` and `write` return it.

    Anyone may have typed the text. The vector lies where the run's prior draws, see `Prior.within`. Raises UserError:
    the text stands for no point of this latent space.
    """
    if match := _DRAWN.fullmatch(text):
        seed, number = map(int, match.groups())
        if seed <= _LARGEST_SEED:
            return priors.get(config.prior).sample(number + 1, config.latent_dim, seed)[number]
    elif text.startswith("z"):
        return priors.get(config.prior).within(_decoded(text[1:], config.latent_dim))
    raise UserError(f"{text[:20]!r} is no point of latent space; write one as seed.number, such as 7.12.")


def _decoded(text: str, latent_dim: int) -> np.ndarray:
    try:
        entries = np.frombuffer(base64.b64decode(text + "=" * (-len(text) % 4), b"-_", validate=True), "<f2")
    except (ValueError, binascii.Error):
        entries = np.zeros(0, "<f2")
    if entries.shape != (latent_dim,) or not np.isfinite(entries).all():
        raise UserError(
            f"A point in the link does not fit a latent space of {latent_dim} dimensions; pick another one."
        )
    return entries.astype(np.float32)
