"""The command line that makes a run again."""

import shlex

from ganlib import presets
from ganlib.catalog import losses
from ganlib.config import FIELDS, TrainConfig

_ANY = "digits-quick"


def train_command(config: TrainConfig, preset: str | None = None) -> str:
    """Return the command that trains with these settings.

    Args:
        config: all settings.
        preset: where they come from; settings that it has already are not told. An unknown one is replaced.
    """
    name = preset if preset and preset in presets.PRESETS else _ANY
    base = presets.get(name).config
    sets = {} if config.loss == base.loss else {"loss": config.loss}
    # As `train` does: a loss brings its paper's settings, so only other ones need to be told.
    brought = {**base.to_dict(), **(losses.get(config.loss).defaults if sets else {}), **sets}
    sets |= {key: getattr(config, key) for key in FIELDS if getattr(config, key) != brought[key]}
    words = ["python", "-m", "ganlib", "train", name]
    for key, value in sets.items():
        words += ["--set", f"{key}={str(value).lower() if isinstance(value, bool) else value}"]
    return shlex.join(words)
