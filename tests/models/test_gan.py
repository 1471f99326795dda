"""The training step against one written down by hand, and what each call of a network saw on the way."""

from functools import cache
from types import SimpleNamespace

import keras
import numpy as np
import pytest
from keras import ops

from ganlib import data
from ganlib.catalog.initializers import PRIORS
from ganlib.catalog.losses import LOSSES
from ganlib.catalog.training import OPTIMIZERS, PRECISIONS
from ganlib.config import TrainConfig
from ganlib.models import losses, precision
from ganlib.models.gan import GAN
from ganlib.models.step import discriminator_objective
from ganlib.training.fork import load_weights
from ganlib.utils.errors import UserError
from tests.models.autodiff import differentiate, squared_slopes
from tests.variants import ON_LOGITS, slow_unless

# Plain gradient descent, so that an update is -rate * gradient; different rates, so that none is taken for the other.
TINY = TrainConfig(
    dataset="digits",
    batch_size=8,
    latent_dim=4,
    precision="float32",
    ema=0.0,
    g_optimizer="sgd",
    d_optimizer="sgd",
    g_beta_1=0.0,
    d_beta_1=0.0,
    g_learning_rate=0.5,
    d_learning_rate=0.125,
)


def tiny(**changes):
    return TrainConfig.from_dict({**TINY.to_dict(), **changes})


def values(variables):
    return [ops.convert_to_numpy(variable).copy() for variable in variables]


def real_batches(config, seed=0):
    shape = (config.critic_steps, config.batch_size, *config.image_shape)
    return np.random.default_rng(seed).uniform(-1, 1, shape).astype("float32")


def assert_same(found, expected, **tolerance):
    for one, other in zip(found, expected, strict=True):
        np.testing.assert_allclose(one, other, **tolerance)


def distance(some, others):
    return np.sqrt(sum(np.sum(np.square(one - other)) for one, other in zip(some, others, strict=True)))


class Spy:
    """A network that notes each call: who was called, with what, in which mode, and all weights at that time."""

    def __init__(self, name, gan, calls):
        self.name, self.gan, self.calls = name, gan, calls
        self.model = getattr(gan, name)

    def __call__(self, inputs, training):
        gan = self.gan
        self.calls.append(
            SimpleNamespace(
                network=self.name,
                inputs=ops.convert_to_numpy(inputs),
                training=training,
                g=values(gan.generator.trainable_variables),
                d=values(gan.discriminator.trainable_variables),
            )
        )
        return self.model(inputs, training=training)

    def __getattr__(self, name):
        return getattr(self.model, name)


@cache
def play(config, steps=1):
    """Train for some steps with spies on both networks; tests share what they read."""
    gan, calls = GAN(config), []
    before = SimpleNamespace(g=values(gan.generator.weights), d=values(gan.discriminator.weights))
    for name in ("generator", "discriminator"):
        setattr(gan, name, Spy(name, gan, calls))
    reports, real = [], []
    for step in range(steps):
        real.append(real_batches(config, seed=step))
        reports.append({name: float(value) for name, value in gan.step(ops.convert_to_tensor(real[-1])).items()})
    return SimpleNamespace(gan=gan, calls=calls, before=before, real=real, reports=reports, report=reports[-1])


def calls_of(played, network):
    return [call for call in played.calls if call.network == network]


# One step, written by hand


def cross_entropy(label, logits):
    return ops.mean(ops.binary_crossentropy(label * ops.ones_like(logits), logits, from_logits=True))


def mean_slope_excess(critic, points):
    return ops.mean((ops.sqrt(squared_slopes(critic, points)) - 1) ** 2)


def wasserstein_d(real, fake):
    return ops.mean(fake) - ops.mean(real)


def wasserstein_g(fake):
    return -ops.mean(fake)


BY_HAND = {
    "minimax": (
        lambda real, fake: cross_entropy(1.0, real) + cross_entropy(0.0, fake),
        lambda fake: -cross_entropy(0.0, fake),
    ),
    "non_saturating": (
        lambda real, fake: cross_entropy(1.0, real) + cross_entropy(0.0, fake),
        lambda fake: cross_entropy(1.0, fake),
    ),
    "lsgan": (
        lambda real, fake: (ops.mean((real - 1) ** 2) + ops.mean(fake**2)) / 2,
        lambda fake: ops.mean((fake - 1) ** 2) / 2,
    ),
    "wgan": (wasserstein_d, wasserstein_g),
    "wgan_gp": (wasserstein_d, wasserstein_g),
    "hinge": (lambda real, fake: ops.mean(ops.maximum(0.0, 1 - real) + ops.maximum(0.0, 1 + fake)), wasserstein_g),
    "dragan": (
        lambda real, fake: cross_entropy(1.0, real) + cross_entropy(0.0, fake),
        lambda fake: cross_entropy(1.0, fake),
    ),
}


