"""GAN Explorer's library: train generative adversarial networks briefly and look inside.

    from ganlib import GAN, Sampler, TrainConfig, Trainer, load_data

    gan = GAN(TrainConfig(dataset="digits", generator="mlp", discriminator="mlp", epochs=50))
    history = Trainer(gan, load_data("digits").images).fit()
    images = Sampler(gan).generate(count=64, seed=0)

Importing this package is cheap: Keras and its backend are loaded when a name that computes is first asked for.
"""

from typing import TYPE_CHECKING

from ganlib.backend.startup import configure_keras, load_backend
from ganlib.utils import lazy

if TYPE_CHECKING:
    from ganlib.config import TrainConfig
    from ganlib.data import load_data
    from ganlib.explore.sampler import Sampler
    from ganlib.metrics.evaluator import evaluate
    from ganlib.models.gan import GAN
    from ganlib.runs.folder import Run
    from ganlib.training.trainer import Trainer

__all__ = ["GAN", "Run", "Sampler", "TrainConfig", "Trainer", "evaluate", "load_data"]
__version__ = "0.1.0"

configure_keras()

__getattr__ = lazy.exports(
    __name__,
    {
        "config": ["TrainConfig"],
        "data": ["load_data"],
        "explore.sampler": ["Sampler"],
        "metrics.evaluator": ["evaluate"],
        "models.gan": ["GAN"],
        "runs.folder": ["Run"],
        "training.trainer": ["Trainer"],
    },
    before=dict.fromkeys(["explore.sampler", "metrics.evaluator", "models.gan", "training.trainer"], load_backend),
)
