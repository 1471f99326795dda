"""One of several processes that train one run together on PyTorch, each on a GPU of its own.

The process that leads the training starts them (see `ganlib.models.backend.torch_team`). Each builds the same GAN,
takes over all variables, and from then on does the steps it is told with its share of each batch. It writes nothing:
the run folder belongs to the process that leads.
"""

from ganlib.config import TrainConfig
from ganlib.models.backend.workers import told
from ganlib.models.loading import load_backend


def main() -> None:
    """Do as told, until there is nothing to do any more."""
    load_backend()
    from ganlib.models import backend
    from ganlib.models.backend.torch_team import Member, Seat
    from ganlib.models.gan import GAN

    messages = told()
    seat, choices, images = next(messages)
    config = TrainConfig.from_dict(choices)
    backend.set_threads(config.threads)
    gan = GAN(config)
    member = Member(Seat(*seat), gan.own_steps(images), gan.variables)
    for order in messages:
        member.steps(order)
    member.leave()


if __name__ == "__main__":
    main()
