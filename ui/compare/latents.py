"""Whether pictures of several runs are of the same latent vectors."""

from collections.abc import Mapping

from ganlib.config import TrainConfig
from ui.common import formatting


def told(configs: Mapping[str, TrainConfig], begin: str, with_seed: bool) -> str:
    """Say whether the same place in two grids is the same latent vector."""
    kinds = _kinds(configs, with_seed)
    if len(kinds) < 2:
        return f"{begin}: the same place in each grid is the same z."
    parts = "; ".join(f"{kind} in {', '.join(names)}" for kind, names in kinds.items())
    return formatting.plain(f"{begin}, but the same place is not the same z in all grids: it is {parts}.")


def are_shared(configs: Mapping[str, TrainConfig]) -> bool:
    """Say whether one seed gives all of these runs the same latent vectors."""
    return len(_kinds(configs, False)) < 2


def _kinds(configs: Mapping[str, TrainConfig], with_seed: bool) -> dict[str, list[str]]:
    kinds: dict[str, list[str]] = {}
    for title, config in configs.items():
        seed = f" from seed {config.seed}" if with_seed else ""
        kinds.setdefault(f"{config.latent_dim} {config.prior} numbers{seed}", []).append(title)
    return kinds