def d_loss_by_hand(config, critic, real, fake, point):
    """Return D's loss; `point` is where its slope is to be taken."""
    s_real, s_fake = critic(real), critic(fake)
    loss = BY_HAND[config.loss][0](s_real, s_fake)
    if config.label_smoothing:
        loss = cross_entropy(1 - config.label_smoothing, s_real) + cross_entropy(0.0, s_fake)
    if config.r1_gamma:
        loss += config.r1_gamma / 2 * ops.mean(squared_slopes(critic, real))
    if LOSSES[config.loss].penalty:
        loss += config.penalty_weight * mean_slope_excess(critic, point)
    return loss


def descend(model, rate, gradients):
    for weight, gradient in zip(model.trainable_variables, gradients, strict=True):
        weight.assign(weight - rate * gradient)


def step_by_hand(config, real, latents, points):
    """Do one step without `GAN.step`, on networks fresh from the config, and return them with the last losses.

    Args:
        config: with sgd optimisers.
        real: images, (critic_steps, batch, H, W, C).
        latents: z of each D update; G's update uses the last.
        points: where a loss with a penalty took D's slope, one batch a D update.
    """
    gan = GAN(config)
    g, d = gan.generator, gan.discriminator

    def critic(images):
        return d(images, training=True)

    def loss_of_g():
        return BY_HAND[config.loss][1](critic(g(latents[-1], training=True)))

    for batch, z, point in zip(real, latents, points, strict=True):
        g_loss, g_gradients = differentiate(loss_of_g, g.trainable_variables)
        d_loss, d_gradients = differentiate(
            lambda batch=batch, z=z, point=point: d_loss_by_hand(config, critic, batch, g(z, training=True), point),
            d.trainable_variables,
        )
        if config.update == "simultaneous":
            descend(g, config.g_learning_rate, g_gradients)
        descend(d, config.d_learning_rate, d_gradients)
        if config.loss == "wgan":
            for weight in d.trainable_variables:
                weight.assign(np.clip(ops.convert_to_numpy(weight), -config.clip, config.clip))
    if config.update == "alternating":
        g_loss, g_gradients = differentiate(loss_of_g, g.trainable_variables)
        descend(g, config.g_learning_rate, g_gradients)
    return gan, float(g_loss), float(d_loss)


def points_of(played):
    """Return where D was called while its slope was taken: the third call of each D update."""
    calls = [call.inputs for call in calls_of(played, "discriminator")]
    config = played.gan.config
    if not LOSSES[config.loss].penalty:
        return [None] * config.critic_steps
    return [calls[3 * update + 2] for update in range(config.critic_steps)]


# Each loss in both orders; those below alternate unless they say otherwise.
STEPS = [tiny(loss=loss, update="simultaneous") for loss in ON_LOGITS if loss != "dragan"]
STEPS += [tiny(loss=loss, update="alternating") for loss in ("minimax", "lsgan", "dragan")]
STEPS += [
    tiny(loss="wgan", critic_steps=3, clip=0.05),
    tiny(loss="wgan_gp", critic_steps=3),
    tiny(loss="non_saturating", critic_steps=2, label_smoothing=0.2),
    tiny(loss="hinge", discriminator_norm="layer", r1_gamma=5.0),
    tiny(loss="wgan_gp", dataset="svhn", batch_size=3),
    tiny(loss="dragan", dataset="svhn", batch_size=3, discriminator_norm="none", update="simultaneous"),
    tiny(loss="non_saturating", dataset="svhn", batch_size=3, discriminator_norm="none", r1_gamma=5.0),
]


def describe(config):
    changed = [f"{k}={v}" for k, v in config.to_dict().items() if v != getattr(TINY, k)]
    return ",".join(changed) or "as it is"


@pytest.mark.parametrize("config", slow_unless(STEPS[-7:-3].__contains__, STEPS), ids=describe)
def test_a_step_equals_one_written_by_hand(config):
    played = play(config)
    latents = [call.inputs for call in calls_of(played, "generator")][: config.critic_steps]
    expected, g_loss, d_loss = step_by_hand(config, played.real[0], latents, points_of(played))
    assert played.report["g_loss"] == pytest.approx(g_loss, rel=1e-4, abs=1e-5)
    assert played.report["d_loss"] == pytest.approx(d_loss, rel=1e-4, abs=1e-5)
    for network in ("generator", "discriminator"):
        found, hand = getattr(played.gan, network), getattr(expected, network)
        assert_same(values(found.trainable_variables), values(hand.trainable_variables), rtol=1e-3, atol=2e-5)


