"""Every objective against formulas written down from its paper, in NumPy and with log-sigmoids."""

from itertools import pairwise

import numpy as np
import pytest
from keras import ops
from scipy.special import log_expit

from ganlib.catalog import losses as facts
from ganlib.config import TrainConfig
from ganlib.models import losses
from ganlib.utils.errors import UserError

REAL = np.array([[2.0], [-0.5], [0.3], [4.0]])
FAKE = np.array([[-1.0], [0.7], [-3.0], [0.1]])


def logistic_d(real, fake):
    """Minus the value function of 1406.2661, equation 1, with D(x) = sigmoid(s)."""
    return -np.mean(log_expit(real)) - np.mean(log_expit(-fake))


def score_difference(real, fake):
    return np.mean(fake) - np.mean(real)


# name: what D minimises without penalty, what G minimises.
PAPERS = {
    "minimax": (logistic_d, lambda fake: np.mean(log_expit(-fake))),
    "non_saturating": (logistic_d, lambda fake: -np.mean(log_expit(fake))),
    "lsgan": (
        lambda real, fake: 0.5 * np.mean((real - 1) ** 2) + 0.5 * np.mean(fake**2),
        lambda fake: 0.5 * np.mean((fake - 1) ** 2),
    ),
    "wgan": (score_difference, lambda fake: -np.mean(fake)),
    "wgan_gp": (score_difference, lambda fake: -np.mean(fake)),
    "hinge": (
        lambda real, fake: -np.mean(np.minimum(0, -1 + real)) - np.mean(np.minimum(0, -1 - fake)),
        lambda fake: -np.mean(fake),
    ),
    "dragan": (logistic_d, lambda fake: -np.mean(log_expit(fake))),
    # An autoencoder's s is minus the error; the margin is the default, and k is 1.
    "ebgan": (lambda real, fake: np.mean(-real) + np.mean(np.maximum(0, 0.13 + fake)), lambda fake: np.mean(-fake)),
    "began": (lambda real, fake: np.mean(-real) - np.mean(-fake), lambda fake: np.mean(-fake)),
}
LABELLED = ("minimax", "non_saturating", "lsgan", "dragan")
NAMES = pytest.mark.parametrize("name", PAPERS)


def tensor(values):
    return ops.convert_to_tensor(np.asarray(values, "float32"))


def d_loss(name, real, fake, smoothing=0.0, flipped=None):
    if flipped:
        flipped = tuple(ops.convert_to_tensor(np.asarray(each, bool)) for each in flipped)
    return float(losses.discriminator_loss(losses.get(name), tensor(real), tensor(fake), smoothing, flipped))


def g_loss(name, fake):
    return float(losses.generator_loss(losses.get(name), tensor(fake)))


def test_the_table_holds_the_losses_that_are_described():
    assert list(losses.LOSSES) == list(facts.LOSSES)
    assert set(losses.LOSSES) == set(PAPERS)


def test_an_unknown_name_lists_the_valid_ones():
    with pytest.raises(UserError, match=r"no loss 'wgangp'.*wgan_gp.*dragan"):
        losses.get("wgangp")


@NAMES
def test_discriminator_loss_equals_the_paper(name):
    np.testing.assert_allclose(d_loss(name, REAL, FAKE), PAPERS[name][0](REAL, FAKE), rtol=0, atol=1e-5)


@NAMES
def test_generator_loss_equals_the_paper(name):
    np.testing.assert_allclose(g_loss(name, FAKE), PAPERS[name][1](FAKE), rtol=0, atol=1e-5)


@NAMES
def test_losses_are_means_so_the_batch_size_does_not_scale_them(name):
    twice = np.concatenate([REAL, REAL]), np.concatenate([FAKE, FAKE])
    np.testing.assert_allclose(d_loss(name, *twice), d_loss(name, REAL, FAKE), rtol=1e-6)
    np.testing.assert_allclose(g_loss(name, twice[1]), g_loss(name, FAKE), rtol=1e-6)


def test_values_known_by_heart():
    assert d_loss("non_saturating", [[0.0]], [[0.0]]) == pytest.approx(1.38629, abs=1e-5)
    assert g_loss("non_saturating", [[0.0]]) == pytest.approx(0.69315, abs=1e-5)
    assert g_loss("minimax", [[0.0]]) == pytest.approx(-0.69315, abs=1e-5)
    assert d_loss("lsgan", [[0.0]], [[1.0]]) == pytest.approx(1.0, abs=1e-5)
    assert d_loss("wgan", [[3.0]], [[1.0]]) == pytest.approx(-2.0, abs=1e-5)
    assert d_loss("hinge", [[1.0]], [[-1.0]]) == 0.0
    assert d_loss("hinge", [[-1.0]], [[1.0]]) == pytest.approx(4.0, abs=1e-5)


@pytest.mark.parametrize("name", ["wgan", "wgan_gp"])
def test_a_critic_that_scores_real_high_has_a_negative_loss(name):
    assert d_loss(name, [[5.0], [3.0]], [[-5.0], [-3.0]]) == pytest.approx(-8.0)


@NAMES
def test_d_gains_by_telling_real_from_fake(name):
    assert d_loss(name, [[0.9]], [[0.1]]) < d_loss(name, [[0.5]], [[0.5]]) < d_loss(name, [[0.1]], [[0.9]])


@NAMES
def test_g_gains_when_its_images_score_higher(name):
    # Up to 1, where least squares has its target.
    scores = [g_loss(name, [[logit]]) for logit in (-6, -3, -1, 0, 0.5, 1)]
    assert all(later < earlier for earlier, later in pairwise(scores))


