"""Points of latent space survive the way through a link; anything else is refused in one sentence."""

import numpy as np
import pytest

from ganlib.config import TrainConfig
from ganlib.explore import points
from ganlib.models import priors
from ganlib.utils.errors import UserError

NORMAL = TrainConfig(latent_dim=16, prior="normal")
UNIFORM = TrainConfig(latent_dim=16, prior="uniform")


@pytest.mark.parametrize("config", [NORMAL, UNIFORM])
def test_drawn_point_is_that_of_the_seed(config: TrainConfig) -> None:
    drawn = priors.get(config.prior).sample(64, 16, 7)

    np.testing.assert_array_equal(points.read(points.drawn(7, 12), config), drawn[12])
    assert points.drawn(7, 12) == "7.12"


@pytest.mark.parametrize("config", [NORMAL, UNIFORM])
def test_any_point_comes_back_as_float16_keeps_it(config: TrainConfig) -> None:
    latent = priors.get(config.prior).sample(1, 16, 3)[0]
    text = points.write(latent)

    back = points.read(text, config)
    np.testing.assert_allclose(back, latent, rtol=1e-3, atol=1e-4)
    assert points.write(back) == text
    assert set(text) <= set("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_")


def test_point_far_out_is_brought_to_where_the_prior_draws() -> None:
    far = points.write(np.full(16, 60000.0, np.float32))

    assert np.linalg.norm(points.read(far, NORMAL)) == pytest.approx(priors.Normal.longest(16), rel=1e-3)
    assert points.read(far, UNIFORM).max() == 1


@pytest.mark.parametrize(
    "text",
    [
        "", "z", "7", "7.", ".3", "-1.2", "7.1000", "99999999999.1", "3000000000.1", "7.12.1", "7,12", "zz!!", "z=",
        "١.٢", points.write(np.zeros(15)), points.write(np.zeros(17)), points.write(np.full(16, np.nan)),
        points.write(np.full(16, np.inf)), "z" + "A" * 100000,
    ],
)  # fmt: skip
def test_anything_else_is_refused(text: str) -> None:
    with pytest.raises(UserError, match=r"point") as refused:
        points.read(text, NORMAL)
    assert len(str(refused.value)) < 150