def test_the_comparison_above_tells_the_update_orders_apart():
    simultaneous, alternating = (play(tiny(update=update)).gan for update in ("simultaneous", "alternating"))
    assert_same(
        values(simultaneous.discriminator.trainable_variables),
        values(alternating.discriminator.trainable_variables),
        rtol=1e-3,
        atol=1e-5,
    )
    g = [values(gan.generator.trainable_variables) for gan in (simultaneous, alternating)]
    assert distance(*g) > 0.01


# Who is called, in which order


def test_simultaneous_update_makes_one_forward_pass_of_g_and_one_of_d_on_its_images():
    played = play(tiny(update="simultaneous"))
    assert [call.network for call in played.calls] == ["generator", "discriminator", "discriminator"]
    np.testing.assert_array_equal(played.calls[1].inputs, played.real[0][0])


def test_simultaneous_update_changes_no_weight_before_all_gradients_are_known():
    played = play(tiny(update="simultaneous"))
    assert_same(played.calls[-1].g, played.calls[0].g, rtol=0)
    assert_same(played.calls[-1].d, played.calls[0].d, rtol=0)


def test_alternating_update_plays_all_d_updates_then_g_against_the_new_d_with_the_same_z():
    config = tiny(critic_steps=3)
    played = play(config)
    of_d, of_g = ["generator", "discriminator", "discriminator"], ["generator", "discriminator"]
    assert [call.network for call in played.calls] == 3 * of_d + of_g
    z = [call.inputs for call in calls_of(played, "generator")]
    np.testing.assert_array_equal(z[3], z[2])
    assert np.abs(z[1] - z[0]).min() > 0
    assert np.abs(z[2] - z[1]).min() > 0
    for update in range(3):
        np.testing.assert_array_equal(played.calls[3 * update + 1].inputs, played.real[0][update])
    weights = [played.calls[3 * update].d for update in range(4)]
    assert all(distance(weights[update], weights[update + 1]) > 1e-3 for update in range(3))


def test_a_d_update_leaves_g_unchanged():
    played = play(tiny(critic_steps=3))
    assert_same(played.calls[-1].g, played.calls[0].g, rtol=0)


def test_a_g_update_leaves_d_unchanged():
    """Its trainable weights, that is: batch normalisation sees another batch and moves its statistics."""
    played = play(tiny(critic_steps=3))
    discriminator = played.gan.discriminator
    assert_same(values(discriminator.trainable_variables), played.calls[-1].d, rtol=0)
    assert distance(values(played.gan.generator.trainable_variables), played.calls[-1].g) > 1e-3


@pytest.mark.parametrize("update", ["simultaneous", "alternating"])
@pytest.mark.parametrize("loss", ["non_saturating", "wgan_gp"])
def test_networks_are_in_training_mode_while_they_train(loss, update):
    assert all(call.training is True for call in play(tiny(loss=loss, update=update)).calls)


def test_training_moves_batch_statistics_and_draws_new_dropout():
    config = tiny(discriminator="mlp")
    trained, fresh = play(config).gan, GAN(config)

    def moved(of, kind):
        pairs = zip(of(trained).variables, of(fresh).variables, strict=True)
        return [distance(values([new]), values([old])) > 0 for new, old in pairs if kind in new.path]

    assert moved(lambda gan: gan.generator, "moving") == 6 * [True]
    assert moved(lambda gan: gan.discriminator, "seed_generator") == 2 * [True]


# What is reported


@pytest.mark.parametrize("loss", ON_LOGITS)
@pytest.mark.parametrize("r1_gamma", slow_unless((1.0).__eq__, [0.0, 1.0]))
def test_a_step_reports_the_metrics_that_are_announced(loss, r1_gamma):
    played = play(tiny(loss=loss, r1_gamma=r1_gamma))
    assert set(played.report) == set(played.gan.config.metric_names)
    assert ("penalty" in played.report) == (loss in ("wgan_gp", "dragan") or r1_gamma > 0)
    assert ("clip_share" in played.report) == (loss == "wgan")


