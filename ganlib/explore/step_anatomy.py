"""One training step, taken apart: what each network sees, what it says, and what it learns from that.

The step is the one of `ganlib.models.step`, on a GAN in memory; nothing in a run's folder changes.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import keras
import numpy as np
from keras import ops

from ganlib.backend import engine
from ganlib.explore.gan_in_memory import copies, unchanged
from ganlib.models import losses
from ganlib.models.conditioning import Opinion
from ganlib.models.gan import GAN
from ganlib.models.losses import Objective
from ganlib.models.packing import with_companions
from ganlib.models.step import discriminator_objective, generator_objective
from ganlib.runs.frames import CELLS, places


@dataclass(frozen=True, eq=False)
class StepAnatomy:
    """What happened in one step; all arrays are float32.

    Where D judges several samples together (`pack`), logits and losses of a sample are those of its pack, and its push
    is what it can do for the loss of its pack.

    Attributes:
        real: the batch of real samples, in the GAN's value range, shape (batch, ...).
        latents: what G is given: z, with the label or category beside it in a conditional GAN, shape (batch, latent_dim
            + classes).
        labels: the class or category of each fake, and of the real sample at its place unless they are categories,
            shape (batch,); (0,) without.
        fake: G(z), before the step.
        real_logits: what D said of each real sample before it learned, in training mode, shape (batch,).
        fake_logits: the same of each fake.
        real_losses: D's loss for each real sample, without penalties and smoothing.
        fake_losses: D's loss for each fake; under BEGAN times k.
        penalty: the penalties on D's slope, with their weights.
        d_beside: what D minimises besides: how wrong it names classes, or reads codes off fakes.
        d_gradients: layer of D -> norm of the gradient of D's loss by its weights.
        real_logits_after: what D said of the same samples, with the same noise and dropout, after it learned.
        fake_logits_after: the same of the fakes.
        surface: for points in the plane, D's logit at each of `ganlib.runs.frames.places(CELLS)` before it learned,
            without noise, shape (CELLS, CELLS), rows from the bottom; (0, 0) for images. A D that judges several points
            together sees each place beside the first fakes.
        surface_after: the same after it learned.
        g_losses: G's loss for each fake, by the D that it answers: the new one, or the old one in simultaneous updates.
        g_beside: what G minimises besides: classes or codes, or EBGAN's pull-away term.
        pushes: the direction in which each fake would move for G's loss to fall fastest, with all that is beside its
            own, of the shape of `fake`.
        pushes_under: loss -> the same if G played that loss against the same D and nothing beside; as far as asked for.
        g_gradients: layer of G -> norm of the gradient of G's loss by its weights.
        fake_after: G(z) after the step, of the same z.
    """

    real: np.ndarray
    latents: np.ndarray
    labels: np.ndarray
    fake: np.ndarray
    real_logits: np.ndarray
    fake_logits: np.ndarray
    real_losses: np.ndarray
    fake_losses: np.ndarray
    penalty: float
    d_beside: float
    d_gradients: Mapping[str, float]
    real_logits_after: np.ndarray
    fake_logits_after: np.ndarray
    surface: np.ndarray
    surface_after: np.ndarray
    g_losses: np.ndarray
    g_beside: float
    pushes: np.ndarray
    pushes_under: Mapping[str, np.ndarray]
    g_gradients: Mapping[str, float]
    fake_after: np.ndarray


def take_apart(gan: GAN, real: np.ndarray, latents: np.ndarray, other_losses: Sequence[str] = ()) -> StepAnatomy:
    """Let a GAN do one step, an update of D and one of G, and look at it from all sides.

    Args:
        gan: changed as by the functions of `ganlib.models.step`, weight for weight.
        real: real samples in the GAN's value range, float32, shape (batch, ...).
        latents: as many latent vectors, shape (batch, latent_dim), in a conditional GAN with the labels of the real
            samples, or categories, beside them: shape (batch, latent_dim + classes).
        other_losses: losses to tell the push under, keys of `ganlib.models.losses.LOSSES`.
    """
    answers_old = gan.config.update == "simultaneous"
    batch, z = ops.convert_to_tensor(real), ops.convert_to_tensor(latents)
    labels = gan.labels_in(z)
    k = _plain(gan.balance.k) if gan.balance else 1.0
    chance = copies(variable for variable in gan.variables if "seed_generator" in variable.path)
    with unchanged(gan):
        fake = gan.generator(z, training=True)
        before = _logits(gan, batch, fake, labels)
        surface = _surface(gan, fake)
    # In a simultaneous update G is told by the very pass in which D looks at both batches.
    old_answer = _answers(gan, fake, labels, other_losses, batch) if answers_old else None

    with engine.tape() as tape:
        made = gan.generator(z, training=True)
        shown = made if answers_old else ops.stop_gradient(made)
        d_loss, opinion, report = discriminator_objective(gan, batch, shown, labels)
        g_loss, _ = generator_objective(gan, opinion)
    d_gradients = tape.gradient(d_loss, gan.discriminator.trainable_variables)
    g_gradients = tape.gradient(g_loss, gan.generator.trainable_variables) if answers_old else None
    if not answers_old:
        _learn(gan, gan.d_optimizer, gan.discriminator, d_gradients, report)
    with unchanged(gan, chance):
        after = _logits(gan, batch, fake, labels)
    g_losses, pushes, pushes_under = old_answer or _answers(gan, fake, labels, other_losses)
    if g_gradients is None:
        with engine.tape() as tape:
            made = gan.generator(z, training=True)
            opinion = gan.judge(gan.shown_to_d(made), labels)
            g_loss, _ = generator_objective(gan, opinion)
        g_gradients = tape.gradient(g_loss, gan.generator.trainable_variables)
    _learn(gan, gan.g_optimizer, gan.generator, g_gradients)
    if answers_old:
        _learn(gan, gan.d_optimizer, gan.discriminator, d_gradients, report)
        with unchanged(gan, chance):
            after = _logits(gan, batch, fake, labels)
    with unchanged(gan, chance):
        surface_after = _surface(gan, fake)
        fake_after = gan.generator(z, training=True)
    return StepAnatomy(
        real=_plain(batch),
        latents=_plain(z),
        labels=_plain(z)[:, gan.config.latent_dim :].argmax(axis=1) if gan.config.classes else np.zeros(0, np.int64),
        fake=_plain(fake),
        real_logits=_plain(before[0]),
        fake_logits=_plain(before[1]),
        real_losses=_plain(gan.objective.real(before[0])),
        fake_losses=k * _plain(gan.objective.fake(before[1])),
        penalty=float(report.get("penalty", 0.0)),
        d_beside=float(sum(report.get(name, 0.0) for name in _BESIDE)),
        d_gradients=_by_layer(gan.discriminator, d_gradients),
        real_logits_after=_plain(after[0]),
        fake_logits_after=_plain(after[1]),
        surface=surface,
        surface_after=surface_after,
        g_losses=_plain(g_losses),
        g_beside=float(_beside_g(gan, opinion)),
        pushes=_plain(pushes),
        pushes_under={name: _plain(push) for name, push in pushes_under.items()},
        g_gradients=_by_layer(gan.generator, g_gradients),
        fake_after=_plain(fake_after),
    )


_BESIDE = ("class_loss_real", "class_loss_fake", "code_loss")


def _logits(gan: GAN, real: Any, fake: Any, labels: Any) -> tuple[Any, Any]:
    """Ask D as in its own update, each batch apart."""
    seen = [gan.shown_to_d(each) for each in (real, fake)]
    logits = [gan.judge(each, labels).logits[:, 0] for each in seen]
    return _of_each(gan, logits[0]), _of_each(gan, logits[1])


def _of_each(gan: GAN, values: Any) -> Any:
    """Give each sample what its pack has."""
    return ops.repeat(values, gan.config.pack)


def _surface(gan: GAN, beside: Any) -> np.ndarray:
    """Ask D all over the plane, in inference mode."""
    if not gan.config.is_plane:
        return np.zeros((0, 0), np.float32)
    companions = beside[None, : gan.config.pack - 1]
    return _plain(gan.discriminator(with_companions(places(CELLS), companions), training=False)).reshape(CELLS, CELLS)


def _answers(
    gan: GAN, fake: Any, labels: Any, others: Sequence[str], looked_at_before: Any = None
) -> tuple[Any, Any, Mapping[str, Any]]:
    """Return G's loss for each fake, which way each should move, and which way under other losses."""

    def opinion_of(images: Any) -> Opinion:
        if looked_at_before is not None:  # chance goes on from there
            gan.judge(gan.shown_to_d(looked_at_before), labels)
        return gan.judge(gan.shown_to_d(images), labels)

    def push(loss_of: Callable[[Opinion], Any]) -> Any:
        with unchanged(gan):
            return -engine.input_gradient(lambda images: loss_of(opinion_of(images)), fake)

    with unchanged(gan):
        found = _of_each(gan, gan.objective.generator(opinion_of(fake).logits[:, 0]))

    def under(objective: Objective) -> Any:
        return push(lambda opinion: objective.generator(opinion.logits))

    # What is beside is a mean, of which each fake moves its own share alone.
    own = push(lambda opinion: ops.sum(gan.objective.generator(opinion.logits)) + len(fake) * _beside_g(gan, opinion))
    return found, own, {name: under(losses.get(name)) for name in others}