@NAMES
@pytest.mark.parametrize(("real", "fake"), [(1e4, -1e4), (-1e4, 1e4), (1e4, 1e4), (-1e4, -1e4)])
def test_huge_logits_do_not_overflow(name, real, fake):
    """The limits of the formulas: sp(s) is s for large s, and 0 for s far below 0."""

    def sp(s):
        return max(s, 0.0)

    d_limits = {"lsgan": 0.5 * (real - 1) ** 2 + 0.5 * fake**2, "wgan": fake - real, "wgan_gp": fake - real}
    d_limits |= {"hinge": sp(1 - real) + sp(1 + fake), "ebgan": -real + sp(0.13 + fake), "began": fake - real}
    g_limits = {"minimax": -sp(fake), "lsgan": 0.5 * (fake - 1) ** 2}
    g_limits |= dict.fromkeys(("wgan", "wgan_gp", "hinge", "ebgan", "began"), -fake)
    expected = d_limits.get(name, sp(-real) + sp(fake))
    assert d_loss(name, [[real]], [[fake]]) == pytest.approx(expected, rel=1e-6, abs=1e-3)
    assert g_loss(name, [[fake]]) == pytest.approx(g_limits.get(name, sp(-fake)))


@NAMES
def test_the_balance_that_is_described_is_the_loss_at_the_point_where_d_is_blind(name):
    blind = {"lsgan": 0.5}.get(name, 0.0)
    described = facts.get(name)
    if described.d_balance is not None:
        assert d_loss(name, [[blind]], [[blind]]) == pytest.approx(described.d_balance, abs=1e-6)
    if described.g_balance is not None:
        assert g_loss(name, [[blind]]) == pytest.approx(described.g_balance, abs=1e-6)


@pytest.mark.parametrize("name", LABELLED)
def test_the_described_balance_is_the_best_a_blind_d_can_do(name):
    """With one logit for all images, no other logit than that of balance gives D less loss."""
    balance = facts.get(name).d_balance
    assert all(d_loss(name, [[s]], [[s]]) >= balance - 1e-6 for s in np.linspace(-2, 2, 41))


@pytest.mark.parametrize("name", ["minimax", "non_saturating", "dragan"])
@pytest.mark.parametrize("smoothing", [0.1, 0.5])
def test_label_smoothing_is_cross_entropy_with_a_softened_target_for_real_alone(name, smoothing):
    target = 1 - smoothing
    cross_entropy = -np.mean(target * log_expit(REAL) + (1 - target) * log_expit(-REAL))
    expected = cross_entropy - np.mean(log_expit(-FAKE))
    np.testing.assert_allclose(d_loss(name, REAL, FAKE, smoothing), expected, rtol=0, atol=1e-5)


def test_label_smoothing_moves_the_target_of_least_squares():
    """(1 - a) (s - 1)^2 + a s^2 has its minimum at the softened label 1 - a."""
    scores = np.linspace(0, 1.5, 151)
    found = [d_loss("lsgan", [[s]], [[0.0]], smoothing=0.2) for s in scores]
    assert scores[np.argmin(found)] == pytest.approx(0.8)


# What autoencoders add


def test_a_run_plays_with_its_own_margin():
    objective = losses.of(TrainConfig.from_dict({"loss": "ebgan", "margin": 2.0}))
    found = float(losses.discriminator_loss(objective, tensor(REAL), tensor(FAKE)))
    assert found == pytest.approx(np.mean(-REAL) + np.mean(np.maximum(0, 2 + FAKE)), rel=1e-5)
    assert losses.of(TrainConfig()) is losses.get("non_saturating")


def test_k_scales_what_fakes_count():
    objective = losses.get("began")
    found = float(losses.discriminator_loss(objective, tensor(REAL), tensor(FAKE), k=tensor(0.3)))
    assert found == pytest.approx(np.mean(-REAL) - 0.3 * np.mean(-FAKE), rel=1e-5)


# Label flips


@pytest.mark.parametrize("name", LABELLED)
@pytest.mark.parametrize("smoothing", [0.0, 0.2])
def test_an_image_with_a_swapped_label_counts_as_the_other_kind(name, smoothing):
    """By the label y that D is told of each image: y l(s, real) + (1 - y) l(s, fake), summed by hand."""
    if name == "lsgan":
        as_real, as_fake = (lambda s: (s - 1) ** 2 / 2), (lambda s: s**2 / 2)
    else:
        as_real, as_fake = (lambda s: -log_expit(s)), (lambda s: -log_expit(-s))
    swapped = [[[True], [False], [False], [True]], [[False], [True], [False], [False]]]
    is_real = np.concatenate([np.logical_not(swapped[0]), swapped[1]])
    scores, labels = np.concatenate([REAL, FAKE]), (1 - smoothing) * is_real
    expected = (labels * as_real(scores) + (1 - labels) * as_fake(scores)).reshape(2, 4).mean(axis=1).sum()
    assert d_loss(name, REAL, FAKE, smoothing, swapped) == pytest.approx(expected, rel=1e-5)


@pytest.mark.parametrize("name", LABELLED)
def test_all_labels_swapped_is_the_game_with_real_and_fake_exchanged(name):
    everything = [np.ones((4, 1)), np.ones((4, 1))]
    assert d_loss(name, REAL, FAKE, flipped=everything) == pytest.approx(d_loss(name, FAKE, REAL), rel=1e-6)