@pytest.mark.parametrize(("loss", "update"), [("minimax", "simultaneous"), ("wgan_gp", "alternating")])
def test_gradient_norms_are_the_length_of_the_update_over_the_rate(loss, update):
    config = tiny(loss=loss, update=update)
    played = play(config)
    for network, rate in (("g", config.g_learning_rate), ("d", config.d_learning_rate)):
        model = played.gan.generator if network == "g" else played.gan.discriminator
        moved = distance(values(model.trainable_variables), getattr(played.calls[0], network))
        assert played.report[f"{network}_grad_norm"] == pytest.approx(moved / rate, rel=1e-3)


def test_d_real_and_d_fake_are_mean_logits_before_the_update():
    played = play(tiny(discriminator_norm="none"))
    twin = GAN(tiny(discriminator_norm="none"))
    real, fake = (call.inputs for call in played.calls[1:3])
    assert played.report["d_real"] == pytest.approx(ops.convert_to_numpy(twin.discriminator(real)).mean(), rel=1e-5)
    assert played.report["d_fake"] == pytest.approx(ops.convert_to_numpy(twin.discriminator(fake)).mean(), rel=1e-5)


def test_penalties_and_r1_add_up_and_are_part_of_d_loss():
    """On RGB, with an independent slope: 10 E (slope - 1)^2 at x_hat, and 3/2 E slope^2 at the real images."""
    config = tiny(loss="wgan_gp", dataset="svhn", batch_size=3, r1_gamma=3.0)
    played = play(config)
    real, fake, *asked = (call.inputs for call in calls_of(played, "discriminator")[:4])
    twin = GAN(config).discriminator
    (between,) = [points for points in asked if np.abs(points - real).max() > 0]
    expected = 10 * mean_slope_excess(twin, between)
    expected += 1.5 * ops.mean(squared_slopes(twin, real))
    scores = wasserstein_d(twin(real), twin(fake))
    assert played.report["penalty"] == pytest.approx(float(expected), rel=1e-4)
    assert played.report["d_loss"] == pytest.approx(float(scores + expected), rel=1e-4)
    factor = (between - fake) / (real - fake)
    np.testing.assert_allclose(np.median(factor, axis=(1, 2, 3)), factor.mean(axis=(1, 2, 3)), atol=1e-3)


# Clipping

CLIPPING = tiny(loss="wgan", critic_steps=3, clip=0.05)


def largest(weights):
    return max(np.abs(weight).max() for weight in weights)


def test_clipping_bounds_every_trainable_weight_of_d_after_each_of_its_updates():
    played = play(CLIPPING)
    first, *later = [played.calls[3 * update] for update in range(4)]
    assert largest(first.d) == 1.0, "the scales of batch normalisation start at 1"
    assert all(largest(call.d) == np.float32(0.05) for call in later)
    (gamma,) = [i for i, v in enumerate(played.gan.discriminator.trainable_variables) if "gamma" in v.path]
    np.testing.assert_array_equal(later[0].d[gamma], np.float32(0.05))


def test_clipping_spares_g_and_the_batch_statistics_of_d():
    gan = play(CLIPPING).gan
    assert largest(values(gan.generator.trainable_variables)) > 0.5
    assert largest(values(gan.discriminator.non_trainable_variables)) > 0.5


def test_clip_share_is_the_share_of_weights_at_the_bound():
    played = play(CLIPPING)
    weights = np.concatenate([w.ravel() for w in values(played.gan.discriminator.trainable_variables)])
    share = np.mean(np.abs(weights) >= np.float32(0.05))
    assert 0.01 < share < 0.99
    assert played.report["clip_share"] == pytest.approx(share, abs=1e-6)


@pytest.mark.parametrize("loss", [name for name in ON_LOGITS if name != "wgan"])
def test_no_other_loss_clips(loss):
    assert largest(values(play(tiny(loss=loss)).gan.discriminator.trainable_variables)) > 0.1


# The average of G


def test_ema_follows_its_recursion_with_a_warm_up():
    """a <- d a + (1 - d) w with d = min(ema, (1 + t) / (10 + t)), for all weights, batch statistics included."""
    gan = GAN(tiny(ema=0.3))
    expected = values(gan.generator.weights)
    assert_same(values(gan.ema.weights), expected, rtol=0)
    decays = []
    for t in range(6):
        gan.step(ops.convert_to_tensor(real_batches(gan.config, seed=t)))
        decays.append(min(0.3, (1 + t) / (10 + t)))
        expected = [
            decays[-1] * a + (1 - decays[-1]) * w for a, w in zip(expected, values(gan.generator.weights), strict=True)
        ]
        assert_same(values(gan.ema.weights), expected, rtol=1e-5, atol=1e-6)
    assert decays[0] == 0.1
    assert decays[-1] == 0.3
    assert distance(values(gan.ema.weights), values(gan.generator.weights)) > 1e-3


