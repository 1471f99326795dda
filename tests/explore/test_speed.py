"""How long a picture takes once the networks are loaded; run with `-s` to see the figures."""

import time
from itertools import cycle

import numpy as np
import pytest

from ganlib.explore import directions
from ganlib.explore.sampler import Critic, Sampler
from ganlib.utils import images

ROUNDS = 3


def percentiles(action, times):
    """Return median and 95th percentile in milliseconds, of the best round: a busy machine can only be slower."""
    action()
    rounds = []
    for _ in range(ROUNDS):
        took = []
        for _ in range(times):
            started = time.perf_counter()
            action()
            took.append(1000 * (time.perf_counter() - started))
        rounds.append(tuple(np.percentile(took, [50, 95])))
    return min(rounds, key=lambda pair: pair[1])


@pytest.mark.slow
@pytest.mark.parametrize("preset", ["mnist-dcgan", "svhn-dcgan", "fashion-gan-uniform"])
def test_a_slider_redraws_in_time(untrained, preset):
    run = untrained(preset)
    sampler, critic = Sampler(run), Critic(run)
    found = directions.find(sampler)
    anchors, moves = sampler.latents(64, 0), cycle(np.random.default_rng(0).normal(size=(50, 8)))

    def one():
        images.png_bytes(sampler.images(found.move(anchors[0], next(moves))[None])[0])

    def sheet():
        move = next(moves)
        images.png_bytes(images.sheet(sampler.images(np.stack([found.move(anchor, move) for anchor in anchors]))))

    made = sampler.images(anchors)
    measured = {
        "one image": (percentiles(one, 60), 150),
        "8x8 sheet": (percentiles(sheet, 30), 300),
        "64 scores": (percentiles(lambda: critic.scores(made), 20), 300),
    }
    for what, ((median, slow), limit) in measured.items():
        print(f"{preset}, {what}: median {median:.1f} ms, 95th percentile {slow:.1f} ms (limit {limit} ms)")
    assert all(slow < limit for (_, slow), limit in measured.values()), measured