def _beside_g(gan: GAN, opinion: Opinion) -> Any:
    """Return what G minimises beside its loss of single fakes: of classes or codes, or that fakes are alike."""
    if opinion.loss is None and not gan.facts.pulls_away:
        return 0.0
    return generator_objective(gan, opinion)[0] - losses.generator_loss(gan.objective, opinion.logits)


def _learn(
    gan: GAN,
    optimizer: keras.optimizers.Optimizer,
    network: keras.Model,
    gradients: Sequence[Any],
    report: Mapping[str, Any] | None = None,
) -> None:
    engine.apply(optimizer, gradients, network.trainable_variables)
    if report is not None:  # D
        gan.clip_weights()
        gan.move_balance(dict(report))


def _by_layer(network: keras.Model, gradients: Sequence[Any]) -> dict[str, float]:
    """Return the norm of the gradient by all weights of each layer that has any."""
    squares: dict[str, float] = {}
    place = 0
    for layer in network.layers:
        for _ in layer.trainable_variables:
            squares[layer.name] = squares.get(layer.name, 0.0) + float(ops.sum(ops.square(gradients[place])))
            place += 1
    return {name: square**0.5 for name, square in squares.items()}


def _plain(tensor: Any) -> np.ndarray:
    return np.asarray(ops.convert_to_numpy(tensor), np.float32)