def test_without_ema_samples_come_from_the_generator_itself():
    gan = GAN(tiny(ema=0.0))
    assert gan.ema is gan.generator


def test_the_average_is_no_part_of_the_game():
    """The same run with and without EMA trains the same weights."""
    with_ema, without = GAN(tiny(ema=0.9)), GAN(tiny(ema=0.0))
    for gan in (with_ema, without):
        gan.step(ops.convert_to_tensor(real_batches(gan.config)))
    assert_same(values(with_ema.generator.weights), values(without.generator.weights), rtol=0)


# Options


def test_instance_noise_reaches_real_and_fake_and_fades_to_nothing():
    config = tiny(dataset="svhn", batch_size=4, instance_noise=0.5, instance_noise_steps=4, discriminator_norm="none")
    played = play(config, steps=6)
    calls = calls_of(played, "discriminator")
    assert len(calls) == 6 * 3
    for step, (seen_real, seen_fake, seen_by_g) in enumerate(zip(calls[::3], calls[1::3], calls[2::3], strict=True)):
        deviation = 0.5 * max(0, 1 - step / 4)
        noise = seen_real.inputs - played.real[step][0]
        np.testing.assert_allclose(noise.std(), deviation, rtol=0.05, atol=1e-7)
        np.testing.assert_allclose(noise.mean(), 0, atol=0.02)
        # Fakes lie in [-1, 1] by themselves; with noise some leave it.
        for seen in (seen_fake, seen_by_g):
            assert (np.abs(seen.inputs).max() > 1) == (deviation > 0)


def test_instance_noise_is_drawn_apart_for_real_and_fake():
    config = tiny(dataset="svhn", batch_size=4, instance_noise=0.5, instance_noise_steps=4, discriminator_norm="none")
    real, fake, _ = calls_of(play(config, steps=6), "discriminator")[:3]
    noise = real.inputs - play(config, steps=6).real[0][0]
    assert abs(np.corrcoef(noise.ravel(), fake.inputs.ravel())[0, 1]) < 0.1


def test_labels_are_swapped_by_chance_for_each_image_and_update_anew(monkeypatch):
    drawn, compute = [], losses.discriminator_loss

    def note(*arguments):
        drawn.append([ops.convert_to_numpy(flipped) for flipped in arguments[4]])
        return compute(*arguments)

    monkeypatch.setattr(losses, "discriminator_loss", note)
    config = tiny(discriminator="mlp", generator="mlp", batch_size=256, critic_steps=4, label_flips=0.25)
    report = GAN(config).step(ops.convert_to_tensor(real_batches(config)))
    assert np.isfinite([float(value) for value in report.values()]).all()
    masks = np.asarray(drawn)
    assert masks.shape == (4, 2, 256, 1)
    np.testing.assert_allclose(masks.mean(axis=(0, 2, 3)), 0.25, atol=0.05)
    assert np.abs(np.corrcoef(masks.reshape(8, 256)) - np.eye(8)).max() < 0.25


def test_without_label_flips_nothing_is_drawn_for_them():
    gans = [GAN(tiny(label_flips=share)) for share in (0.0, 0.1)]
    states = []
    for gan in gans:
        before = ops.convert_to_numpy(gan.random.state)
        discriminator_objective(gan, *[ops.convert_to_tensor(real_batches(gan.config)[0])] * 2)
        states.append(np.array_equal(before, ops.convert_to_numpy(gan.random.state)))
    assert states == [True, False]


def test_dropout_in_g_acts_while_training_and_never_when_samples_are_drawn():
    gan = GAN(tiny(g_dropout=0.5, ema=0.9))
    z = np.random.default_rng(0).normal(size=(8, 4)).astype("float32")
    for model in (gan.generator, gan.ema):
        trained, again, drawn, drawn_again = (
            ops.convert_to_numpy(model(z, training=training)) for training in (True, True, False, False)
        )
        assert np.abs(trained - again).max() > 0.01
        np.testing.assert_array_equal(drawn, drawn_again)
    gan.step(ops.convert_to_tensor(real_batches(gan.config)))  # the average has the same layers


def test_spectral_norm_is_in_d_alone_and_moves_on_in_each_step():
    config = tiny(spectral_norm=True, discriminator_norm="none")
    played = play(config, steps=2)
    vectors = [v for v in played.gan.discriminator.variables if v.path.endswith("/u")]
    fresh = {v.path: ops.convert_to_numpy(v) for v in GAN(config).discriminator.variables}
    assert len(vectors) == 4, "one for each of two convolutions, the dense layer and the logit"
    assert all(distance(values([v]), [fresh[v.path]]) > 1e-4 for v in vectors[:3])
    assert all(np.isfinite(list(report.values())).all() for report in played.reports)
    assert not [v for v in played.gan.generator.variables if v.path.endswith("/u")]
    assert not [v for v in GAN(TINY).discriminator.variables if v.path.endswith("/u")]


@pytest.mark.parametrize("loss", slow_unless("wgan_gp".__eq__, ON_LOGITS))
def test_every_loss_trains_with_the_settings_of_its_paper(loss):
    """Digits, both networks with batch normalisation and dropout where they have it, all metrics finite."""
    config = TrainConfig(
        dataset="digits", batch_size=8, latent_dim=4, precision="float32", ema=0.5, generator="compact"
    )
    played = play(
        config.changed(loss=loss, discriminator="dcgan") if loss != "wgan" else config.changed(loss=loss), steps=2
    )
    assert all(np.isfinite(list(report.values())).all() for report in played.reports)
    assert distance(values(played.gan.generator.weights), played.before.g) > 1e-5
    assert distance(values(played.gan.discriminator.weights), played.before.d) > 1e-5


@pytest.mark.parametrize("prior", PRIORS)
def test_training_draws_z_from_the_prior(prior):
    config = tiny(prior=prior, batch_size=500, latent_dim=20)
    z = calls_of(play(config), "generator")[0].inputs
    expected = {"normal": (1.0, 3.0, 6.0), "uniform": (1 / np.sqrt(3), 0.9, 1.0)}
    deviation, least_extreme, most_extreme = expected[prior]
    np.testing.assert_allclose(z.std(), deviation, rtol=0.03)
    np.testing.assert_allclose(z.mean(), 0, atol=0.03)
    assert least_extreme < np.abs(z).max() <= most_extreme


# Optimisers


def numpy_optimizer(name, rate, beta_1, beta_2):
    """Yield, for each gradient sent, how far the weights move.

    Adam as in 1412.6980, at the end of section 2, with Keras's epsilon; RMSprop as in PyTorch.
    """
    m, v, t, update = 0.0, 0.0, 0, None
    while True:
        gradient = (yield update).astype("float64")
        t += 1
        if name == "adam":
            m, v = beta_1 * m + (1 - beta_1) * gradient, beta_2 * v + (1 - beta_2) * gradient**2
            update = -rate * np.sqrt(1 - beta_2**t) / (1 - beta_1**t) * m / (np.sqrt(v) + 1e-7)
        elif name == "rmsprop":
            v = beta_2 * v + (1 - beta_2) * gradient**2
            update = -rate * gradient / (np.sqrt(v) + 1e-8)
        else:
            m = beta_1 * m - rate * gradient
            update = m


@pytest.mark.parametrize("name", OPTIMIZERS)
@pytest.mark.parametrize("network", slow_unless("d".__eq__, ["g", "d"]))
@pytest.mark.parametrize("size", slow_unless((1e-5).__eq__, [1.0, 1e-5]))
def test_optimisers_equal_their_formulas_even_for_small_gradients(name, network, size):
    """Beneath a clipped critic nearly all gradients are under 1e-5: those weights have to move as well."""
    other = "d" if network == "g" else "g"
    mine = {"optimizer": name, "learning_rate": 0.01, "beta_1": 0.7, "beta_2": 0.9}
    config = tiny(**{f"{network}_{key}": value for key, value in mine.items()}, **{f"{other}_learning_rate": 1.0})
    gan = GAN(config)
    model, optimizer = {"g": (gan.generator, gan.g_optimizer), "d": (gan.discriminator, gan.d_optimizer)}[network]
    by_hand = [numpy_optimizer(name, 0.01, 0.7, 0.9) for _ in model.trainable_variables]
    for each in by_hand:
        next(each)
    rng = np.random.default_rng(0)
    for _ in range(3):
        before = values(model.trainable_variables)
        gradients = [size * rng.choice([-1, 1], w.shape) * rng.uniform(0.5, 2, w.shape) for w in before]
        optimizer.apply([ops.convert_to_tensor(g.astype("float32")) for g in gradients], model.trainable_variables)
        expected = [each.send(gradient) for each, gradient in zip(by_hand, gradients, strict=True)]
        moved = [after - w for after, w in zip(values(model.trainable_variables), before, strict=True)]
        assert_same(moved, expected, rtol=0.01, atol=2e-7)


# Chance, state and precision


def test_the_same_config_gives_the_same_run_bit_by_bit():
    config = tiny(discriminator="mlp", ema=0.5, instance_noise=0.1)
    first, second = GAN(config), GAN(config)
    assert_same(values(first.variables), values(second.variables), rtol=0)
    for gan in (first, second):
        for seed in range(2):
            gan.step(ops.convert_to_tensor(real_batches(config, seed)))
    assert_same(values(first.variables), values(second.variables), rtol=0)


def test_another_seed_gives_other_weights_and_another_z():
    first, second = play(tiny(seed=1)), play(tiny(seed=2))
    kernels = [[w for w in played.before.g + played.before.d if w.ndim > 1] for played in (first, second)]
    assert all(np.abs(a - b).max() > 1e-3 for a, b in zip(*kernels, strict=True))
    assert np.abs(first.calls[0].inputs - second.calls[0].inputs).min() > 0


def test_runs_that_differ_in_the_loss_alone_start_from_the_same_weights():
    first, second = GAN(tiny(loss="hinge")), GAN(tiny(loss="wgan"))
    assert_same(values(first.generator.weights), values(second.generator.weights), rtol=0)
    assert_same(values(first.discriminator.weights), values(second.discriminator.weights), rtol=0)


def test_variables_are_everything_that_a_step_changes_each_once():
    config = tiny(
        discriminator="mlp", ema=0.5, instance_noise=0.1, g_optimizer="adam", d_optimizer="rmsprop", spectral_norm=True
    )
    gan = GAN(config)
    assert len({id(v) for v in gan.variables}) == len(gan.variables)
    parts = (gan.generator, gan.discriminator, gan.ema, gan.g_optimizer, gan.d_optimizer)
    held = {id(v) for v in gan.variables}
    assert all(id(v) in held for part in parts for v in part.variables)
    assert {id(gan.step_count), id(gan.random.state)} <= held
    # Set back, all of it, the same step comes again.
    start = values(gan.variables)
    batches = ops.convert_to_tensor(real_batches(config))
    gan.step(batches)
    once = values(gan.variables)
    for variable, value in zip(gan.variables, start, strict=True):
        variable.assign(value)
    gan.step(batches)
    assert_same(values(gan.variables), once, rtol=0)


def test_without_ema_variables_hold_the_generator_once():
    gan = GAN(tiny(ema=0.0))
    assert len({id(v) for v in gan.variables}) == len(gan.variables)


@pytest.mark.parametrize("generator", ["compact", pytest.param("infogan", marks=pytest.mark.slow)])
def test_the_compiled_step_is_the_plain_step_on_scaled_images(generator):
    """`infogan` ends in a sigmoid: its real images have to lie in [0, 1]."""
    # Small steps: at large ones rounding, which differs in compiled code, soon makes another training of it.
    config = tiny(generator=generator, critic_steps=2, update="alternating", g_learning_rate=0.01, d_learning_rate=0.01)
    images = np.random.default_rng(0).integers(0, 256, (30, 8, 8, 1), dtype=np.uint8)
    order = np.random.default_rng(1).integers(0, 30, (3, 2, 8)).astype("int32")
    compiled, plain = GAN(config), GAN(config)
    assert compiled.value_range == {"compact": (-1, 1), "infogan": (0, 1)}[generator]
    found = compiled.compile_steps(images)(order)
    assert found.shape == (3, len(compiled.config.metric_names))
    assert found.dtype == np.float32
    for row, indices in zip(found, order, strict=True):
        report = plain.step(ops.convert_to_tensor(data.scale(images[indices], plain.value_range)))
        np.testing.assert_allclose(
            row, [float(report[name]) for name in plain.config.metric_names], rtol=2e-3, atol=2e-3
        )
    assert int(ops.convert_to_numpy(compiled.step_count)) == 3


@pytest.mark.parametrize("loss", ["wgan_gp", "dragan"])
def test_bfloat16_computes_inside_the_networks_alone(loss):
    config = tiny(loss=loss, precision="bfloat16", discriminator_norm="none", ema=0.5)
    gan = GAN(config)
    assert keras.config.dtype_policy().name == "float32", "the global policy has to be put back"
    assert gan.generator.get_layer("dense_1").compute_dtype == "bfloat16"
    assert gan.discriminator.get_layer("conv_1").compute_dtype == "bfloat16"
    report = gan.step(ops.convert_to_tensor(real_batches(config)))
    assert {keras.backend.standardize_dtype(value.dtype) for value in report.values()} == {"float32"}
    assert not [v.path for v in gan.variables if "float16" in v.dtype]
    # The same start as in float32, but for rounding: about three decimal digits.
    whole = play(tiny(loss=loss, precision="float32", discriminator_norm="none")).report
    for name in ("d_loss", "penalty", "g_loss"):
        assert float(report[name]) == pytest.approx(whole[name], rel=0.05, abs=0.02)


def test_every_precision_but_auto_builds():
    for name in set(PRECISIONS) - {"auto"}:
        GAN(tiny(precision=name))


# Changes on the way


def test_new_learning_rates_hold_from_the_next_compiled_step_each_for_its_own_network():
    config = tiny()
    images = np.random.default_rng(0).integers(0, 256, (8, 8, 8, 1), dtype=np.uint8)
    order = np.arange(8, dtype="int32").reshape(1, 1, 8)
    gan = GAN(config)
    steps = gan.compile_steps(images)

    def rates():
        before = values(gan.generator.trainable_variables), values(gan.discriminator.trainable_variables)
        report = dict(zip(gan.config.metric_names, steps(order)[0], strict=True))
        after = values(gan.generator.trainable_variables), values(gan.discriminator.trainable_variables)
        moved = [distance(new, old) for new, old in zip(after, before, strict=True)]
        return [length / report[f"{network}_grad_norm"] for network, length in zip("gd", moved, strict=True)]

    np.testing.assert_allclose(rates(), [config.g_learning_rate, config.d_learning_rate], rtol=1e-3)
    gan.rates.set(0.03, 0.2)
    np.testing.assert_allclose(rates(), [0.03, 0.2], rtol=1e-3)


def test_rates_fall_in_a_straight_line_at_the_end_of_a_training():
    config = tiny(discriminator="mlp", max_steps=4, rate_decay=0.5)
    gan, seen = GAN(config), []
    for step in range(4):
        gan.step(ops.convert_to_tensor(real_batches(config)))
        seen.append((float(gan.g_optimizer.learning_rate), float(gan.d_optimizer.learning_rate)))
        if step == 2:
            gan.rates.set(0.25, 0.125)
    np.testing.assert_allclose(seen, [(0.5, 0.125), (0.5, 0.125), (0.5, 0.125), (0.125, 0.0625)])
    with pytest.raises(UserError, match="max_steps"):
        tiny(rate_decay=0.5)


def test_a_gan_begins_with_saved_weights_and_fresh_optimisers(tmp_path):
    trained = GAN(tiny(ema=0.5))
    trained.step(ops.convert_to_tensor(real_batches(trained.config)))
    trained.ema.save_weights(tmp_path / "generator.weights.h5")
    trained.discriminator.save_weights(tmp_path / "discriminator.weights.h5")
    other = GAN(tiny(ema=0.5, seed=9))
    slots = values(other.g_optimizer.variables + other.d_optimizer.variables)
    load_weights(other, tmp_path)
    for model in (other.generator, other.ema):
        assert_same(values(model.weights), values(trained.ema.weights), rtol=0)
    assert_same(values(other.discriminator.weights), values(trained.discriminator.weights), rtol=0)
    assert_same(values(other.g_optimizer.variables + other.d_optimizer.variables), slots, rtol=0)


@pytest.mark.parametrize("damage", ["another network", "cut", "missing"])
def test_weights_that_cannot_be_begun_with_are_a_user_error(tmp_path, damage):
    other = GAN(tiny(generator="mlp" if damage == "another network" else "compact"))
    other.generator.save_weights(tmp_path / "generator.weights.h5")
    other.discriminator.save_weights(tmp_path / "discriminator.weights.h5")
    path = tmp_path / "discriminator.weights.h5"
    if damage == "cut":
        path.write_bytes(path.read_bytes()[:500])
    if damage == "missing":
        path.unlink()
    with pytest.raises(UserError, match="damaged, or do not fit"):
        load_weights(GAN(TINY), tmp_path)


def test_a_precision_left_to_the_machine_is_decided(monkeypatch):
    monkeypatch.setattr(precision, "decide", lambda config: precision.Decision("float32"))
    assert GAN(TINY.changed(precision="auto")).config.precision == "float32"
